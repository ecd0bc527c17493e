"""Every command with its arguments and options, as data.

Help pages, the man page, shell completion and the reference page of the docs are all written from
these records, so that they cannot disagree::

    import typer
    from prover.cli import app
    from prover.cli.support.reference import commands

    for command in commands(typer.main.get_command(app)):
        print(command.name, command.summary)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_args

PREFIX = "QSTAR_"
"""What the environment variables of options begin with."""

GENERAL = "General"
"""The group of the options that every command has."""

_PLACEHOLDERS = {int: "N", float: "NUMBER", Path: "PATH"}
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e)\.$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What is given by its place.  `repeatable`: any number of them."""

    name: str
    help: str
    required: bool
    repeatable: bool

    @property
    def usage(self) -> str:
        """As the usage line has it: optional ones in brackets."""
        name = f"{self.name}..." if self.repeatable else self.name
        return name if self.required else f"[{name}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a command.

    Attributes:
        name: The name in the code, like `max_lean_calls`.
        names: All spellings that set it, like `-v` and `--verbose`.
        off: The spellings that unset a flag, like `--no-baseline`.
        value: What stands for its value in help, like `SECONDS`; empty for a flag.
        choices: The values that it takes, if these are few.
        default: The default in words; empty when there is none to speak of.
        environment: The environment variable that sets it.
        group: The heading under which help lists it.
        repeatable: Whether it may be given several times.
    """

    name: str
    names: tuple[str, ...]
    off: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    default: str
    environment: str
    help: str
    group: str
    required: bool
    repeatable: bool

    @property
    def key(self) -> str:
        """Its name in a configuration file: the long spelling without dashes before it."""
        return max(self.names, key=len).lstrip("-")

    @property
    def usage(self) -> str:
        """All spellings, and its value."""
        spellings = ", ".join(self.names) + "".join(f" / {name}" for name in self.off)
        return f"{spellings} {self.value}".rstrip()

    @property
    def details(self) -> str:
        """Default and whether it must be given, in brackets; empty if there is nothing to say."""
        said = [f"default: {self.default}"] if self.default else []
        said += ["required"] if self.required else []
        said += ["may be given several times"] if self.repeatable else []
        return f"[{'; '.join(said)}]" if said else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command; `subcommands` are the names of those below it, like `stats` of `qstar data`."""

    name: str
    summary: str
    description: str
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]
    subcommands: tuple[str, ...]
    group: str

    @property
    def usage(self) -> str:
        """The usage line."""
        options = ["[OPTIONS]"] if self.options else []
        rest = ["COMMAND ..."] if self.subcommands else []
        return " ".join([self.name, *options, *(a.usage for a in self.arguments), *rest])

    def groups(self) -> dict[str, list[Option]]:
        """The options by group, in the order in which they are declared, the general ones last."""
        found: dict[str, list[Option]] = {}
        for option in sorted(self.options, key=lambda option: option.group == GENERAL):
            found.setdefault(option.group, []).append(option)
        return found


def commands(root: Any, name: str = "qstar") -> Iterator[Command]:
    """`root` and all commands below it.

    Args:
        root: What `typer.main.get_command` returns.
        name: The name of the program.

    Yields:
        The program itself first, then each command followed by its subcommands.
    """
    yield describe(root, name)
    for child, command in getattr(root, "commands", {}).items():
        if not command.hidden:
            yield from commands(command, f"{name} {child}")


def describe(command: Any, name: str) -> Command:
    """The record of one command of Click, which is called as `name`."""
    text = " ".join((command.help or "").split("\f")[0].split("\n\n")[0].split())
    return Command(
        name=name,
        summary=_first_sentence(text),
        description=command.help or "",
        arguments=tuple(
            _argument(param) for param in command.params if param.param_type_name == "argument"
        ),
        options=tuple(
            _option(param)
            for param in command.params
            if param.param_type_name == "option" and not param.hidden
        ),
        subcommands=tuple(n for n, c in getattr(command, "commands", {}).items() if not c.hidden),
        group=command.rich_help_panel or "Commands",
    )


def environment_variable(names: list[str]) -> str:
    """The variable that sets the option of these spellings."""
    return PREFIX + max(names, key=len).lstrip("-").replace("-", "_").upper()


def _argument(param: Any) -> Argument:
    return Argument(
        name=param.metavar or param.name.upper(),
        help=param.help or "",
        required=param.required,
        repeatable=param.nargs == -1,
    )


def _option(param: Any) -> Option:
    choices = _choices(param)
    return Option(
        name=param.name,
        names=tuple(param.opts),
        off=tuple(param.secondary_opts),
        value="" if param.is_flag else param.metavar or "|".join(choices) or _placeholder(param),
        choices=choices,
        default=_default(param),
        environment=param.envvar or environment_variable(param.opts),
        help=" ".join((param.help or "").split()),
        group=param.rich_help_panel or "Options",
        required=param.required,
        repeatable=param.multiple,
    )


def _annotation(param: Any) -> Any:
    """The type of a value, of one of several for a repeatable option."""
    annotation = param.type_descriptor.annotation
    arguments = get_args(annotation)
    return arguments[0] if arguments else annotation


def _choices(param: Any) -> tuple[str, ...]:
    annotation = _annotation(param)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


def _placeholder(param: Any) -> str:
    return _PLACEHOLDERS.get(_annotation(param), "TEXT")


def _default(param: Any) -> str:
    if isinstance(param.show_default, str):
        return param.show_default
    value = param.default
    if not param.show_default or value is None or callable(value) or value in ([], (), ""):
        return ""
    if isinstance(value, bool):
        return "" if not value else max(param.opts, key=len) if param.secondary_opts else "on"
    if isinstance(value, Enum):
        return str(value.value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence; without it."""
    parts = re.split(r"(?<=\.)\s", text)
    sentence = parts[0]
    for part in parts[1:]:
        if not _ABBREVIATION.search(sentence):
            break
        sentence += f" {part}"
    return sentence.removesuffix(".")
