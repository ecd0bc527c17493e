"""Results as JSON: what `--json` prints, what jobs return, and what runs keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lean_env.errors import LeanEnvError
from lean_env.toolchain.advisories import advisory_numbers
from lean_env.types import Accepted, Refused, Undecided, Verdict
from prover.result import SearchResult
from prover.types import Stats


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one theorem: its result, or the error that prevented the search."""

    name: str
    result: SearchResult | LeanEnvError


def outcome_record(outcome: Outcome, lean: Mapping[str, str]) -> dict[str, object]:
    """The outcome as `--json`, `--out` and the HTTP API write it.

    Args:
        outcome: The theorem's name, and its result or error.
        lean: Which Lean was used: its kind, version and isolation.
    """
    result = outcome.result
    if isinstance(result, LeanEnvError):
        return {
            "name": outcome.name,
            "status": "error",
            "stop": "error",
            "proof": "",
            "unverified": "",
            "tactics": [],
            "verdict": {"ok": False, "axioms": [], "reason": result.explain()},
            "lean": lean_record(lean),
            "stats": stats_record(Stats()),
        }
    found = record(result)
    used = found.pop("stats")
    return {"name": outcome.name, **found, "lean": lean_record(lean), "stats": used}


def lean_record(lean: Mapping[str, str]) -> dict[str, object]:
    """Which Lean was used, and the numbers of the known errors of its kernel."""
    return {**lean, "advisories": advisory_numbers(lean["version"])}


def record(result: SearchResult) -> dict[str, Any]:
    """The result without its theorem and its graph."""
    return {
        "status": result.status.value,
        "stop": result.stop.value,
        "proof": result.proof,
        "unverified": result.unverified,
        "tactics": list(result.tactics),
        "auto_bound": list(result.auto_bound),
        "counterexample": [{"name": name, "value": value} for name, value in result.counterexample],
        "verdict": verdict_record(result.verdict),
        **_holes_record(result),
        "stats": stats_record(result.stats),
    }


def _holes_record(result: SearchResult) -> dict[str, Any]:
    """Of a declaration with several `sorry`s: which are proved, and the text that has these."""
    if not result.holes:
        return {}
    holes = [{"line": h.line, "proved": h.proved, "reason": h.reason} for h in result.holes]
    return {"partial": result.partial, "holes": holes}


def stats_record(used: Stats) -> dict[str, float]:
    """What a search used; times in seconds."""
    return {
        "lean_calls": used.lean_calls,
        "expanded": used.expanded,
        "tokens": used.tokens,
        "seconds": round(used.seconds, 4),
        "lean_seconds": round(used.lean_seconds, 4),
        "policy_seconds": round(used.policy_seconds, 4),
    }


def verdict_record(verdict: Verdict | None) -> dict[str, object] | None:
    """Whether the gate accepted a proof, and why not; None when no proof was checked."""
    match verdict:
        case None:
            return None
        case Accepted(axioms=axioms, checkers=checkers):
            return {
                "ok": True,
                "axioms": list(axioms),
                "checkers": list(checkers),
                "reason": "",
            }
        case Refused(reason=reason, message=message, axioms=axioms):
            return {"ok": False, "axioms": list(axioms), "reason": f"{reason}: {message}"}
        case Undecided(message=message):
            return {"ok": False, "axioms": [], "reason": f"undecided: {message}"}
