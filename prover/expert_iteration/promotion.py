"""The promotion decision: does a candidate prove more than the incumbent on the same theorems?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from lean_env.errors import BadInput
from prover.runs.ledger import LEDGER_FILE, Row, read_rows
from prover.runs.paired_test import PairedTest, paired_test
from prover.types import TheoremStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionDecision:
    """The comparison of a candidate with the incumbent.

    Attributes:
        theorems: Number of theorems that both finished searching.
        proved_before: How many of them the incumbent proved.
        proved: How many of them the candidate proved.
        pairs: Paired test over these theorems.
        calls_ratio: Median over the theorems proved by both of the candidate's Lean calls divided
            by the incumbent's; None if there is no such theorem.
    """

    theorems: int
    proved_before: int
    proved: int
    pairs: PairedTest
    calls_ratio: float | None

    @property
    def promoted(self) -> bool:
        """Whether the candidate is better by more than chance."""
        return self.pairs.is_better

    @property
    def why(self) -> str:
        """The decision with its figures, in a sentence for people."""
        pairs = self.pairs
        figures = (
            f"{self.proved} of {self.theorems} proved against {self.proved_before}, difference "
            f"{pairs.difference:+.1%} [{pairs.low:+.1%}, {pairs.high:+.1%}], "
            f"p = {pairs.p_value:.2g}"
        )
        if self.promoted:
            return f"promoted: {figures}"
        return f"not promoted, that may be chance or is worse: {figures}"

    def row(self) -> dict[str, Any]:
        """Convert the figures to the JSON object that ledgers and model lineages hold."""
        pairs = self.pairs
        return {
            "promoted": self.promoted,
            "theorems": self.theorems,
            "proved before": self.proved_before,
            "proved": self.proved,
            "won": len(pairs.won),
            "lost": len(pairs.lost),
            "difference": round(pairs.difference, 4),
            "interval": [round(pairs.low, 4), round(pairs.high, 4)],
            "p_value": round(pairs.p_value, 6),
            "calls ratio": self.calls_ratio and round(self.calls_ratio, 3),
        }


def decide_promotion(before: Path, candidate: Path) -> PromotionDecision:
    """Compare two collections that were searched with equal limits.

    Args:
        before: The incumbent's collection.
        candidate: The candidate's collection.

    Raises:
        BadInput: They have no theorem in common.
    """
    first, second = finished_searches(before), finished_searches(candidate)
    ids = [id for id in first if id in second]
    if not ids:
        raise BadInput("nothing was searched by both", where=f"{before}, {candidate}")
    proved_before, proved = proved_ids(first) & set(ids), proved_ids(second) & set(ids)
    ratios = [
        second[id]["edges"] / max(first[id]["edges"], 1)
        for id in ids
        if id in proved_before & proved
    ]
    return PromotionDecision(
        theorems=len(ids),
        proved_before=len(proved_before),
        proved=len(proved),
        pairs=paired_test(ids, proved_before, proved),
        calls_ratio=median(ratios) if ratios else None,
    )


def finished_searches(folder: Path) -> Mapping[str, Row]:
    """Read the ledger rows of finished searches, by theorem id; the last row of an id counts."""
    rows = {str(row["id"]): row for row in read_rows(folder / LEDGER_FILE)}
    return {id: row for id, row in rows.items() if "status" in row}


def proved_ids(rows: Mapping[str, Row]) -> set[str]:
    """Return the ids of the theorems whose ledger row has status proved."""
    return {id for id, row in rows.items() if row["status"] == TheoremStatus.PROVED}
