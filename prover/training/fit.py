"""The training loop: one for all objectives, on whatever device accelerate finds.

A run's folder holds the state of the weights and of the optimizer at the last save, and its ledger
a row for each step that was logged; what is begun again goes on from there, with the same batches
in the same order.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path
from random import Random
from time import monotonic

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed

from prover.models.network import ProofNetwork
from prover.models.prompt import PromptEncoder
from prover.runs.files import reporting_disk_errors
from prover.runs.ledger import Ledger
from prover.runs.progress import Progress
from prover.training.batches import TokenizedExample, collate, make_batches
from prover.training.objectives import LossTerm, LossTerms, Objective

STATE_FOLDER, STEP_FILE = "state", "step.json"
"""The step is written last: where it is, the state is whole."""

SAVE_SECONDS = 60.0
"""How much work a kill may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSchedule:
    """`epochs` over the examples, in batches of about `tokens`.  The learning rate rises over the
    first twentieth of the steps to `rate` and falls as a cosine to a tenth of it."""

    epochs: int = 4
    tokens: int = 4096
    rate: float = 1e-3
    seed: int = 0

    def at(self, step: int, steps: int) -> float:
        """The learning rate of a step."""
        rise = max(steps // 20, 1)
        if step < rise:
            return self.rate * (step + 1) / rise
        return self.rate * (0.55 + 0.45 * cos(pi * (step - rise) / max(steps - rise, 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingData:
    """`held_out` are never trained on: the loss on them is logged after each epoch."""

    taught: Sequence[TokenizedExample]
    held_out: Sequence[TokenizedExample]


def fit(
    network: ProofNetwork,
    encoder: PromptEncoder,
    examples: TrainingData,
    objective: Objective,
    schedule: TrainingSchedule,
    *,
    folder: Path,
    ledger: Ledger,
    progress: Progress,
) -> None:
    """Train `network` in place.  An interrupt saves before it goes on upward."""
    gpu = torch.cuda.is_available()
    accelerator = Accelerator(mixed_precision="bf16" if gpu else "no")
    set_seed(schedule.seed)
    optimizer = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad], weight_decay=0.01, betas=(0.9, 0.98)
    )
    plan = _plan(examples.taught, schedule)
    trained, optimizer = accelerator.prepare(network, optimizer)
    done = _restore(accelerator.load_state, folder)
    saved = monotonic()
    per_epoch = max(len(plan) // schedule.epochs, 1)
    progress.stage("training, steps", len(plan), done)

    def loss(batch: Sequence[TokenizedExample]) -> LossTerms:
        tensors = collate(batch, encoder).to(accelerator.device)
        with accelerator.autocast():
            output = trained(tensors.packed)
        return objective(output, tensors, network.value_bins)  # in full precision

    try:
        for step in range(done, len(plan)):
            for group in optimizer.param_groups:
                group["lr"] = schedule.at(step, len(plan))
            trained.train()
            parts = loss(plan[step])
            accelerator.backward(torch.stack([part.mean() for part in parts.values()]).sum())
            accelerator.clip_grad_norm_(trained.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            done = step + 1
            progress.at(done)
            if done % 10 == 0 or done == len(plan):
                figures = {name: round(float(p.mean().detach()), 4) for name, p in parts.items()}
                ledger.append({"id": f"step {done}", "step": done, "taught": figures})
                progress.figures(", ".join(f"{name} {x:.3f}" for name, x in figures.items()))
            if done % per_epoch == 0 or done == len(plan):
                held_out = _held_out(trained, examples.held_out, schedule, loss)
                ledger.append({"id": f"held out {done}", "step": done, "held_out": held_out})
            if monotonic() - saved > SAVE_SECONDS:
                _save(accelerator.save_state, folder, done)
                saved = monotonic()
    finally:
        _save(accelerator.save_state, folder, done)
    trained.eval()


def _plan(
    taught: Sequence[TokenizedExample], schedule: TrainingSchedule
) -> list[list[TokenizedExample]]:
    """The batches of all epochs."""
    rng = Random(schedule.seed)
    return [b for _ in range(schedule.epochs) for b in make_batches(taught, schedule.tokens, rng)]


@torch.no_grad()
def _held_out(
    network: torch.nn.Module,
    examples: Sequence[TokenizedExample],
    schedule: TrainingSchedule,
    loss: Callable[[Sequence[TokenizedExample]], LossTerms],
) -> dict[str, float]:
    """The mean parts of the loss, over all that counts, however batches fall."""
    network.eval()
    found = [loss(batch) for batch in make_batches(examples, schedule.tokens, Random(0))]
    names = list(found[0]) if found else []
    sums = {n: LossTerm(*(sum(x) for x in zip(*(p[n] for p in found), strict=True))) for n in names}
    return {name: round(float(part.mean()), 4) for name, part in sums.items()}


def _save(save: Callable[..., object], folder: Path, step: int) -> None:
    new = folder / f"{STATE_FOLDER}.new"
    with reporting_disk_errors(new):
        shutil.rmtree(new, ignore_errors=True)
        save(str(new), safe_serialization=False)  # safetensors has no tensors of two names
        (new / "step").write_text(json.dumps({"step": step}), encoding="utf-8")
        (new / "step").rename(new / STEP_FILE)
        _settle(folder)


def _settle(folder: Path) -> None:
    """Put the new state, once it is whole, in the place of the old one, which a kill on the way may
    leave in pieces."""
    new, old = folder / f"{STATE_FOLDER}.new", folder / STATE_FOLDER
    if (new / STEP_FILE).exists():
        shutil.rmtree(old, ignore_errors=True)
        new.rename(old)


def _restore(load: Callable[[str], object], folder: Path) -> int:
    """How many steps are done; 0 where nothing was saved."""
    state = folder / STATE_FOLDER
    with reporting_disk_errors(state):
        _settle(folder)
    if not (state / STEP_FILE).exists():
        return 0
    load(str(state))
    return int(json.loads((state / STEP_FILE).read_text(encoding="utf-8"))["step"])


def loss_curves(ledger: Ledger) -> Iterator[tuple[int, str, dict[str, float]]]:
    """The logged losses: step, `taught` or `held_out`, parts."""
    for row in ledger.rows:
        for kind in ("taught", "held_out"):
            if kind in row:
                yield row["step"], kind, row[kind]
