"""Plots of a run, as PNG files in memory."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.report.summary import Curve, Summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

INK, PALE = "#1f4e79", "#9db8d2"
MOST_GROUPS = 20
APART = 1.5
"""Ratio of neighbouring budgets from which on there is room for both beside the axis."""


def spent(summary: Summary) -> bytes:
    """Plot the share proved against the Lean calls and against the seconds spent on a theorem.

    Args:
        summary: Figures of the run; its baseline, if there is one, becomes a horizontal line.

    Returns:
        A PNG file.
    """
    figure = _figure(2)
    left, right = figure.subplots(1, 2, sharey=True)
    _curve(left, summary.by_calls, "Lean calls a theorem")
    _curve(right, summary.by_seconds, "seconds a theorem")
    left.set_ylabel("proved in one pass")
    if summary.baseline:
        level = summary.baseline.union.share.value
        for axes in (left, right):
            line = axes.axhline(level, color=PALE, linestyle="--", linewidth=1.5)
        names = ("this run", "any tactic of Lean's alone")
        left.legend((left.lines[0], line), names, loc="upper left", fontsize=8)
    return _png(figure)


def groups(summary: Summary) -> bytes:
    """Plot the share proved in each of the largest groups, with 95 % intervals, as a PNG file."""
    found = summary.groups[:MOST_GROUPS][::-1]
    figure = _figure(1, height=0.9 + 0.36 * len(found))
    axes = figure.subplots()
    values = [group.share.value for group in found]
    low = [g.share.value - g.share.low for g in found]
    high = [g.share.high - g.share.value for g in found]
    names = [f"{g.name or 'all'} ({g.proved} of {g.tried})" for g in found]
    axes.barh(names, values, color=PALE, xerr=(low, high), ecolor=INK, height=0.6, capsize=2)
    _percent(axes.xaxis, axes)
    axes.set_xlim(0, 1)
    axes.set_xlabel("proved in any pass, with 95 % intervals")
    return _png(figure)


def lengths(tactics: list[int]) -> bytes:
    """Plot a histogram of the numbers of tactics in proofs, as a PNG file."""
    from matplotlib.ticker import MaxNLocator

    figure = _figure(1)
    axes = figure.subplots()
    most = max(tactics, default=1)
    bins = [edge + 0.5 for edge in range(most + 1)] if most <= 40 else 40
    axes.set_xlim(0, most + 1)
    axes.hist(tactics, bins=bins, color=PALE, edgecolor="white")
    axes.set_xlabel("tactics in the proof")
    axes.set_ylabel("proofs")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    return _png(figure)


def _curve(axes: Axes, curve: Curve, label: str) -> None:
    """A step function that stays level from the last proof to the end of the budget."""
    end = max([x for x, _ in curve.steps] + [within.limit for within in curve.at], default=1)
    height = curve.steps[-1][1] if curve.steps else 0
    xs = [0.0, *(x for x, _ in curve.steps), end]
    ys = [0.0, *(y for _, y in curve.steps), height]
    axes.step(xs, ys, where="post", color=INK)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlim(0, end)
    axes.set_ylim(0, 1)
    axes.set_xlabel(label)
    limits = [within.limit for within in curve.at]
    apart = [a for a, b in pairwise(limits) if b / a > APART]
    axes.set_xticks([0, *apart, *limits[-1:]], minor=False)
    axes.minorticks_off()
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    _percent(axes.yaxis, axes)


def _percent(axis: Axis, axes: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1))
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)


def _figure(columns: int, height: float = 3.2) -> Figure:
    from matplotlib.figure import Figure  # no pyplot: that keeps figures for ever

    return Figure(figsize=(4.6 * columns, height), layout="constrained", dpi=110)


def _png(figure: Figure) -> bytes:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()
