"""Every figure of a run.  `report.json` is this, and the other reports show nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from benchmarks.report.metrics import (
    Proportion,
    mean_interval,
    pass_at_k,
    quantile,
    wilson_interval,
)
from benchmarks.results import Attempt, Outcome, Run

CALLS = (1, 10, 25, 50, 100, 200, 400, 800, 1600, 3200, 6400)
SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassAt:
    """`of_tried` counts the statements that this Lean could be asked, `of_whole` all of the split:
    what was not tried is not proved there."""

    k: int
    of_tried: Proportion
    of_whole: Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    name: str
    theorems: int
    tried: int
    proved: int
    share: Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """How many theorems one pass proves with at most `limit` spent on each, on average."""

    limit: float
    theorems: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """`steps` are the points (spent, share proved) at which the curve rises, `at` its height at
    round budgets."""

    steps: list[tuple[float, float]]
    at: list[Within]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Of `count` figures."""

    count: int
    mean: float
    median: float
    p95: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """Seconds of all attempts together: waiting for Lean (the gate included), for the policy, and
    the rest, which is the search's own."""

    total: float
    lean: float
    policy: float
    search: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    tactic: str
    proved: int
    share: Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What Lean's automation does without a prover, for the theorems for which it was asked."""

    theorems: int
    tactics: list[Alone]
    union: Alone
    beyond: list[str]  # proved in this run and by no tactic alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`theorems` is the size of the suite, `whole` that of the splits it is from.  `ends` counts
    by what the attempts without a proof ended (a `prover.types.StopReason`).  `others`
    has, for each outcome that says nothing about the prover, the theorems it came to and why;
    `missing` are those with attempts still to be made."""

    name: str
    settings: Mapping[str, Any]
    facts: Mapping[str, Any]
    splits: list[str]
    theorems: int
    whole: int
    tried: int
    proved: list[str]
    passes: int
    pass_at: list[PassAt]
    groups: list[Group]
    by_calls: Curve
    by_seconds: Curve
    lengths: Spread
    seconds: Spread
    lean_calls: Spread
    ms_a_call: float
    time: Time
    ends: dict[str, int]
    baseline: Baseline | None
    doubtful: list[str]
    others: dict[str, dict[str, str]]
    missing: list[str]
    left_out: dict[str, int]


def summarize(run: Run) -> Summary:
    settings = run.manifest.settings
    attempts = [attempt for tries in run.by_entry.values() for attempt in tries]
    proofs = [attempt for attempt in attempts if attempt.proved]
    proved = [id for id, tries in run.by_entry.items() if any(a.proved for a in tries)]
    entries = run.suite.entries
    lean_seconds, calls = sum(a.lean_seconds for a in attempts), sum(a.lean_calls for a in attempts)
    return Summary(
        name=run.name,
        settings=settings,
        facts=run.manifest.facts,
        splits=sorted({entry.split for entry in entries}),
        theorems=len(entries),
        whole=run.suite.whole,
        tried=len(run.by_entry),
        proved=proved,
        passes=run.passes,
        pass_at=[_pass_at(run, k) for k in _powers(_fewest(run))],
        groups=_groups(run, set(proved)),
        by_calls=_curve(run, lambda a: a.lean_calls, _up_to(settings["lean_calls"], CALLS)),
        by_seconds=_curve(run, lambda a: a.seconds, _up_to(settings["seconds"], SECONDS)),
        lengths=_spread([len(a.tactics) for a in proofs]),
        seconds=_spread([a.seconds for a in attempts]),
        lean_calls=_spread([a.lean_calls for a in attempts]),
        ms_a_call=1000 * lean_seconds / calls if calls else 0.0,
        time=_time(attempts),
        ends=dict(Counter(attempt.stop for attempt in attempts if not attempt.proved)),
        baseline=_baseline(run, set(proved)),
        doubtful=[entry.id for entry in entries if entry.note and entry.id in proved],
        others=_others(run),
        missing=_missing(run),
        left_out=run.suite.left_out,
    )


def _fewest(run: Run) -> int:
    """How many passes every theorem has had."""
    return min((len(tries) for tries in run.by_entry.values()), default=0)


def _powers(most: int) -> list[int]:
    """1, 2, 4, … and the most itself."""
    return [k for k in range(1, most + 1) if k & (k - 1) == 0 or k == most]


def _pass_at(run: Run, k: int) -> PassAt:
    found = [
        pass_at_k(len(tries), sum(a.proved for a in tries), k) for tries in run.by_entry.values()
    ]
    nothing = [0.0] * (run.suite.whole - len(found))
    return PassAt(k=k, of_tried=mean_interval(found), of_whole=mean_interval(found + nothing))


def _groups(run: Run, proved: set[str]) -> list[Group]:
    """The largest first."""
    ordered = sorted(run.suite.entries, key=lambda entry: entry.group)
    found = []
    for name, members in groupby(ordered, key=lambda entry: entry.group):
        ids = [entry.id for entry in members]
        tried, won = [id for id in ids if id in run.by_entry], [id for id in ids if id in proved]
        share = wilson_interval(len(won), len(tried))
        size = {"theorems": len(ids), "tried": len(tried), "proved": len(won)}
        found.append(Group(name=name, share=share, **size))
    return sorted(found, key=lambda group: -group.theorems)


def _curve(run: Run, spent: Callable[[Attempt], float], limits: Sequence[float]) -> Curve:
    """A theorem counts in each of its passes by as much as it has passes."""
    weighted = sorted(
        (spent(attempt), 1 / len(tries))
        for tries in run.by_entry.values()
        for attempt in tries
        if attempt.proved
    )
    theorems = len(run.by_entry)
    steps: list[tuple[float, float]] = []
    height = 0.0
    for at, weight in weighted:
        height += weight / theorems
        if steps and steps[-1][0] == at:
            steps.pop()
        steps.append((at, height))
    most = max((spent(a) for tries in run.by_entry.values() for a in tries), default=0)
    within = []
    for limit in limits:
        won = sum(weight for at, weight in weighted if at <= limit)
        within.append(Within(limit=limit, theorems=won, share=won / theorems if theorems else 0))
        if limit >= most:
            break
    return Curve(steps=steps, at=within)


def _up_to(budget: float | None, limits: Sequence[float]) -> list[float]:
    """The limits below the budget of each theorem, and that."""
    return [*limits] if budget is None else [*(n for n in limits if n < budget), budget]


def _spread(values: Sequence[float]) -> Spread:
    return Spread(
        count=len(values),
        mean=sum(values) / len(values) if values else 0.0,
        median=quantile(values, 0.5),
        p95=quantile(values, 0.95),
        most=max(values, default=0),
    )


def _time(attempts: Sequence[Attempt]) -> Time:
    total = sum(a.seconds for a in attempts)
    lean, policy = sum(a.lean_seconds for a in attempts), sum(a.policy_seconds for a in attempts)
    return Time(total=total, lean=lean, policy=policy, search=max(0.0, total - lean - policy))


def _baseline(run: Run, proved: set[str]) -> Baseline | None:
    if not run.alone:
        return None
    count = len(run.alone)
    won = {
        tactic: sum(found.get(tactic, False) for found in run.alone.values())
        for tactic in dict.fromkeys(t for found in run.alone.values() for t in found)
    }
    some = {id for id, found in run.alone.items() if any(found.values())}
    ranked = sorted(won.items(), key=lambda item: -item[1])
    return Baseline(
        theorems=count,
        tactics=[Alone(tactic=t, proved=n, share=wilson_interval(n, count)) for t, n in ranked],
        union=Alone(
            tactic="any of them", proved=len(some), share=wilson_interval(len(some), count)
        ),
        beyond=[id for id in run.alone if id in proved - some],
    )


def _others(run: Run) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for attempt in run.attempts:
        if not attempt.tried:
            found.setdefault(attempt.outcome.value, {})[attempt.entry] = attempt.message
    return found


def _missing(run: Run) -> list[str]:
    """An attempt that a broken machine ended is one still to be made."""
    made = {(a.entry, a.number) for a in run.attempts if a.outcome is not Outcome.BROKEN}
    wanted = range(run.passes)
    return [e.id for e in run.suite.entries if any((e.id, n) not in made for n in wanted)]
