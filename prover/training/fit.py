"""The training loop: one for all objectives, on the device that accelerate finds.

A run's folder holds weights and optimizer state at the last save, and its ledger a row for each
logged step.  A resumed run continues from there, with the same batches in the same order.
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
"""The step file is written last: a folder that has it is complete."""

SAVE_SECONDS = 60.0
"""Seconds between saves, which is the work that a kill may lose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSchedule:
    """Length of training and its learning rate: linear warm-up, then cosine decay.

    Attributes:
        epochs: Passes over the examples.
        tokens: Approximate number of tokens in a batch.
        rate: Highest learning rate, reached after a twentieth of the steps; the last is a tenth.
        seed: Seed of the order of examples and of dropout.
    """

    epochs: int = 4
    tokens: int = 4096
    rate: float = 1e-3
    seed: int = 0

    def at(self, step: int, steps: int) -> float:
        """Compute the learning rate of step `step` (from 0) out of `steps`."""
        rise = max(steps // 20, 1)
        if step < rise:
            return self.rate * (step + 1) / rise
        return self.rate * (0.55 + 0.45 * cos(pi * (step - rise) / max(steps - rise, 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingData:
    """Examples to train on, and held-out ones whose loss is logged after each epoch."""

    train: Sequence[TokenizedExample]
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
    """Train `network` in place with AdamW; state is saved at intervals, at the end and on errors.

    Args:
        network: The network; parameters that do not require gradients are left alone.
        encoder: Its tokenizer.
        examples: What to train on.
        objective: The loss.
        schedule: Epochs, batch size and learning rate.
        folder: Where state is saved, and resumed from.
        ledger: Receives the losses.
        progress: Told of each step.

    Raises:
        BrokenEnvironment: The state cannot be written.
    """
    gpu = torch.cuda.is_available()
    accelerator = Accelerator(mixed_precision="bf16" if gpu else "no")
    set_seed(schedule.seed)
    optimizer = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad], weight_decay=0.01, betas=(0.9, 0.98)
    )
    plan = _plan(examples.train, schedule)
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
    examples: Sequence[TokenizedExample], schedule: TrainingSchedule
) -> list[list[TokenizedExample]]:
    """Make the batches of all epochs."""
    rng = Random(schedule.seed)
    return [b for _ in range(schedule.epochs) for b in make_batches(examples, schedule.tokens, rng)]


@torch.no_grad()
def _held_out(
    network: torch.nn.Module,
    examples: Sequence[TokenizedExample],
    schedule: TrainingSchedule,
    loss: Callable[[Sequence[TokenizedExample]], LossTerms],
) -> dict[str, float]:
    """Compute the weighted mean of each loss term over all examples, whatever the batches."""
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
    """Replace the old state by the new one if that is complete.

    A kill meanwhile may leave the old one incomplete; the new one is then still there.
    """
    new, old = folder / f"{STATE_FOLDER}.new", folder / STATE_FOLDER
    if (new / STEP_FILE).exists():
        shutil.rmtree(old, ignore_errors=True)
        new.rename(old)


def _restore(load: Callable[[str], object], folder: Path) -> int:
    """Load the saved state, if there is one; returns the number of steps done."""
    state = folder / STATE_FOLDER
    with reporting_disk_errors(state):
        _settle(folder)
    if not (state / STEP_FILE).exists():
        return 0
    load(str(state))
    return int(json.loads((state / STEP_FILE).read_text(encoding="utf-8"))["step"])


def loss_curves(ledger: Ledger) -> Iterator[tuple[int, str, dict[str, float]]]:
    """Read the logged losses.

    Yields:
        Step, data (`taught` for training data, as it is stored, or `held_out`), loss terms.
    """
    for row in ledger.rows:
        for kind in ("taught", "held_out"):
            if kind in row:
                yield row["step"], kind, row[kind]
