"""Is a candidate better than what stands?  Read off two collections over the same theorems."""

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
    """Of `theorems`, those that both searched to an end.  `calls_ratio` is the median, over the
    theorems that both proved, of the candidate's Lean calls over the other's."""

    theorems: int
    proved_before: int
    proved: int
    pairs: PairedTest
    calls_ratio: float | None

    @property
    def promoted(self) -> bool:
        return self.pairs.is_better

    @property
    def why(self) -> str:
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
        """As ledgers and lineages hold it."""
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
    """Compare two collections that had equal limits.  Raises `BadInput` when they have no theorem
    in common."""
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
    """The searches that came to an end, by theorem.  Of rows with one id the last counts."""
    rows = {str(row["id"]): row for row in read_rows(folder / LEDGER_FILE)}
    return {id: row for id, row in rows.items() if "status" in row}


def proved_ids(rows: Mapping[str, Row]) -> set[str]:
    return {id for id, row in rows.items() if row["status"] == TheoremStatus.PROVED}
