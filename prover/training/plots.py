"""Plots of a training: loss curves and calibration, as PNG files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def losses(rows: Iterable[tuple[int, str, Mapping[str, float]]], path: Path) -> None:
    """Plot each loss term over the steps, on training and on held-out data.

    Args:
        rows: The losses, see `prover.training.fit.loss_curves`.
        path: The file to write.
    """
    import matplotlib.figure

    lines: defaultdict[str, defaultdict[str, list[tuple[int, float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for step, kind, parts in rows:
        for part, loss in parts.items():
            lines[part][kind].append((step, loss))
    figure = matplotlib.figure.Figure(figsize=(4 * max(len(lines), 1), 3), layout="constrained")
    axes = figure.subplots(1, max(len(lines), 1), squeeze=False)[0]
    for axis, (part, kinds) in zip(axes, sorted(lines.items()), strict=False):
        for kind, points in kinds.items():
            marker = "o" if kind == "held_out" else ""
            axis.plot(*zip(*points, strict=True), marker=marker, label=kind.replace("_", " "))
        axis.set(title=part, xlabel="step", ylabel="loss")
        axis.legend()
    figure.savefig(path, dpi=120)


def calibration(found: Mapping[str, Any], path: Path) -> None:
    """Plot mean predicted against actual steps to go, by steps and by depth.

    Args:
        found: See `prover.training.calibration.calibration_report`.
        path: The file to write; the size of a point shows how many predictions it stands for.
    """
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots(1, 2)
    for axis, by in zip(axes, ("by_steps", "by_depth"), strict=True):
        ends = [1.0]
        for name, figures in found.items():
            rows = figures[by]
            x, y = [r["actual"] for r in rows], [r["predicted"] for r in rows]
            most = max(r["count"] for r in rows)
            sizes = [20 + 180 * r["count"] / most for r in rows]
            axis.scatter(x, y, s=sizes, alpha=0.6, label="V(s)" if name == "value" else "Q(s, a)")
            ends += [*x, *y]
            if by == "by_depth":
                for r in rows:
                    axis.annotate(f" {r['depth']:g}", (r["actual"], r["predicted"]))
        axis.plot([1, max(ends)], [1, max(ends)], color="gray", linewidth=1)
        axis.set(title=by.replace("_", " "), xlabel="actual steps to go", ylabel="mean prediction")
        axis.legend()
    figure.savefig(path, dpi=120)
