"""`qstar explain`: why searches went as they did, and where their budgets went."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prover.cli.support.exits import Exit, finish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prover.graph.store import ProofGraph
    from prover.tracing.trace import Trace


WIDE = 200
"""Columns for a pipe or a file, where nobody cuts lines at 80."""


class Export(StrEnum):
    """A file format of proof graphs."""

    JSON = "json"
    GRAPHML = "graphml"
    DOT = "dot"
    SVG = "svg"


def explain(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="Where `qstar prove --trace` wrote its traces; or one of these files.",
            show_default=False,
        ),
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Only these theorems.", show_default=False),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="States to show of each search.")] = 40,
    export: Annotated[
        list[Export], typer.Option(help="Write the proof graphs in this form, too.")
    ] = [],  # noqa: B006  Typer copies it
) -> None:
    """Print each search as a tree, and write an HTML page of it beside its trace.

    Of several searches an index is written, too: index.html.
    """
    finish(lambda: _explain(folder, set(names or ()), most, export))


def _explain(path: Path, names: set[str], most: int, exports: list[Export]) -> Exit:
    from rich.console import Console

    from prover.tracing import terminal, trace
    from prover.tracing.page import index_page, page

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    pages: list[tuple[Path, Trace]] = []
    for file, found in _traces(path, names):
        for part in terminal.report(found, most):
            console.print(part)
        written = [file.with_name(file.name.removesuffix(trace.SUFFIX) + ".html")]
        pages.append((written[0], found))
        written[0].write_text(page(found), encoding="utf-8")
        for export in exports:
            written.append(written[0].with_suffix(f".{export}"))
            written[-1].write_text(_exported(found.graph, export), encoding="utf-8")
        for made in written:
            console.print(f"written: {made}", soft_wrap=True)
        console.print()
    if len(pages) > 1:
        index = pages[0][0].with_name("index.html")
        index.write_text(index_page(pages), encoding="utf-8")
        console.print(f"written: {index}", soft_wrap=True)
    return Exit.DONE


def _traces(path: Path, names: set[str]) -> Iterator[tuple[Path, Trace]]:
    """The traces that the arguments name."""
    from lean_env.errors import BadInput
    from prover.tracing import trace

    if path.is_file():
        yield path, trace.read(path)
        return
    missing = set(names)
    for file, found in trace.read_all(path):
        missing.discard(found.name)
        if not names or found.name in names:
            yield file, found
    if missing:
        raise BadInput(f"no trace of {', '.join(sorted(missing))} is here", where=str(path))


def _exported(graph: ProofGraph, export: Export) -> str:
    import json

    from prover.graph.drawing import to_dot, to_svg
    from prover.graph.export import to_dict, to_graphml

    match export:
        case Export.JSON:
            return json.dumps(to_dict(graph), ensure_ascii=False)
        case Export.GRAPHML:
            return to_graphml(graph)
        case Export.DOT:
            return to_dot(graph)
        case Export.SVG:
            return to_svg(graph)
