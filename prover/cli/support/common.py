"""The options that every command has: how much is said on stderr, and in which form."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Annotated, Any

import typer

from prover.cli.support.reference import GENERAL


class LogFormat(StrEnum):
    """How lines on stderr are written."""

    TEXT = "text"
    JSON = "json"


def _common(
    verbose: Annotated[
        bool,
        typer.Option(
            "-v", "--verbose", help="Say on stderr what is being done.", rich_help_panel=GENERAL
        ),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option(
            "-q", "--quiet", help="Say nothing but errors on stderr.", rich_help_panel=GENERAL
        ),
    ] = False,
    log_format: Annotated[
        LogFormat,
        typer.Option(help="How lines on stderr are written.", rich_help_panel=GENERAL),
    ] = LogFormat.TEXT,
) -> None: ...


@cache
def _options() -> tuple[Any, ...]:
    app = typer.Typer(add_completion=False)
    app.command()(_common)
    return tuple(typer.main.get_command(app).params)


def add_common_options(command: Any) -> None:
    """Let `command` take them; `configure_logging` takes them out again before it runs."""
    command.params = [*command.params, *_options()]


def configure_logging(ctx: Any) -> None:
    """Put the common options of a command line into effect."""
    verbose, quiet = ctx.params.pop("verbose"), ctx.params.pop("quiet")
    log_format = ctx.params.pop("log_format")
    if verbose and quiet:
        ctx.fail("--verbose and --quiet exclude each other: leave one out.")
    from prover.cli.support import messages

    messages.configure(
        level=messages.VERBOSE if verbose else messages.QUIET if quiet else messages.NORMAL,
        as_json=log_format is LogFormat.JSON,
    )
