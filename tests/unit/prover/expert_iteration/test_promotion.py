"""When a candidate is promoted, and on what it is compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lean_env.errors import BadInput
from prover.expert_iteration.promotion import decide_promotion
from prover.runs.ledger import LEDGER_FILE, Ledger


def measured(folder: Path, rows: Mapping[str, Mapping[str, Any]]) -> Path:
    folder.mkdir()
    ledger = Ledger(folder / LEDGER_FILE)
    for id, row in rows.items():
        ledger.append({"id": id, **row})
    return folder


def proved(edges: int = 10) -> dict[str, Any]:
    return {"status": "proved", "edges": edges}


OPEN = {"status": "open", "edges": 100}
BROKEN = {"error": "Lean's process ended", "again": True}


def test_a_candidate_that_proves_more_is_promoted(tmp_path: Path) -> None:
    ids = [str(i) for i in range(20)]
    before = measured(tmp_path / "a", {id: proved() if id < "10" else OPEN for id in ids})
    after = measured(tmp_path / "b", {id: proved(5) for id in ids})
    found = decide_promotion(before, after)
    assert found.promoted
    assert found.row()["won"] == found.proved - found.proved_before > 5
    assert found.calls_ratio == 0.5
    assert found.why.startswith("promoted: 20 of 20 proved against")
    back = decide_promotion(after, before)
    assert not back.promoted
    assert back.why.startswith("not promoted")
    assert not decide_promotion(after, after).promoted


def test_only_what_both_searched_counts(tmp_path: Path) -> None:
    """A machine that broke down is nobody's failure."""
    ids = [str(i) for i in range(20)]
    before = measured(tmp_path / "a", {id: BROKEN if id < "18" else OPEN for id in ids})
    after = measured(tmp_path / "b", {id: proved() for id in ids})
    found = decide_promotion(before, after)
    assert found.theorems == sum(id >= "18" for id in ids)
    assert not found.promoted or found.row()["won"] >= 6
    nothing = measured(tmp_path / "c", dict.fromkeys(ids, BROKEN))
    with pytest.raises(BadInput, match="nothing was searched by both"):
        decide_promotion(nothing, after)
