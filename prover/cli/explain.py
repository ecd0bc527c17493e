"""`qstar explain`: why searches went as they did, and where their budgets went."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prover.cli.support.exits import Exit, finish

if TYPE_CHECKING:
    from prover.graph.store import ProofGraph


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
        typer.Argument(help="Where `qstar prove --trace` wrote its traces.", show_default=False),
    ],
    most: Annotated[int, typer.Option(min=1, help="States to show of each search.")] = 40,
    export: Annotated[
        list[Export], typer.Option(help="Write the proof graphs in this form, too.")
    ] = [],  # noqa: B006  Typer copies it
) -> None:
    """Print each search as a tree, and write an HTML page of it beside its trace."""
    finish(lambda: _explain(folder, most, export))


def _explain(folder: Path, most: int, exports: list[Export]) -> Exit:
    from rich.console import Console

    from prover.tracing import terminal, trace
    from prover.tracing.page import page

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    for path, found in trace.read_all(folder):
        for part in terminal.report(found, most):
            console.print(part)
        written = [path.with_name(path.name.removesuffix(trace.SUFFIX) + ".html")]
        written[0].write_text(page(found), encoding="utf-8")
        for export in exports:
            written.append(written[0].with_suffix(f".{export}"))
            written[-1].write_text(_exported(found.graph, export), encoding="utf-8")
        for file in written:
            console.print(f"written: {file}", soft_wrap=True)
        console.print()
    return Exit.DONE


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
