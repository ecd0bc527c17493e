"""`qstar man`: the manual page, written from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import typer

from prover.cli.support.reference import GENERAL

if TYPE_CHECKING:
    from prover.cli.support.reference import Command, Option

EXIT_CODES = (
    ("0", "done: all proved, accepted, measured or written"),
    ("1", "something was not proved or not accepted"),
    ("2", "bad input: a message says what is wrong, where, and what to do"),
    ("3", "broken set-up, as when Lean cannot be installed; `qstar doctor` says more"),
    ("130", "interrupted by Ctrl-C; what there was is kept"),
    ("141", "the program that reads the output has ended"),
)


def man(ctx: typer.Context) -> None:
    """Print the manual page: qstar man > ~/.local/share/man/man1/qstar.1."""
    from prover.cli.support.reference import commands
    from prover.runs.manifest import package_version

    print(page(commands(ctx.find_root().command), package_version() or ""))


def page(commands: Iterable[Command], version: str) -> str:
    """The manual page in roff.

    Args:
        commands: As `prover.cli.support.reference.commands` yields them.
        version: Of qstar.
    """
    lines = [
        f'.TH QSTAR 1 "" "qstar {version}" "User Commands"',
        *(".SH NAME", r"qstar \- prove Lean 4 theorems"),
        *(".SH SYNOPSIS", r"\fBqstar\fR COMMAND [OPTIONS]", ".SH COMMANDS"),
    ]
    common: list[Option] = []
    for command in commands:
        general = command.groups().get(GENERAL, [])
        if command.subcommands:
            lines += _section(command, command.options)
        else:
            lines += _section(command, [o for o in command.options if o not in general])
            common = general
    lines += [".SH COMMON OPTIONS", *_options(common), ".SH EXIT STATUS"]
    for code, meaning in EXIT_CODES:
        lines += [".TP", rf"\fB{code}\fR", _escaped(meaning)]
    lines += [
        ".SH ENVIRONMENT",
        "Each option can be set by the environment variable that is named beside it.  "
        "The command line goes before the environment, the environment before a configuration "
        "file.",
        *(".TP", r"\fBQSTAR_CACHE\fR", "The folder in which Lean and its snapshots are kept."),
        ".SH FILES",
        *(".TP", r"\fBqstar.toml\fR, \fBpyproject.toml\fR (table \fBtool.qstar\fR)"),
        "Defaults of options, in the folder of the project: "
        r"\fBtimeout = 30\fR for all commands, or in a table \fB[prove]\fR for one.",
    ]
    return "\n".join(lines)


def _section(command: Command, options: Iterable[Option]) -> Iterator[str]:
    yield f".SS {_escaped(command.usage)}"
    for number, paragraph in enumerate(command.description.split("\n\n")):
        if number:
            yield ".PP"
        yield _escaped(" ".join(paragraph.split()))
    for argument in command.arguments:
        yield from (".TP", rf"\fI{_escaped(argument.usage)}\fR", _escaped(argument.help))
    yield from _options(options)


def _options(options: Iterable[Option]) -> Iterator[str]:
    for option in options:
        said = f"{option.help}  {option.details}  ({option.environment})"
        yield from (".TP", rf"\fB{_escaped(option.usage)}\fR", _escaped(said))


def _escaped(text: str) -> str:
    """Text that roff takes as it stands."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text
