"""The command line: one file a command."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from prover.cli.cache import cache
from prover.cli.collect import collect
from prover.cli.compare import compare
from prover.cli.completion import completion
from prover.cli.data import data
from prover.cli.doctor import doctor
from prover.cli.eval import evaluate
from prover.cli.explain import explain
from prover.cli.export import export
from prover.cli.loop import loop
from prover.cli.man import man
from prover.cli.mcp import mcp
from prover.cli.prove import prove
from prover.cli.repl import repl
from prover.cli.serve import serve
from prover.cli.setup import setup
from prover.cli.support.help import Command, Group
from prover.cli.support.reference import GENERAL
from prover.cli.train import train
from prover.cli.ui import ui
from prover.cli.verify import verify

PROVE, MEASURE, LEARN, SERVE, SET_UP = "Prove", "Measure", "Learn", "Serve", "Set up"

app = typer.Typer(
    name="qstar",
    cls=Group,
    add_completion=False,  # `qstar completion` writes scripts that need no Python to complete
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich would take longer than all the rest
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group, name, command in (
    (PROVE, "prove", prove),
    (PROVE, "verify", verify),
    (PROVE, "explain", explain),
    (PROVE, "ui", ui),
    (MEASURE, "eval", evaluate),
    (MEASURE, "compare", compare),
    (LEARN, "collect", collect),
    (LEARN, "export", export),
    (LEARN, "loop", loop),
    (SERVE, "serve", serve),
    (SERVE, "mcp", mcp),
    (SERVE, "repl", repl),
    (SET_UP, "setup", setup),
    (SET_UP, "doctor", doctor),
    (SET_UP, "completion", completion),
    (SET_UP, "man", man),
):
    app.command(name, cls=Command, rich_help_panel=group)(command)
app.add_typer(data, name="data", rich_help_panel=LEARN)
app.add_typer(cache, name="cache", rich_help_panel=SET_UP)
app.add_typer(train, name="train", rich_help_panel=LEARN)


def _print_version(wanted: bool) -> None:
    if wanted:
        from prover.runs.manifest import package_version

        print(f"qstar {package_version() or '(not installed)'}")
        raise typer.Exit


@app.callback()
def qstar(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001  its callback prints the version
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
            rich_help_panel=GENERAL,
        ),
    ] = False,
) -> None:
    """Prove Lean 4 theorems."""
    from pathlib import Path

    from lean_env.errors import BadInput
    from prover.cli.support import configuration

    try:
        if found := configuration.find(Path.cwd()):
            ctx.default_map = configuration.defaults(found, ctx.command)
            ctx.obj = found  # for messages about its values
    except BadInput as error:
        if {"-h", "--help"} & set(sys.argv):  # help is of use above all when something is wrong
            return
        from prover.cli.support import messages
        from prover.cli.support.exits import explain

        messages.configure(messages.NORMAL, as_json=False)
        raise typer.Exit(explain(error)) from None


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # Lean is, whatever the locale says
    app(prog_name="qstar")
