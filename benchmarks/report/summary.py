"""All figures of a run: the content of `report.json`, from which the other reports are made."""

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
    """pass@k over the statements that were tried, and over all statements of the split.

    Over all statements, those that this Lean could not be given count as not proved.
    """

    k: int
    of_tried: Proportion
    of_whole: Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The results for one source or namespace.

    Attributes:
        name: The group; empty for entries without one.
        theorems: How many entries it has.
        tried: How many of these were tried.
        proved: How many were proved by any pass.
        share: The proportion of those tried that were proved.
    """

    name: str
    theorems: int
    tried: int
    proved: int
    share: Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """How many theorems one pass proves on average with at most `limit` spent on each."""

    limit: float
    theorems: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The share proved as a function of what is spent on each theorem.

    Attributes:
        steps: The points (spent, share proved) at which the curve rises.
        at: The height of the curve at round budgets.
    """

    steps: list[tuple[float, float]]
    at: list[Within]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The distribution of `count` figures."""

    count: int
    mean: float
    median: float
    p95: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """Seconds of all attempts together.

    Attributes:
        total: All of them.
        lean: Waiting for Lean, the gate included.
        policy: Waiting for the policy.
        search: The rest: the search's own work.
    """

    total: float
    lean: float
    policy: float
    search: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """How many theorems an automation tactic proves by itself."""

    tactic: str
    proved: int
    share: Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What Lean's automation tactics prove without a search.

    Attributes:
        theorems: How many theorems the tactics were tried on.
        tactics: Each tactic, the best first.
        union: Theorems that any of the tactics proves.
        beyond: Theorems that this run proved and no tactic alone.
    """

    theorems: int
    tactics: list[Alone]
    union: Alone
    beyond: list[str]  # proved in this run and by no tactic alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All figures of a run.

    Attributes:
        name: Name of the run.
        settings: Settings that decide results, from the manifest.
        facts: Other facts from the manifest: versions, machine.
        splits: The splits of the entries.
        theorems: The size of the suite.
        whole: The size of the splits that the suite is from.
        tried: How many theorems were tried.
        proved: Ids of the theorems that any pass proved.
        passes: The number of passes that each theorem is to have.
        pass_at: pass@k for k = 1, 2, 4, … and the number of passes.
        groups: Results by group, the largest first.
        by_calls: The share proved against Lean calls.
        by_seconds: The share proved against seconds.
        lengths: Tactics in a proof.
        seconds: Seconds an attempt.
        lean_calls: Lean calls an attempt.
        ms_a_call: Milliseconds of Lean for each call, the gate included.
        time: Where the seconds of all attempts went.
        ends: For each `prover.types.StopReason`, how many attempts without a proof it ended.
        baseline: What Lean's automation proves alone; None if the run did not record it.
        doubtful: Proved theorems whose statement is known to be wrong in some variants.
        others: For each outcome that does not count for the prover, the theorems and the reasons.
        missing: Theorems with attempts still to be made.
        left_out: For each reason, how many statements of the source are not in the suite.
    """

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
    """Compute all figures of a run, which may be unfinished."""
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
    """The number of passes that every theorem has had."""
    return min((len(tries) for tries in run.by_entry.values()), default=0)


def _powers(most: int) -> list[int]:
    """The powers of two up to `most`, and `most` itself."""
    return [k for k in range(1, most + 1) if k & (k - 1) == 0 or k == most]


def _pass_at(run: Run, k: int) -> PassAt:
    found = [
        pass_at_k(len(tries), sum(a.proved for a in tries), k) for tries in run.by_entry.values()
    ]
    nothing = [0.0] * (run.suite.whole - len(found))
    return PassAt(k=k, of_tried=mean_interval(found), of_whole=mean_interval(found + nothing))


def _groups(run: Run, proved: set[str]) -> list[Group]:
    """Results by group, the largest group first."""
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
    """Each of the n passes over a theorem counts 1/n."""
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
    """The limits below the budget, and the budget itself."""
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
    """The theorems with fewer attempts than wanted; an attempt that broke down is made again."""
    made = {(a.entry, a.number) for a in run.attempts if a.outcome is not Outcome.BROKEN}
    wanted = range(run.passes)
    return [e.id for e in run.suite.entries if any((e.id, n) not in made for n in wanted)]
