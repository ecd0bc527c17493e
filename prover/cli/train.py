"""`qstar train`: from the searches that `qstar collect` keeps to a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prover.cli.support.exits import Exit, finish
from prover.cli.support.help import Command, Group

if TYPE_CHECKING:
    from prover.training.train import TrainingKind

train = typer.Typer(
    cls=Group,
    help="Train the policy, the cost-to-go and the step scorer on searches.",
    rich_markup_mode=None,
)

Data = Annotated[
    list[Path],
    typer.Argument(
        help="Folders that `qstar collect` or `qstar export --format hf` wrote, or LeanDojo "
        "Benchmark's, as `random`, or a repository that `qstar data trace` traced: the train split "
        "of these.",
        show_default=False,
    ),
]
Out = Annotated[
    Path, typer.Option(metavar="DIR", help="Where the model and the report go.", show_default=False)
]
Model = Annotated[
    Path | None,
    typer.Option("--from", metavar="DIR", help="Go on from this model.", show_default="a new one"),
]
Base = Annotated[
    str | None,
    typer.Option(
        metavar="PATH_OR_NAME",
        help="Begin with a pretrained causal model, and train a LoRA adapter on it.",
    ),
]
Epochs = Annotated[int, typer.Option(min=1, help="How often everything is seen.")]
Rate = Annotated[float, typer.Option(help="The greatest learning rate.")]
Seed = Annotated[int, typer.Option(help="Of weights and of the order.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a training in --out.")]
Premises = Annotated[
    bool, typer.Option("--premises", help="Name fitting lemmas of the data in the prompts.")
]


@train.command(cls=Command)
def policy(
    data: Data,
    out: Out,
    model: Model = None,
    base: Base = None,
    epochs: Epochs = 4,
    rate: Rate = 1e-3,
    seed: Seed = 0,
    premises: Premises = False,
    resume: Resume = False,
) -> None:
    """Imitate the tactics of the least verified proofs."""
    _train("policy", data, out, model, base, epochs, rate, seed, premises, resume)


@train.command(cls=Command)
def value(
    data: Data,
    out: Out,
    outcome: Annotated[
        bool,
        typer.Option(
            "--outcome", help="Score steps by whether the attempt succeeded: the baseline."
        ),
    ] = False,
    model: Model = None,
    base: Base = None,
    epochs: Epochs = 2,
    rate: Rate = 1e-3,
    seed: Seed = 0,
    premises: Premises = False,
    resume: Resume = False,
) -> None:
    """Learn V(s) and Q(s, a) from what Lean said of every tactic."""
    kind: TrainingKind = "outcome" if outcome else "process"
    _train(kind, data, out, model, base, epochs, rate, seed, premises, resume)


@train.command(cls=Command)
def preference(
    data: Data,
    out: Out,
    ilql: Annotated[
        bool, typer.Option("--ilql", help="By implicit Q-learning instead of DPO.")
    ] = False,
    model: Model = None,
    base: Base = None,
    epochs: Epochs = 1,
    rate: Rate = 1e-4,
    seed: Seed = 0,
    premises: Premises = False,
    resume: Resume = False,
) -> None:
    """Prefer the tactics of proofs to their siblings."""
    kind: TrainingKind = "ilql" if ilql else "dpo"
    _train(kind, data, out, model, base, epochs, rate, seed, premises, resume)


@train.command(cls=Command)
def export(
    model: Annotated[
        Path, typer.Argument(metavar="DIR", help="What `--out` named.", show_default=False)
    ],
) -> None:
    """Write a model for onnxruntime, too: searches then use it without loading torch.

    Exit code: 0 done, 2 bad input.
    """

    def command() -> Exit:
        from prover.cli.support.extras import needed

        with needed("train"):
            from prover.training.export import export as write
        print(write(model))
        return Exit.DONE

    finish(command)


def _train(
    kind: TrainingKind,
    data: list[Path],
    out: Path,
    model: Path | None,
    base: str | None,
    epochs: int,
    rate: float,
    seed: int,
    premises: bool,
    resume: bool,
) -> None:
    def command() -> Exit:
        from lean_env.errors import BadInput
        from prover.cli.support.display import Display
        from prover.cli.support.extras import needed
        from prover.cli.support.messages import inform

        with needed("train"):
            from prover.training.fit import TrainingSchedule
            from prover.training.train import TrainingConfig, train

        if model and base:
            raise BadInput(
                "a training begins with one model", where="--from, --base", remedy="name one"
            )
        if premises and (model or base):
            raise BadInput(
                "only a new model can be told of lemmas; one that goes on has its own, or none",
                where="--premises",
                remedy="leave it out",
            )
        training = TrainingConfig(
            kind=kind,
            data=tuple(data),
            model=model,
            base=base,
            schedule=TrainingSchedule(epochs=epochs, rate=rate, seed=seed),
            premises=premises,
        )
        with needed("train"), Display() as display:
            report = train(training, out, resume=resume, show=inform, progress=display)
        print(_summary(report, out))
        return Exit.DONE

    finish(command)


def _summary(report: dict[str, Any], out: Path) -> str:
    lines = [
        f"the model is in {out / 'model'}",
        f"use it: --policy model:{out}, --value learned:{out}, --from {out}",
        f"to use it without loading torch: qstar train export {out}",
    ]
    if (mean_nll := report["imitation"]) is not None:
        lines.append(f"held out, policy: mean -log p of a proof's tactic {mean_nll:.2f}")
    for name, symbol in (("value", "V(s)"), ("q", "Q(s, a)")):
        if found := report["calibration"].get(name):
            auc = "" if found["auc"] is None else f", tells provable apart: {found['auc']:.3f}"
            lines.append(f"held out, {symbol}: mean error {found['mean_error']:.2f} steps{auc}")
    lines.append(f"all figures: {out / 'report.json'}")
    return "\n".join(lines)
