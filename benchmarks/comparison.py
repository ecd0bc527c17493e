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
    """Two runs over the same theorems, each proved or not by any pass of a run.

    Attributes:
        a: Name of the first run.
        b: Name of the second run.
        theorems: How many theorems both runs tried, equally often.
        left_out: How many theorems one of the runs tried less often or not at all.
        lean_calls: The budget within which a proof counts, in Lean calls; None for no limit.
        proved_a: How many theorems run a proved.
        proved_b: How many theorems run b proved.
        won: Theorems that only run b proved.
        lost: Theorems that only run a proved.
        p_value: Of McNemar's exact test of the hypothesis that there is no difference.
        difference: The share proved by b minus the share proved by a.
        low: Lower end of the difference's 95 % interval over the theorems.
        high: Upper end of that interval.
        calls_ratio: Median of b's Lean calls over a's, for theorems that both proved; None if there
            are none.
        settings: The settings in which the runs differ.
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
    """Compare what any of the passes proved, within equal numbers of Lean calls.

    The p-value is of McNemar's exact test on the theorems that only one run proved (McNemar 1947;
    `prover.runs.paired_test`).

    Args:
        a: The first run.
        b: The second run.
        lean_calls: The budget within which a proof counts; None for the smaller of the two runs'
            budgets.

    Returns:
        The comparison over the theorems that both runs tried equally often.

    Raises:
        BadInput: The runs have no theorem in common.
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
    """The ids with the same statement in both runs and equally many attempts."""
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
    """The fewest Lean calls with which the run proved the theorem."""
    return min(attempt.lean_calls for attempt in run.by_entry[id] if attempt.proved)


def text(found: Comparison) -> str:
    """Write a comparison as text for people.

    Args:
        found: The comparison.

    Returns:
        Lines with the counts, the difference with its interval and p-value, and the theorems that
        only one run proved.
    """
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
