"""`qstar cache`: where Lean is kept, what is kept, and what is no longer of use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from prover.cli.support.exits import Exit, finish
from prover.cli.support.help import Command, Group

if TYPE_CHECKING:
    from lean_env.toolchain.cache import Entry

cache = typer.Typer(
    cls=Group,
    help="The folder in which Lean and its snapshots are kept: where it is, what is in it, and "
    "making it smaller.",
    rich_markup_mode=None,
)


@cache.command(cls=Command)
def path() -> None:
    """Print the folder, which QSTAR_CACHE sets."""

    def command() -> Exit:
        from lean_env.toolchain.cache import default_cache_dir

        print(default_cache_dir())
        return Exit.DONE

    finish(command)


@cache.command("list", cls=Command)
def list_() -> None:
    """List what is kept, with its size and its last use."""

    def command() -> Exit:
        import time

        total = 0
        for entry in _entries():
            total += entry.size
            used = time.strftime("%Y-%m-%d", time.localtime(entry.used))
            what = ", ".join(entry.imports) or entry.folder.name
            print(f"{entry.size / 1e6:>7,.0f} MB  {used}  {entry.folder.parent.name}: {what}")
        print(f"{total / 1e6:>7,.0f} MB in all")
        return Exit.DONE

    finish(command)


@cache.command(cls=Command)
def prune(
    days: Annotated[
        int, typer.Option(min=0, metavar="N", help="Keep what was used in the last N days.")
    ] = 30,
    all: Annotated[
        bool, typer.Option("--all", help="Remove everything; the next use sets it up again.")
    ] = False,
) -> None:
    """Remove what has not been used for long, and what a killed set-up left."""

    def command() -> Exit:
        import time

        from lean_env.toolchain.cache import default_cache_dir, remove_entry, remove_unfinished

        oldest = time.time() - days * 86400
        gone = [entry for entry in _entries() if all or entry.used < oldest]
        for entry in gone:
            remove_entry(entry)
        freed = sum(entry.size for entry in gone) + remove_unfinished(default_cache_dir())
        print(f"{freed / 1e6:,.0f} MB freed in {default_cache_dir()}")
        return Exit.DONE

    finish(command)


def _entries() -> Iterator[Entry]:
    from lean_env.toolchain.cache import default_cache_dir, entries

    yield from entries(default_cache_dir())
