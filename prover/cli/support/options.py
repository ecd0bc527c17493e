"""Options that several commands take, and the groups in which help lists them."""

from __future__ import annotations

from typing import Annotated

import typer

from lean_env.types import Kernels as KernelChoice
from prover.config import LeanChoice
from prover.registry import POLICIES, SEARCHES, VALUES, describe
from prover.types import Style as ProofStyle

SEARCHING = "Search"
LIMITS = "Limits"
OUTPUT = "Output"
RUNNING = "Lean"
GOING_ON = "Going on"
SELECTION = "Selection"

Policy = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        help=f"Who proposes tactics: {describe(POLICIES)}; or several with commas between.",
        show_default="portfolio,lemmas",
        rich_help_panel=SEARCHING,
    ),
]
Search = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help=f"{describe(SEARCHES)}.",
        show_default="qstar, or bestfirst with --policy",
        rich_help_panel=SEARCHING,
    ),
]
Value = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        help=f"What guides the search: {describe(VALUES)}; or the mean of several with commas "
        "between.",
        show_default="shipped, or constant with --policy",
        rich_help_panel=SEARCHING,
    ),
]
Timeout = Annotated[
    float,
    typer.Option(metavar="SECONDS", help="Seconds for each theorem.", rich_help_panel=LIMITS),
]
MaxLeanCalls = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Tactics that Lean may run for each theorem.",
        show_default="no limit",
        rich_help_panel=LIMITS,
    ),
]
MaxTokens = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Tokens that models may write for each theorem.",
        show_default="no limit",
        rich_help_panel=LIMITS,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Lean processes.",
        show_default="as the machine and the work allow",
        rich_help_panel=RUNNING,
    ),
]
Lean = Annotated[
    LeanChoice,
    typer.Option(
        help="Which Lean: that of the Lake project of the files, with our server (native) or with "
        "leanprover-community/repl (repl), or embedded Lean; auto takes the first of these that "
        "works there.",
        rich_help_panel=RUNNING,
    ),
]
Kernels = Annotated[
    KernelChoice,
    typer.Option(
        help="Which kernels have to accept a proof: Lean's own alone, or a second, independent one "
        "as well.",
        rich_help_panel=RUNNING,
    ),
]
Polish = Annotated[
    bool, typer.Option("--polish", help="Shorten the proofs.", rich_help_panel=OUTPUT)
]
Style = Annotated[
    ProofStyle,
    typer.Option(
        help="How proofs are written: for people to read, or as short as the search found them.",
        rich_help_panel=OUTPUT,
    ),
]
Split = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Only this split, like train, valid or test.",
        show_default="all",
        rich_help_panel=SELECTION,
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Only so many theorems.",
        show_default="all",
        rich_help_panel=SELECTION,
    ),
]
