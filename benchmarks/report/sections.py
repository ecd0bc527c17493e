"""The sections of a report, written for a reader who did not run it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.report import plots
from benchmarks.report.document import Section, Table
from benchmarks.report.metrics import Proportion
from benchmarks.report.summary import Baseline, Curve, Spread, Summary, Within

WHY_NOT = {
    "needs": "This Lean lacks what the statement imports",
    "invalid": "Lean does not take the statement",
    "broken": "The machine broke down each time: tried again by --resume",
}
REMEDY = (
    "Embedded Lean has no Mathlib. To have these tried, put the file of statements into a Lake "
    "project that has what they import and run the same command on it there, with native Lean "
    "installed; or take `minif2f-core`, which needs none."
)


def title(summary: Summary) -> str:
    """Build the report's title: the suite, its split, and how many theorems were proved."""
    suite = summary.settings["suite"]
    splits = " and ".join(split for split in summary.splits if split)
    return f"{suite['name']}{f', {splits}' if splits else ''}: {count(summary)} proved"


def count(summary: Summary) -> str:
    """Say how many of the theorems that were tried have a proof, for instance `61 of 160`."""
    if not summary.tried:
        return f"none of {summary.theorems} tried, none"
    return f"{len(summary.proved)} of {summary.tried}"


def sections(summary: Summary, lengths: Sequence[int], check: str) -> Iterator[Section]:
    """Build the sections of a report.

    Args:
        summary: All figures of the run.
        lengths: The number of tactics of each proof.
        check: The gate's result for the file with all proofs; empty if there is none.

    Yields:
        The sections, in order.
    """
    yield _result(summary, check)
    yield from _not_tried(summary)
    if summary.tried:
        if summary.passes > 1:
            yield _passes(summary)
        yield Section(
            title="Proved against what was spent",
            text=(
                "Each theorem alone, one pass. A smaller budget is read off the same run: right "
                "for searches that do not plan by their budget.",
            ),
            plot=plots.spent(summary),
            table=_budgets(summary.by_calls, summary.by_seconds),
        )
        yield from _groups(summary)
        if summary.baseline:
            yield _alone(summary.baseline)
        if lengths:
            yield _lengths(lengths)
        yield _costs(summary)
    yield _proved(summary)
    yield _settings(summary)


def _result(summary: Summary, check: str) -> Section:
    suite = summary.settings["suite"]
    text = [f"Statements: {suite['variant']} (digest `{suite['digest']}`)."]
    if summary.passes == 1 and summary.pass_at:
        found = summary.pass_at[0]
        text.append(
            f"**{count(summary)} proved: {percent(found.of_tried)}.** Over all {summary.whole} "
            f"statements of the split: {percent(found.of_whole)}."
        )
    elif summary.tried:
        text.append(
            f"**{count(summary)} proved in {summary.passes} passes**; over all {summary.whole} "
            f"statements of the split: {len(summary.proved) / summary.whole:.1%}."
        )
    text.append(
        "Proved means: the gate has accepted the proof, in a process that had not seen its text. "
        "In brackets are 95 % intervals over the choice of theorems."
    )
    if check:
        text.append(check)
    if summary.missing:
        text.append(f"**Unfinished:** {len(summary.missing)} theorems have passes left (--resume).")
    if summary.doubtful:
        names = ", ".join(f"`{name}`" for name in summary.doubtful)
        text.append(f"Proved, but stated wrongly in some variants: {names}.")
    return Section(title="", text=tuple(text))


def _not_tried(summary: Summary) -> Iterator[Section]:
    rows = [
        (WHY_NOT[outcome], str(len(found)), _first_few(sorted(set(found.values()))))
        for outcome, found in summary.others.items()
    ]
    rows += [(f"Left out of the suite: {why}", str(n), "") for why, n in summary.left_out.items()]
    limit = summary.left_out.get("beyond --limit", 0)
    if (beyond := summary.whole - summary.theorems - limit) > 0:
        rows.append(("In the split, but not in this suite", str(beyond), ""))
    if rows:
        yield Section(
            title="Not tried",
            text=(REMEDY,) if "needs" in summary.others else (),
            table=Table(head=("why", "theorems", "said of them"), rows=rows),
        )


