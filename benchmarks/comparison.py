"""Two runs over the same theorems: which is better, and by more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks.results import Attempt, Run
from lean_env.errors import BadInput
from prover.runs.manifest import differences
from prover.runs.paired_test import paired_test


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Of `theorems`, those that both runs tried, and equally often.

    `won` are proved in run `b` alone, `lost` in run `a` alone.  `p_value` is of McNemar's exact
    test, for no difference.  `difference` is the share proved by b less that by a, with its 95 %
    interval over the theorems.  `calls_ratio` is the median, over the theorems that both proved, of
    b's Lean calls over a's; None if there are none.  `lean_calls` is the budget up to which proofs
    count, `left_out` how many theorems one of the runs tried less often or not at all.
    """

    a: str
    b: str
    theorems: int
    left_out: int
    lean_calls: int | None
    proved_a: int
    proved_b: int
    won: list[str]
    lost: list[str]
    p_value: float
    difference: float
    low: float
    high: float
    calls_ratio: float | None
    settings: list[str]


def compare(a: Run, b: Run, lean_calls: int | None = None) -> Comparison:
    """Compare by what any of the passes proved, with equal numbers of Lean calls: `lean_calls`, or
    the smaller of the two budgets.

    Raises `BadInput` when the runs have no theorem in common, or not as many passes.
    """
    if a.passes != b.passes:
        raise BadInput(
            f"{a.name} has {a.passes} passes and {b.name} has {b.passes}",
            remedy="compare runs with equal numbers of passes",
        )
    common = _common(a, b)
    if not common:
        raise BadInput(f"{a.name} and {b.name} have no theorem in common")
    budgets = [run.manifest.settings["lean_calls"] for run in (a, b)]
    limit = min((n for n in (lean_calls, *budgets) if n is not None), default=None)
    first = {id for id in common if _within(a.by_entry[id], limit)}
    second = {id for id in common if _within(b.by_entry[id], limit)}
    pairs = paired_test(common, first, second)
    ratios = [_calls(b, id) / max(1, _calls(a, id)) for id in common if id in first & second]
    return Comparison(
        a=a.name,
        b=b.name,
        theorems=len(common),
        left_out=len(a.by_entry.keys() | b.by_entry.keys()) - len(common),
        lean_calls=limit,
        proved_a=len(first),
        proved_b=len(second),
        **asdict(pairs),
        calls_ratio=median(ratios) if ratios else None,
        settings=differences(a.manifest.settings, b.manifest.settings),
    )


def _common(a: Run, b: Run) -> list[str]:
    """The ids that stand for the same statement in both, and were tried as often in both."""
    other = {entry.id: entry.theorem for entry in b.suite.entries}
    return [
        entry.id
        for entry in a.suite.entries
        if entry.id in a.by_entry
        and len(a.by_entry[entry.id]) == len(b.by_entry.get(entry.id, ()))
        and other[entry.id].statement == entry.theorem.statement
        and other[entry.id].header == entry.theorem.header
    ]


def _within(tries: Sequence[Attempt], limit: int | None) -> bool:
    return any(a.proved and (limit is None or a.lean_calls <= limit) for a in tries)


def _calls(run: Run, id: str) -> int:
    """The fewest Lean calls of a proof."""
    return min(attempt.lean_calls for attempt in run.by_entry[id] if attempt.proved)


def text(found: Comparison) -> str:
    """For a person."""
    limit = f" within {found.lean_calls} Lean calls each" if found.lean_calls else ""
    lines = [
        f"{found.theorems} theorems that both tried{limit}"
        + (f" ({found.left_out} more, not equally often)" if found.left_out else ""),
        f"  {found.a}: {found.proved_a} proved",
        f"  {found.b}: {found.proved_b} proved",
        f"  difference {found.difference:+.1%} [{found.low:+.1%}, {found.high:+.1%}] (95 %), "
        f"p = {found.p_value:.3g} (McNemar, exact): {_verdict(found)}",
    ]
    if found.calls_ratio is not None:
        lines.append(
            f"  Lean calls where both proved: {found.b} needs {found.calls_ratio:.2f} times those "
            f"of {found.a} (median)"
        )
    lines += [f"  other setting: {setting}" for setting in found.settings]
    for name, ids in ((found.b, found.won), (found.a, found.lost)):
        if ids:
            lines.append(f"only {name} ({len(ids)}):")
            lines += [f"  {id}" for id in ids]
    return "\n".join(lines)


def _verdict(found: Comparison) -> str:
    if found.p_value >= 0.05:
        return "no more than chance may do"
    return f"{found.b if found.difference > 0 else found.a} is better"
