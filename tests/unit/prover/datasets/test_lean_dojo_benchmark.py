"""LeanDojo Benchmark as examples: what its proofs teach, in one piece and in blocks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from lean_env.errors import BadInput
from prover.datasets.formats.export import export
from prover.datasets.records import Search
from prover.datasets.sources import digest, splits
from prover.datasets.sources import searches as searches_in
from prover.datasets.store import SearchStore
from prover.training.targets import AnalyzedSearch, policy_examples
from prover.types import TheoremStatus

A, B, C = "p q : Prop\n⊢ p", "p q : Prop\n⊢ q", "p q : Prop\n⊢ r"
AB = "p q : Prop\n⊢ p ∧ q"


def benchmark(folder: Path, *traced: tuple[str, str, str]) -> Path:
    tactics = [
        {"tactic": t, "annotated_tactic": [t, []], "state_before": before, "state_after": after}
        for t, before, after in traced
    ]
    row = {"url": "", "commit": "", "file_path": "A.lean", "full_name": "both"}
    folder.mkdir(exist_ok=True)
    text = json.dumps([{**row, "traced_tactics": tactics}], ensure_ascii=False)
    (folder / "train.json").write_text(text, encoding="utf-8")
    return folder


def examples(folder: Path) -> list[tuple[str, str]]:
    found = policy_examples(map(AnalyzedSearch.of, searches_in(folder)))
    return sorted((example.state.text, example.tactics[0].tactic) for example in found)


IN_ONE_PIECE = [
    ("constructor", AB, f"{A}\n\n{B}"),
    ("exact hp", f"{A}\n\n{B}", B),
    ("exact hq", B, "no goals"),
]
IN_BLOCKS = [
    ("constructor", AB, f"{A}\n\n{B}"),
    ("exact hp", A, "no goals"),
    ("exact hq", B, "no goals"),
]


@pytest.mark.parametrize("traced", [IN_ONE_PIECE, IN_BLOCKS])
def test_a_tactic_belongs_to_the_goals_that_it_was_run_on(
    traced: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    folder = benchmark(tmp_path, *traced)
    assert examples(folder) == [(A, "exact hp"), (AB, "constructor"), (B, "exact hq")]
    (search,) = searches_in(folder)
    assert (search.id, search.status, search.states[0].cost) == ("both", TheoremStatus.PROVED, 3.0)
    assert splits(folder) == {"train"}


def test_parts_of_a_proof_that_is_not_traced_whole_are_proofs_of_their_own(tmp_path: Path) -> None:
    folder = benchmark(
        tmp_path,
        ("nobody_knows_what_it_left", AB, C),
        ("exact hp", A, "no goals"),
        ("all_goals simp", f"{B}\n\n{C}", "no goals"),
    )
    assert examples(folder) == [(A, "exact hp"), (f"{B}\n\n{C}", "all_goals simp")]
    assert {search.id for search in searches_in(folder)} == {"both, part 1", "both, part 2"}
    assert {search.group for search in searches_in(folder)} == {"both"}


def test_steps_that_are_on_no_goals_are_passed_over(tmp_path: Path) -> None:
    conv = "p q : Prop\n| p ∧ q"
    odd = [("rw [h]", conv, conv), ("rfl", "no goals", "no goals"), ("conv => rw [h]", A, conv)]
    assert examples(benchmark(tmp_path, *odd, *IN_BLOCKS)) == examples(
        benchmark(tmp_path / "plain", *IN_BLOCKS)
    )


def test_a_type_that_lean_prints_below_its_name(tmp_path: Path) -> None:
    """The state is the one that we print, whether other hypotheses stand there or not."""
    exists, two = "∃ x,\n  p x ∧ q x", "p q : Nat → Prop"
    long = exists.replace("\n", "\n  ")
    folder = benchmark(
        tmp_path,
        ("obtain ⟨x, h⟩ := h", f"h :\n  {long}\n⊢ r", f"{two}\nh k :\n  {long}\n⊢ r"),
        ("exact k", f"{two}\nh k :\n  {long}\n⊢ r", "no goals"),
    )
    first, second = f"h : {exists}\n⊢ r", f"{two}\nh k : {exists}\n⊢ r"
    assert examples(folder) == [(first, "obtain ⟨x, h⟩ := h"), (second, "exact k")]
    (search,) = searches_in(folder)
    assert [h.name for h in search.states[0].goals[0].hypotheses] == ["h"]


def test_a_step_on_a_state_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    odd = [("cases x", "x y z\n⊢ p", A), ("skip", A, "x y z\n⊢ p"), ("skip", "p\n⊢", A)]
    assert examples(benchmark(tmp_path, *odd, *IN_BLOCKS)) == examples(
        benchmark(tmp_path / "plain", *IN_BLOCKS)
    )


def test_what_we_export_in_that_form_teaches_the_same_policy(
    folder: Path, searches: Sequence[Search], tmp_path: Path
) -> None:
    store = SearchStore(folder)
    for search in searches:
        store.append(search)
    store.seal()
    export(folder, "leandojo", tmp_path / "out")
    assert examples(tmp_path / "out") == examples(folder) != []


def test_other_proofs_have_another_digest(tmp_path: Path) -> None:
    first = benchmark(tmp_path / "a", *IN_ONE_PIECE)
    second = benchmark(tmp_path / "b", *IN_BLOCKS)
    assert digest(first) != digest(second)
    assert digest(first) == digest(benchmark(tmp_path / "c", *IN_ONE_PIECE))


@pytest.mark.parametrize("text", ["{}]", '[{"full_name": "t"}]', '{"a": 1}', "[3]"])
def test_another_form_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "train.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        list(searches_in(tmp_path))
    assert "LeanDojo Benchmark's form" in str(caught.value)
    assert caught.value.where == str(tmp_path / "train.json")
