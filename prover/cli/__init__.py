"""The command line: one file a command."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from prover.cli.collect import collect
from prover.cli.compare import compare
from prover.cli.data import data
from prover.cli.doctor import doctor
from prover.cli.eval import evaluate
from prover.cli.explain import explain
from prover.cli.export import export
from prover.cli.loop import loop
from prover.cli.mcp import mcp
from prover.cli.prove import prove
from prover.cli.repl import repl
from prover.cli.serve import serve
from prover.cli.train import train
from prover.cli.verify import verify

app = typer.Typer(
    name="qstar",
    help="Prove Lean 4 theorems.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help answers in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(prove)
app.command()(verify)
app.command("eval")(evaluate)
app.command()(compare)
app.command()(explain)
app.command()(collect)
app.add_typer(data, name="data")
app.command()(export)
app.command()(loop)
app.command()(serve)
app.command()(mcp)
app.command()(repl)
app.command()(doctor)
app.add_typer(train, name="train")


def _say_version(wanted: bool) -> None:
    if wanted:
        from prover.runs.manifest import own_version

        print(f"qstar {own_version() or '(not installed)'}")
        raise typer.Exit


@app.callback()
def qstar(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say which it is."),
    ] = False,
) -> None:
    """Prove Lean 4 theorems."""


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # Lean is, whatever the locale says
    app()
