"""Nothing that is trained on is in miniF2F."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.suites.arithmetic import load
from benchmarks.suites.minif2f_overlap import digest, in_minif2f
from tests.support.shared import SHARED

ROOT = Path(__file__).resolve().parents[4]
DATA = SHARED / "data"
FIRST = "theorem a (n : ℕ) (h₀ : 0 < n) : 2 ∣ n ^ 2 + 3 * n := by sorry"


@pytest.mark.parametrize(
    "other",
    [
        "theorem b (m : Nat) (hm : 0 < m) : 2 ∣ m ^ 2 + 3 * m",
        "theorem a\n  (n : ℕ)\n  (h₀ : 0<n) :\n  (2:ℕ) ∣ n^2 + (3 * n) :=",
        "theorem c (n : Nat) (h : 0 < n) : 2 ∣ 1 * n ^ 2 + 3 * n ^ 1 + 0",
        "import Mathlib\n/-- theorem on n -/\ntheorem a (n : ℕ) (h : 0 < n) : 2 ∣ n ^ 2 + 3 * n",
    ],
)
def test_notation_and_names_make_no_other_statement(other: str) -> None:
    assert digest(other) == digest(FIRST)


@pytest.mark.parametrize(
    "other",
    [
        "theorem a (n : ℤ) (h₀ : 0 < n) : 2 ∣ n ^ 2 + 3 * n",
        "theorem a (n : ℕ) (h₀ : 0 < n) : 2 ∣ n ^ 12 + 3 * n",
        "theorem a (n : ℕ) (h₀ : 0 < n) : 2 ∣ n ^ 2 + 31 * n",
        "theorem a (n m : ℕ) (h₀ : 0 < m) : 2 ∣ n ^ 2 + 3 * n",
    ],
)
def test_other_statements_stay_others(other: str) -> None:
    assert digest(other) != digest(FIRST)


def test_what_is_trained_on_is_not_in_it() -> None:
    statements = [entry.theorem.statement for entry in load().entries]
    for release in ("arithmetic-portfolio", "library-portfolio", "library-lemmas"):
        found = pq.read_table(ROOT / "data" / release / "proofs" / "train.parquet")
        statements += found["statement"].to_pylist()
    assert len(statements) > 3000
    assert not [statement for statement in statements if in_minif2f(statement)]


@pytest.mark.skipif(
    not DATA.is_dir(), reason="shared/data is not here: it is no part of the project"
)
@pytest.mark.parametrize("name", ["core", "core_rat", "deepseek_v1.5", "goedel_v2"])
def test_all_of_it_is_known(name: str) -> None:
    lines = (DATA / f"minif2f_{name}.jsonl").read_text("utf-8").splitlines()
    assert lines
    assert all(in_minif2f(json.loads(line)["formal_statement"]) for line in lines)
