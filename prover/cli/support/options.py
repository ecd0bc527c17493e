"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from prover.config import LeanChoice

Policy = Annotated[
    str,
    typer.Option(
        help="Who proposes tactics: portfolio, lemmas (of Lean's library, that fit), shipped (the "
        "model that comes along), model:DIR (that we trained; sample:DIR varies with the seed), "
        "hf:PATH_OR_NAME, openai:URL#MODEL, or several with commas between; default is "
        "portfolio,lemmas.",
    ),
]
Search = Annotated[
    str,
    typer.Option(
        help="bestfirst, astar, qstar, mcts, rmax, beam, bestofn, mpc or portfolio; default is "
        "qstar, or bestfirst with --policy.",
    ),
]
Value = Annotated[
    str,
    typer.Option(
        help="What guides the search: constant, size (of the goals), shipped (the model that comes "
        "along), learned:DIR, or the mean of several with commas between; default is shipped, or "
        "constant with --policy.",
    ),
]
Timeout = Annotated[float, typer.Option(help="Seconds for each theorem.")]
MaxLeanCalls = Annotated[
    int | None, typer.Option(min=1, help="Tactics that Lean may run for each theorem.")
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Lean processes.  [default: as the machine and the work allow]"),
]
Lean = Annotated[
    LeanChoice,
    typer.Option(
        help="Which Lean: the Lake project's that the files lie in, or embedded Lean; auto takes "
        "the first where there is one."
    ),
]
Polish = Annotated[bool, typer.Option("--polish", help="Shorten the proofs.")]
Split = Annotated[str | None, typer.Option(help="Only this split, like train, valid or test.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only so many theorems.")]
