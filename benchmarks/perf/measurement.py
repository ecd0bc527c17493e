"""A measured figure and its goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A figure, measured several times.

    Attributes:
        name: What is measured.
        unit: The unit of the samples.
        samples: The measured values.
        at_most: The goal, if small is good.
        at_least: The goal, if large is good.
    """

    name: str
    unit: str
    samples: tuple[float, ...]
    at_most: float | None = None
    at_least: float | None = None

    @property
    def value(self) -> float:
        """The median of the samples."""
        return median(self.samples)

    @property
    def reached(self) -> bool | None:
        """Whether the value meets the goal; None without a goal."""
        if self.at_most is not None:
            return self.value <= self.at_most
        if self.at_least is not None:
            return self.value >= self.at_least
        return None

    def record(self) -> dict[str, object]:
        """The fields, the value and whether the goal is met, for a JSON file."""
        return asdict(self) | {"value": self.value, "reached": self.reached}


def table(figures: Sequence[Measurement]) -> str:
    """Lay measurements out as a plain-text table, one a line."""
    rows = [["", "median", "least", "most", "goal", ""], *(_row(figure) for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    return "\n".join(
        row[0].ljust(widths[0])
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )


def _row(figure: Measurement) -> list[str]:
    goal = ""
    if figure.at_most is not None:
        goal = f"≤ {figure.at_most:g}"
    elif figure.at_least is not None:
        goal = f"≥ {figure.at_least:g}"
    reached = {None: "", True: "reached", False: "MISSED"}[figure.reached]
    numbers = [f"{x:.3g}" for x in (figure.value, min(figure.samples), max(figure.samples))]
    return [f"{figure.name} ({figure.unit})", *numbers, goal, reached]
