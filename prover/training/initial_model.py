"""The network that a training starts from: random weights, an own model, or a pretrained one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from lean_env.errors import BadInput
from prover.datasets.records import Search
from prover.models import checkpoint
from prover.models.checkpoint import Checkpoint
from prover.models.folders import SETTINGS_FILE
from prover.models.hub import is_on_hub
from prover.models.network import DecoderSize, ProofNetwork
from prover.models.premises import NO_PREMISES, PremiseIndex
from prover.models.prompt import END, PAD, SPECIAL_TOKENS, LengthLimits
from prover.models.value_bins import ValueBins
from prover.training.tokenizer import train_tokenizer


def new_model(
    searches: Sequence[Search], size: DecoderSize, *, seed: int, premises: bool
) -> Checkpoint:
    """Create a small decoder with random weights, and train a tokenizer for it.

    Args:
        searches: Their states and tactics are the tokenizer's training corpus.
        size: Size of the decoder.
        seed: Seed of the weights.
        premises: Whether prompts may name the library theorems that were searched.
    """
    torch.manual_seed(seed)
    texts = [s.text for search in searches for s in search.states]
    texts += [edge.tactic for search in searches for edge in search.edges]
    tokenizer = train_tokenizer(texts)
    lengths = LengthLimits()
    longest = lengths.state + lengths.premises + lengths.tactic + len(SPECIAL_TOKENS)
    network = ProofNetwork.new(len(tokenizer), size, ValueBins(), longest=longest)
    known = [(s.theorem.before, s.states[0].text) for s in searches if s.theorem.before]
    return Checkpoint(
        network=network,
        tokenizer=tokenizer,
        lengths=lengths,
        premises=PremiseIndex(known) if premises else NO_PREMISES,
        lineage=[{"begun as": "a new decoder", "seed": seed}],
    )


def from_pretrained(name: str) -> Checkpoint:
    """Load a causal language model of the transformers library, and add new value heads.

    Its tokenizer gets the special tokens of `prover.models.prompt`.

    Args:
        name: A folder, or the name of a model on the Hugging Face hub.

    Raises:
        BadInput: It cannot be loaded.
    """
    local_only = not is_on_hub(name, where="--base")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(name, local_files_only=local_only)
        decoder: Any = AutoModelForCausalLM.from_pretrained(
            name, dtype=torch.float32, local_files_only=local_only
        )
    except (OSError, ValueError) as error:
        raise BadInput(
            f"no causal model can be loaded from {name}: {str(error).splitlines()[0]}",
            where="--base",
        ) from error
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIAL_TOKENS)})
    tokenizer.pad_token, tokenizer.eos_token = PAD, END
    decoder.resize_token_embeddings(len(tokenizer))
    return Checkpoint(
        network=ProofNetwork(decoder, ValueBins()),
        tokenizer=tokenizer,
        lengths=LengthLimits(),
        lineage=[{"begun as": name}],
    )


def add_lora(network: ProofNetwork, tokenizer: Any) -> None:
    """Add LoRA adapters (Hu et al., arXiv 2106.09685) to the decoder.

    Only they, the embeddings of the special tokens and the value heads are then trained.

    Args:
        network: The network, which is changed.
        tokenizer: Its tokenizer, of the transformers library.
    """
    from peft import LoraConfig, get_peft_model

    decoder: Any = network.decoder
    special = tokenizer.convert_tokens_to_ids(list(SPECIAL_TOKENS))
    layers = [decoder.get_input_embeddings()]
    if not decoder.config.tie_word_embeddings:  # output tokens have rows of their own
        layers.append(decoder.get_output_embeddings())
    names = [name for name, layer in decoder.named_modules() if layer in layers]
    config = LoraConfig(
        r=16,
        lora_alpha=32,
        target_modules="all-linear",
        trainable_token_indices=dict.fromkeys(names, special),
    )
    network.decoder = get_peft_model(decoder, config)


def merge_lora(network: ProofNetwork) -> None:
    """Merge LoRA adapters, if there are any, into the decoder's weights."""
    from peft import PeftModel

    if isinstance(network.decoder, PeftModel):
        decoder: Any = network.decoder
        network.decoder = decoder.merge_and_unload()


def load_or_create(folder: Path, make: Any) -> Checkpoint:
    """Load the model in `folder`, after creating it there with `make` if there is none.

    So a resumed training starts from the same weights.
    """
    if not (folder / SETTINGS_FILE).exists():
        checkpoint.save(make(), folder)
    return checkpoint.load(folder)
