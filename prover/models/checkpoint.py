"""A model on disk: a folder that transformers can load, with value heads and a model card.

Layout of the folder::

    config.json, model.safetensors, tokenizer.json, …   the decoder, for `AutoModelForCausalLM`
    heads.safetensors                                   weights of the V and Q heads
    qstar.json                                          length limits, value bins and lineage
    premises.tsv.gz                                     the premise index, if there is one
    README.md                                           the model card
    inference.onnx                                      the same for onnxruntime, if it was exported
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from lean_env.errors import BadInput
from prover.models.folders import SETTINGS_FILE, aside, model_folder
from prover.models.network import ProofNetwork
from prover.models.premises import NO_PREMISES, PremiseIndex
from prover.models.prompt import LengthLimits, PromptEncoder
from prover.models.value_bins import ValueBins

FORMAT = 1
HEADS_FILE, CARD_FILE = "heads.safetensors", "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A network with all that is needed to use it.

    Attributes:
        network: The decoder with its value heads.
        tokenizer: A fast tokenizer of the transformers library.
        lengths: Limits of prompts.
        premises: The lemmas that prompts may name.
        lineage: Where the weights come from: data, settings and figures of each training.
    """

    network: ProofNetwork
    tokenizer: Any
    lengths: LengthLimits
    premises: PremiseIndex = NO_PREMISES
    lineage: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def encoder(self) -> PromptEncoder:
        """Encodes prompts and tactics."""
        return PromptEncoder(self.tokenizer.backend_tokenizer, self.lengths)


def save(checkpoint: Checkpoint, folder: Path) -> None:
    """Write a model atomically, replacing what `folder` held before.

    After a kill at any point `load` finds either the old or the new model.
    """
    from safetensors.torch import save_file

    network = checkpoint.network
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        with _no_bars():
            network.decoder.save_pretrained(new)
        checkpoint.tokenizer.save_pretrained(new)
        own = ("value_head.", "q_head.")
        heads = {name: t for name, t in network.state_dict().items() if name.startswith(own)}
        save_file(heads, new / HEADS_FILE)
        settings = {
            "format": FORMAT,
            "support": asdict(network.value_bins),
            "lengths": asdict(checkpoint.lengths),
            "lineage": list(checkpoint.lineage),
        }
        text = json.dumps(settings, indent=1, ensure_ascii=False)
        (new / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")
        checkpoint.premises.save(new)
        (new / CARD_FILE).write_text(model_card(checkpoint), encoding="utf-8")
        new.chmod(0o755)
        old = aside(folder)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def load(folder: Path, *, device: str | None = None) -> Checkpoint:
    """Read a model from disk, in evaluation mode and full precision.

    Args:
        folder: A model's folder, or the output folder of a training, which has the model in it.
        device: Where to put the network; a GPU if there is one, by default.

    Raises:
        BadInput: There is no model in `folder`.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    place = folder = model_folder(folder)
    if not folder.exists() and aside(folder).exists():
        place = aside(folder)  # `save` was killed between its renames
    try:
        settings = json.loads((place / SETTINGS_FILE).read_text(encoding="utf-8"))
        if settings["format"] != FORMAT:
            raise ValueError(f"format {settings['format']}, not {FORMAT}")
        tokenizer = AutoTokenizer.from_pretrained(place)
        with _no_bars():
            decoder = AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32)
        network = ProofNetwork(decoder, ValueBins(**settings["support"]))
        network.load_state_dict(load_file(place / HEADS_FILE), strict=False)
        lengths = LengthLimits(**settings["lengths"])
        PromptEncoder(tokenizer.backend_tokenizer, lengths)  # has it the special tokens?
        premises = PremiseIndex.load(place)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        if not folder.exists():
            why = "there is no such folder"
        raise BadInput(
            f"holds no model: {why}",
            where=str(folder),
            remedy="give a folder that `qstar train` has written",
        ) from error
    network.to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    network.eval()
    return Checkpoint(
        network=network,
        tokenizer=tokenizer,
        lengths=lengths,
        premises=premises,
        lineage=settings["lineage"],
    )


@contextmanager
def _no_bars() -> Iterator[None]:
    """Turn off the progress bars of transformers: models of this size load at once."""
    from transformers.utils import logging as untyped

    logging: Any = untyped
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def model_card(checkpoint: Checkpoint) -> str:
    """Render the Markdown model card, with the metadata header that model hubs read."""
    network = checkpoint.network
    bins = network.value_bins
    parameters = sum(p.numel() for p in network.parameters())
    lines = [
        "---",
        "library_name: transformers",
        "tags: [lean4, theorem-proving]",
        "---",
        "",
        "# A tactic policy and cost-to-go for Lean 4",
        "",
        f"{parameters / 1e6:.1f} million parameters ({network.decoder.config.model_type}), with "
        "heads for V(s) and Q(s, a).",
        f'Steps to go: bins for 1 to {bins.steps}, and one for "not provable within the '
        f'budget", which costs {bins.cap:g} in training; a search counts the steps of a '
        "proof and minus the log probability that there is one.",
        "Use: `qstar prove --search qstar --value learned:FOLDER`; with `--policy "
        "portfolio,lemmas,model:FOLDER` as well, its own tactics take part.",
        "",
        "## Lineage",
        "",
    ]
    for i, step in enumerate(checkpoint.lineage, 1):
        facts = ", ".join(f"{name} {value}" for name, value in step.items())
        lines.append(f"{i}. {facts}")
    return "\n".join([*lines, ""])
