"""`qstar data`: read proof data back, check it, put it together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.support.exits import Exit, finish

data = typer.Typer(
    help="Proof data: count it, show a search, check all proofs again, merge; trace a repository."
)

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="What `qstar collect` wrote.", show_default=False)
]


@data.command()
def stats(
    folder: Folder,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Count theorems, states and tactics: by outcome, reason, namespace, depth, length, time."""

    def command() -> Exit:
        from prover.cli.data_report import print_stats
        from prover.datasets.stats import summarize

        print_stats(summarize(folder), as_json=json)
        return Exit.DONE

    finish(command)


@data.command()
def show(
    folder: Folder,
    id: Annotated[str, typer.Argument(metavar="ID", help="Name of a theorem.", show_default=False)],
    most: Annotated[int, typer.Option(min=1, help="States that are shown.")] = 40,
) -> None:
    """Show a search: the theorem, its proof, the states met and where the budget went."""

    def command() -> Exit:
        from prover.cli.data_report import print_search
        from prover.datasets.store import find, manifest_of

        settings = manifest_of(folder).settings
        for search in find(folder, id):
            print_search(search, str(settings["search"]), most)
        return Exit.DONE

    finish(command)


@data.command()
def verify(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="What `qstar collect` wrote, or `qstar export --format hf` of it.",
            show_default=False,
        ),
    ],
    timeout: Annotated[float, typer.Option(min=1, help="Seconds for each proof.")] = 60.0,
) -> None:
    """Check every stored proof again.  Exit code: 0 all accepted, 1 some not, 2 bad input."""

    def command() -> Exit:
        import asyncio

        from lean_env.gate.verifier import Verifier
        from prover.cli.data_report import Recheck
        from prover.datasets.verify import stored_proofs
        from prover.datasets.verify import verify as recheck
        from prover.lean_setup import prepare_lean

        proofs = stored_proofs(folder)
        _, launch_for = prepare_lean()

        async def check() -> Exit:
            seen = Recheck()
            async with Verifier(launch_for, seconds=timeout) as verifier:
                async for name, verdict in recheck(proofs, verifier):
                    seen.show(name, verdict)
            return seen.sum_up()

        return asyncio.run(check())

    finish(command)


@data.command()
def merge(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR", help="Shards, for instance.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="A new folder.", file_okay=False, show_default=False)],
) -> None:
    """Put several folders together, each search once."""

    def command() -> Exit:
        from prover.datasets.merge import merge as merge_into

        count = merge_into(folders, out)
        print(f"{count:,} searches in {out}")
        return Exit.DONE

    finish(command)


@data.command()
def trace(
    repo: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="A Git repository in Lean, or the folder of one.",
            show_default=False,
        ),
    ],
    commit: Annotated[str, typer.Argument(metavar="COMMIT", show_default=False)],
    out: Annotated[Path, typer.Option(help="A new folder.", file_okay=False, show_default=False)],
) -> None:
    """Trace a repository with lean-dojo: it then is a suite for `qstar eval`, and data for
    `qstar train`.  Needs git, lake and the network, and takes its time.

    Exit code: 0 done, 2 bad input, 3 not possible here."""

    def command() -> Exit:
        from prover.datasets.formats.trace import trace as trace_into

        count = trace_into(repo, commit, out)
        print(f"{count:,} files traced; {out} is for `qstar eval` and `qstar train`")
        return Exit.DONE

    finish(command)
