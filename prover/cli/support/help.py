"""How commands show their help: options in groups, nothing cut off.

Rich would do it too, but importing it takes longer than all the rest of `qstar --help`.
"""

from __future__ import annotations

from typing import Any

from typer import BadParameter
from typer.core import TyperCommand, TyperGroup

from prover.cli.support import reference
from prover.cli.support.common import add_common_options, configure_logging


class Command(TyperCommand):
    """A command with grouped options, an environment variable for each, and the common options."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        add_common_options(self)
        _name_environment_variables(self)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; what is wrong with a value from a file is said with its place."""
        try:
            return super().parse_args(ctx, args)
        except BadParameter as error:
            name = getattr(getattr(error, "param", None), "name", None)
            source = ctx.get_parameter_source(name) if name else None
            if name and source and source.name == "DEFAULT_MAP" and ctx.obj is not None:
                error.message += f" ({_place(ctx, name)})"
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run it, once the common options are in effect."""
        configure_logging(ctx)
        return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What the usage line says after the name."""
        return _usage(self, ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, and the options by group."""
        _write_parameters(reference.describe(self, ctx.command_path), formatter)


class Group(TyperGroup):
    """A command with commands below it; alone, it shows its help."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings | {"no_args_is_help": True})
        _name_environment_variables(self)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What the usage line says after the name."""
        return _usage(self, ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, and the commands by group with a whole sentence for each."""
        _write_parameters(reference.describe(self, ctx.command_path), formatter)
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            if not command.hidden:
                found = reference.describe(command, name)
                groups.setdefault(found.group, []).append((name, found.summary))
        width = max(len(name) for rows in groups.values() for name, _ in rows)
        for group, rows in groups.items():
            with formatter.section(group):
                formatter.write_dl([(f"{name:<{width}}", summary) for name, summary in rows])


def _place(ctx: Any, name: str) -> str:
    """Where the configuration file sets an option."""
    found = ctx.obj
    option = next(o for o in reference.describe(ctx.command, "").options if o.name == name)
    path = ctx.command_path.split()[1:]
    line = found.line(*path, option.key) or found.line(option.key)
    return f"{found.path}:{line}"


def _name_environment_variables(command: Any) -> None:
    """Give each option its `QSTAR_…`, which Click reads, and names in messages about its value."""
    for param in command.params:
        if param.param_type_name == "option" and not param.is_eager:
            param.envvar = param.envvar or reference.environment_variable(param.opts)
            param.show_envvar = True


def _usage(command: Any, ctx: Any) -> list[str]:
    found = reference.describe(command, ctx.command_path)
    return [found.usage.removeprefix(found.name).strip()]


def _write_parameters(found: reference.Command, formatter: Any) -> None:
    if found.arguments:
        with formatter.section("Arguments"):
            formatter.write_dl([(a.usage, a.help) for a in found.arguments])
    for group, options in found.groups().items():
        rows = [(o.usage, f"{o.help}  {o.details}".strip()) for o in options]
        if group == reference.GENERAL:
            rows.append(("-h, --help", "Show this help and exit."))
        with formatter.section(group):
            formatter.write_dl(rows)
