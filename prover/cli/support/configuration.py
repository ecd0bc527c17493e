"""Defaults of options from a file: `qstar.toml`, or the table `tool.qstar` of `pyproject.toml`.

An option is named as on the command line, without dashes before it: at the top for all commands
that have it, or in a table for one command::

    timeout = 30
    [prove]
    max-lean-calls = 400
    [data.verify]
    timeout = 120

The command line goes before the environment, the environment before the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_env.errors import BadInput
from prover.cli.support.reference import Command, commands

OWN_FILE, SHARED_FILE = "qstar.toml", "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a file says; `prefix` is the table of it that is ours."""

    path: Path
    text: str
    prefix: tuple[str, ...]
    table: Mapping[str, Any]

    def line(self, *keys: str) -> int:
        """The line in which a key stands; 0 if it is not found."""
        *tables, key = (*self.prefix, *keys)
        header = re.compile(rf"^\s*\[\s*{_spelled('.'.join(tables))}\s*\]") if tables else None
        inside = header is None
        for number, line in enumerate(self.text.split("\n"), start=1):
            if re.match(r"^\s*\[", line):
                inside = bool(header and header.match(line))
                if re.match(rf"^\s*\[\s*{_spelled('.'.join((*tables, key)))}\s*\]", line):
                    return number
            elif inside and re.match(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
                return number
        return 0


def _spelled(name: str) -> str:
    return r"\s*\.\s*".join(map(re.escape, name.split(".")))


def find(start: Path) -> Configuration | None:
    """The nearest file that configures qstar, in `start` or above it.

    Raises:
        BadInput: It cannot be read or is no TOML.
    """
    import tomllib

    for folder in (start, *start.parents):
        for name, prefix in ((OWN_FILE, ()), (SHARED_FILE, ("tool", "qstar"))):
            path = folder / name
            try:
                text = path.read_text("utf-8")
                table: Any = tomllib.loads(text)
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                continue
            except (OSError, UnicodeDecodeError) as error:
                raise BadInput(f"cannot be read: {error}", where=str(path)) from None
            except tomllib.TOMLDecodeError as error:
                if prefix and "tool.qstar" not in text:
                    continue  # for others to say
                raise BadInput(f"not TOML: {error}", where=str(path)) from None
            for key in prefix:
                table = table.get(key, {}) if isinstance(table, dict) else {}
            if table or not prefix:
                return Configuration(path, text, prefix, table)
    return None


def defaults(found: Configuration, root: Any) -> dict[str, Any]:
    """What Click takes as its `default_map`.

    Args:
        found: The file.
        root: The command of Click at the top.

    Raises:
        BadInput: There is no such option or command; the message names place and remedy.
    """
    known = {command.name: command for command in commands(root)}
    result: dict[str, Any] = {}
    general = {key: value for key, value in found.table.items() if not isinstance(value, dict)}
    _check(found, (), general, known.values())
    for command in known.values():
        own = _table_of(found, command)
        for key, value in (general | own).items():
            for option in command.options:
                if option.key == key:
                    _put(result, command.name, option.name, value)
    _check_tables(found, known)
    return result


def _table_of(found: Configuration, command: Command) -> dict[str, Any]:
    table: Any = found.table
    path = command.name.split()[1:]
    if not path:
        return {}
    for name in path:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    own = {key: value for key, value in table.items() if not isinstance(value, dict)}
    _check(found, tuple(path), own, [command])
    return own


def _check_tables(found: Configuration, known: Mapping[str, Command]) -> None:
    for path in _tables(found.table):
        if f"qstar {' '.join(path)}" not in known:
            names = [c.split()[1] for c in known if len(c.split()) == 2]
            raise BadInput(
                f"there is no command `{' '.join(path)}`",
                where=str(found.path),
                line=found.line(*path),
                remedy=_did_you_mean(path[-1], names) or f"the commands are {', '.join(names)}",
            )


def _tables(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield (*path, key)
            yield from _tables(value, (*path, key))


def _check(
    found: Configuration, path: tuple[str, ...], table: Mapping[str, Any], among: Any
) -> None:
    keys = dict.fromkeys(option.key for command in among for option in command.options)
    for key in table:
        if key not in keys:
            of = f"`qstar {' '.join(path)}` has" if path else "no command has an"
            what = f"{of} no option `{key}`" if path else f"{of} option `{key}`"
            remedy = f"see `qstar {' '.join([*path, '--help'])}`"
            raise BadInput(
                what,
                where=str(found.path),
                line=found.line(*path, key),
                remedy=_did_you_mean(key, list(keys)) or remedy,
            )


def _did_you_mean(word: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word.replace("_", "-"), known, n=1)
    return f"did you mean `{near[0]}`?" if near else ""


def _put(result: dict[str, Any], command: str, name: str, value: Any) -> None:
    for word in command.split()[1:]:
        result = result.setdefault(word, {})
    result[name] = value
