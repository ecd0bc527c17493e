"""Statements written for the tests, in the forms in which benchmarks go around."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MATHLIB = "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 0\n\nopen Real Nat\n\n"
SIGNS = 'notation "ℕ" => Nat\nnotation "ℤ" => Int\n'


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def deepseek(name: str, statement: str, split: str = "valid", header: str = MATHLIB) -> Any:
    return {
        "name": name,
        "split": split,
        "informal_prefix": "/-- In words. -/\n",
        "formal_statement": f"theorem {name} {statement} := by\n",
        "goal": "⊢ …",
        "header": header,
    }


def goedel(name: str, statement: str) -> Any:
    text = f"{MATHLIB}/-- A theorem\nin words. -/\ntheorem {name} {statement} := by\n"
    return {
        "name": name,
        "informal_prefix": "/-- A theorem\nin words. -/\n",
        "formal_statement": text,
        "split": "test",
        "lean4_code": f"{text} sorry",
        "problem_id": name,
    }


def core(name: str, statement: str, split: str = "valid") -> Any:
    row = deepseek(name, statement, split, SIGNS)
    return row | {"needs_defs": False, "defs": [], "source": "written for tests"}
