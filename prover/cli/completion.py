"""`qstar completion`: scripts that let shells complete commands, options and their values.

The scripts know all commands by themselves: completing starts no Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from prover.cli.support.reference import Command, Option


class Shell(StrEnum):
    """The shells for which there is a script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    ctx: typer.Context,
    shell: Annotated[
        Shell,
        typer.Argument(metavar="bash|zsh|fish", help="The shell.", show_default=False),
    ],
) -> None:
    """Print the completion script of a shell.

    bash: source <(qstar completion bash), in ~/.bashrc.

    zsh: source <(qstar completion zsh), in ~/.zshrc after compinit.

    fish: qstar completion fish > ~/.config/fish/completions/qstar.fish
    """
    from prover.cli.support.reference import commands

    found = list(commands(ctx.find_root().command))
    print({Shell.BASH: _bash, Shell.ZSH: _zsh, Shell.FISH: _fish}[shell](found))


def _bash(commands: Sequence[Command]) -> str:
    words = [f"    {_case(c.name)}) words={_quoted(' '.join(_words(c)))} ;;" for c in commands]
    values = [
        f"    {_case(f'{c.name} {name}')}) words={_quoted(' '.join(option.choices))} ;;"
        for c in commands
        for option in c.options
        if option.choices
        for name in option.names
    ]
    groups = "|".join(_case(c.name) for c in commands if c.subcommands)
    return "\n".join(
        [
            "_qstar() {",
            '  local current="${COMP_WORDS[COMP_CWORD]}" command=qstar words="" word i',
            '  local previous="${COMP_WORDS[COMP_CWORD-1]}"',
            "  for ((i = 1; i < COMP_CWORD; i++)); do",
            '    word="${COMP_WORDS[i]}"',
            '    case "$command" in',
            f'    {groups}) [[ "$word" == -* ]] || command="$command $word" ;;',
            "    esac",
            "  done",
            '  case "$command $previous" in',
            *values,
            "  esac",
            '  [[ -n "$words" ]] || case "$command" in',
            *words,
            "  esac",
            '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
            "}",
            "complete -o default -F _qstar qstar",
        ]
    )


def _case(pattern: str) -> str:
    return f'"{pattern}"'


def _words(command: Command) -> list[str]:
    """What may stand after it: subcommands, or options and what an argument takes."""
    options = [name for o in command.options for name in (*o.names, *o.off)]
    names = [a.name.split("|") for a in command.arguments if "|" in a.name]
    return [*command.subcommands, *(word for words in names for word in words), *options, "--help"]


def _quoted(text: str) -> str:
    """As one word of bash, zsh or fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "'\\''") + "'"


def _zsh(commands: Sequence[Command]) -> str:
    lines = ["#compdef qstar", "_qstar() {", "  local command=qstar word", "  local -a items"]
    groups = "|".join(_case(c.name) for c in commands if c.subcommands)
    lines += [
        "  for word in ${words[2,CURRENT-1]}; do",
        '    case "$command" in',
        f'    {groups}) [[ "$word" == -* ]] || command="$command $word" ;;',
        "    esac",
        "  done",
        '  case "$command ${words[CURRENT-1]}" in',
    ]
    for c in commands:
        for option in c.options:
            if option.choices:
                patterns = "|".join(_case(f"{c.name} {name}") for name in option.names)
                choices = " ".join(_quoted(choice) for choice in option.choices)
                lines.append(f"    {patterns}) compadd -- {choices}; return ;;")
    lines += ["  esac", '  case "$command" in']
    summaries = {c.name: c.summary for c in commands}
    for c in commands:
        items = [(name, summaries[f"{c.name} {name}"]) for name in c.subcommands]
        items += [(word, "") for a in c.arguments if "|" in a.name for word in a.name.split("|")]
        items += [(name, o.help) for o in c.options for name in (*o.names, *o.off)]
        listed = " ".join(_quoted(f"{name}:{_plain(text)}") for name, text in items)
        lines.append(f"    {_case(c.name)}) items=({listed}) ;;")
    lines += [
        "  esac",
        "  _describe 'qstar' items",
        "  _files",
        "}",
        "compdef _qstar qstar",
    ]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """What zsh shows beside a word: colons would end it."""
    return text.replace(":", "\\:").replace("`", "")


def _fish(commands: Sequence[Command]) -> str:
    lines = ["complete -c qstar -e"]
    by_name = {c.name: c for c in commands}
    for c in commands:
        condition = _fish_condition(c, commands)
        for name in c.subcommands:
            summary = by_name[f"{c.name} {name}"].summary
            lines.append(f"complete -c qstar -f {condition} -a {name} -d {_quoted(summary)}")
        for argument in c.arguments:
            if "|" in argument.name:
                words = _quoted(argument.name.replace("|", " "))
                lines.append(f"complete -c qstar -f {condition} -a {words}")
        lines += [f"complete -c qstar {condition} {_fish_option(o)}" for o in c.options]
    return "\n".join(lines)


def _fish_condition(command: Command, commands: Sequence[Command]) -> str:
    """When the words of this command are offered."""
    path = command.name.split()[1:]
    if not path:
        return "-n __fish_use_subcommand"
    tests = [f"__fish_seen_subcommand_from {name}" for name in path]
    if command.subcommands:
        tests.append(f"not __fish_seen_subcommand_from {' '.join(command.subcommands)}")
    if len(path) == 1:  # not `qstar data verify` for `qstar verify`
        others = [c.name.split()[1] for c in commands if c.name.endswith(f" {path[0]}")]
        if groups := [name for name in others if name != path[0]]:
            tests.append(f"not __fish_seen_subcommand_from {' '.join(groups)}")
    return f"-n {_quoted('; and '.join(tests))}"


def _fish_option(option: Option) -> str:
    spellings = [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names]
    spellings += [f"-l {name[2:]}" for name in option.off]
    takes = f"-x -a {_quoted(' '.join(option.choices))}" if option.choices else "-r"
    value = takes if option.value else ""
    return f"{' '.join(spellings)} {value} -d {_quoted(option.help)}".replace("  ", " ")