def _passes(summary: Summary) -> Section:
    return Section(
        title="Passes",
        table=Table(
            head=("passes", f"of the {summary.tried} tried", f"of all {summary.whole}"),
            rows=[
                (f"pass@{found.k}", percent(found.of_tried), percent(found.of_whole))
                for found in summary.pass_at
            ],
        ),
    )


def _budgets(calls: Curve, seconds: Curve) -> Table:
    def row(at: Within, unit: str) -> tuple[str, ...]:
        return (f"{at.limit:g} {unit}", f"{at.theorems:g}", f"{at.share:.1%}")

    rows = [row(at, "Lean call" if at.limit == 1 else "Lean calls") for at in calls.at]
    rows += [row(at, "s") for at in seconds.at]
    return Table(head=("at most", "theorems", "share"), rows=rows)


def _groups(summary: Summary) -> Iterator[Section]:
    tried = [group for group in summary.groups if group.tried]
    if len(tried) > 1:
        rows = [
            (g.name or "(none)", f"{g.proved} of {g.tried}", percent(g.share), str(g.theorems))
            for g in summary.groups
        ]
        head = ("group", "proved", "share", "in the suite")
        yield Section(
            title="By source or namespace",
            text=("Proved in any pass.",),
            plot=plots.groups(summary),
            table=Table(head=head, rows=rows),
        )


def _alone(baseline: Baseline) -> Section:
    rows = [
        (f"`{alone.tactic}`", str(alone.proved), percent(alone.share)) for alone in baseline.tactics
    ]
    union = baseline.union
    rows.append((union.tactic, str(union.proved), percent(union.share)))
    return Section(
        title="What Lean does alone",
        text=(
            f"Each tactic as the whole proof, within 5 s, of {baseline.theorems} theorems. "
            f"Proved here and by none of them: {len(baseline.beyond)}.",
        ),
        table=Table(head=("tactic", "proved", "share"), rows=rows),
    )


def _lengths(lengths: Sequence[int]) -> Section:
    found, most = len(lengths), max(lengths)
    text = f"Tactics in a proof: median {median(lengths):g}, most {most}, of {found} proofs."
    return Section(title="Lengths of proofs", text=(text,), plot=plots.lengths(list(lengths)))


def _costs(summary: Summary) -> Section:
    def row(name: str, found: Spread) -> tuple[str, ...]:
        figures = (found.mean, found.median, found.p95, found.most)
        return (name, str(found.count), *(f"{figure:.4g}" for figure in figures))

    time = summary.time
    parts = (("Lean", time.lean), ("the policy", time.policy), ("the search", time.search))
    shares = ", ".join(
        f"{name} {seconds:.1f} s ({seconds / time.total:.1%})" for name, seconds in parts
    )
    ends = ", ".join(f"`{stop}` {count}" for stop, count in sorted(summary.ends.items()))
    return Section(
        title="What it took",
        text=(
            f"{time.total:.0f} s for all attempts together: {shares}. A Lean call took "
            f"{summary.ms_a_call:.1f} ms on average, the gate included.",
            *([f"Attempts without a proof, by what ended them: {ends}."] if ends else []),
        ),
        table=Table(
            head=("", "of", "mean", "median", "p95", "most"),
            rows=[
                row("seconds a theorem", summary.seconds),
                row("Lean calls a theorem", summary.lean_calls),
                row("tactics a proof", summary.lengths),
            ],
        ),
    )


def _proved(summary: Summary) -> Section:
    return Section(title="Proved", code="\n".join(summary.proved) or "none")


def _settings(summary: Summary) -> Section:
    shown = {k: v for k, v in {**summary.settings, **summary.facts}.items() if k != "suite"}
    rows = [(name, _value(value)) for name, value in shown.items()]
    text = ("`seconds` and `lean_calls` limit each attempt; `workers` are Lean's processes.",)
    return Section(title="How it was run", text=text, table=Table(head=("setting", ""), rows=rows))


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {of}" for name, of in value.items())
    return "none" if value is None else str(value)


def _first_few(names: Sequence[str]) -> str:
    return "; ".join(names[:3]) + (f"; and {len(names) - 3} more" if len(names) > 3 else "")


def percent(share: Proportion) -> str:
    """Format a proportion and its interval, for instance `38.1% [31.0%, 45.8%]`."""
    return f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}]"
