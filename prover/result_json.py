"""A result as JSON has it: what commands print, and what runs keep."""

from __future__ import annotations

from typing import Any

from lean_env.types import Accepted, Refused, Undecided, Verdict
from prover.types import SearchResult, Stats


def record(result: SearchResult) -> dict[str, Any]:
    """All of it but the theorem."""
    return {
        "status": result.status.value,
        "stop": result.stop.value,
        "proof": result.proof,
        "tactics": list(result.tactics),
        "verdict": verdict_record(result.verdict),
        "stats": stats_record(result.stats),
    }


def stats_record(used: Stats) -> dict[str, float]:
    return {
        "lean_calls": used.lean_calls,
        "expanded": used.expanded,
        "seconds": round(used.seconds, 4),
        "lean_seconds": round(used.lean_seconds, 4),
        "policy_seconds": round(used.policy_seconds, 4),
    }


def verdict_record(verdict: Verdict | None) -> dict[str, object] | None:
    match verdict:
        case None:
            return None
        case Accepted(axioms=axioms):
            return {"ok": True, "axioms": list(axioms), "reason": ""}
        case Refused(reason=reason, message=message, axioms=axioms):
            return {"ok": False, "axioms": list(axioms), "reason": f"{reason}: {message}"}
        case Undecided(message=message):
            return {"ok": False, "axioms": [], "reason": f"undecided: {message}"}
