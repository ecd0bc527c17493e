"""All theorems of a run as a table, and comparisons of runs as a page."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.comparison import Comparison, text
from benchmarks.report.browse import run_rows
from benchmarks.report.document import Section, Table, html
from benchmarks.results import Run


def theorems_section(run: Run) -> Section:
    """List the theorems of a run: those without a proof first, with why the search ended.

    Args:
        run: The run, which may be unfinished.
    """
    rows = [
        (
            row["id"],
            str(row["status"]),
            "" if row["proof"] else row["stop"].replace("_", " "),
            _code(row["proof"] or row["statement"]),
            str(row["lean_calls"]),
            f"{row['seconds']:.1f}",
        )
        for row in run_rows(run)
    ]
    head = ("theorem", "outcome", "why it ended", "statement or proof", "Lean calls", "seconds")
    return Section(title="All theorems", table=Table(head=head, rows=rows, texts=4))


def comparison_page(found: Sequence[Comparison]) -> str:
    """Write comparisons with the same run as one HTML page.

    Args:
        found: The comparisons, at least one.
    """
    rows = [
        (
            one.b,
            f"{one.proved_b} of {one.theorems}",
            f"{one.proved_a} of {one.theorems}",
            f"{one.difference:+.1%} [{one.low:+.1%}, {one.high:+.1%}]",
            f"{one.p_value:.3g}",
        )
        for one in found
    ]
    head = ("run", "proved", f"{found[0].a} proved", "difference (95 %)", "p (McNemar)")
    sections = [Section(title="", table=Table(head=head, rows=rows))]
    sections += [Section(title=f"{one.b} against {one.a}", code=text(one)) for one in found]
    return html(f"Runs compared with {found[0].a}", sections)


def _code(source: str) -> str:
    return f"`{source.replace('`', chr(0x2BB))}`"  # a name with backquotes would end the code
