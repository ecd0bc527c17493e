"""Tactics as text: their parts, their names, and lines that are not too long."""

from __future__ import annotations

import pytest

from prover.proofs.readable_names import is_readable, readable
from prover.proofs.tactic_text import (
    names_in,
    split_alternatives,
    split_chain,
    split_sequence,
    substitute,
    wrapped,
)


@pytest.mark.parametrize(
    ("tactic", "parts"),
    [
        ("cases x <;> simp <;> omega", ("cases x", "simp", "omega")),
        ("cases x <;> (simp <;> omega)", ("cases x", "(simp <;> omega)")),
        ("rcases h with a | b <;> simp", ("rcases h with a | b", "simp")),
        ("omega", ("omega",)),
        ("have : p := by simp <;> omega", ("have : p := by simp <;> omega",)),
        ("first | a <;> b | c", ("first | a <;> b | c",)),
        ("cases x with | a => simp <;> omega", ("cases x with | a => simp <;> omega",)),
        ("simp <;> exact f (by omega)", ("simp", "exact f (by omega)")),
        ('show s = "a <;> b" <;> rfl', ('show s = "a <;> b"', "rfl")),
    ],
)
def test_a_chain_has_parts_unless_one_of_them_holds_the_rest(
    tactic: str, parts: tuple[str, ...]
) -> None:
    assert split_chain(tactic) == parts


@pytest.mark.parametrize(
    ("tactic", "parts"),
    [
        ("simp; omega", ("simp", "omega")),
        ("simp <;> omega; rfl", ("simp <;> omega", "rfl")),
        ("try simp; omega", ("try simp; omega",)),
        ("cases h; (simp; omega)", ("cases h", "(simp; omega)")),
        ("have : p := by simp; omega", ("have : p := by simp; omega",)),
    ],
)
def test_a_sequence_has_parts_unless_one_of_them_holds_the_rest(
    tactic: str, parts: tuple[str, ...]
) -> None:
    assert split_sequence(tactic) == parts


def test_alternatives_in_brackets_belong_to_another_first() -> None:
    assert split_alternatives("first | simp | (first | omega | grind)") == (
        "simp",
        "(first | omega | grind)",
    )


def test_only_whole_names_are_replaced() -> None:
    tactic = "exact foo (h := h) h.symm h_1 f.h h' hh h✝"
    assert substitute(tactic, {"h": "g"}) == "exact foo (h := g) g.symm h_1 f.h h' hh h✝"
    assert names_in("exact h.symm «a b»") == {"exact", "h"}


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("h_1", set(), "h"),
        ("h_1_2", {"h"}, "h'"),
        ("h_1", {"h", "h'"}, "h₁"),
        ("n_1", {"n"}, "m"),
        ("xs_3", {"xs", "ys"}, "zs"),
        ("α_1", {"α"}, "α'"),
    ],
)
def test_numbers_that_only_tell_names_apart_are_left_out(
    name: str, taken: set[str], expected: str
) -> None:
    assert not is_readable(name)
    assert readable(name, taken) == expected


def test_lines_are_broken_where_a_term_goes_on() -> None:
    lemmas = ", ".join(f"Nat.lemma_{i}" for i in range(12))
    tactic = f"first | omega | (have h : a = b := by omega; simp [{lemmas}])"
    lines = wrapped(tactic, 60)
    assert lines[:3] == [
        "first",
        "  | omega",
        "  | (have h : a = b := by omega; simp [Nat.lemma_0,",
    ]
    assert all(len(line) <= 60 for line in lines)
    assert " ".join(line.strip() for line in lines) == tactic


def test_a_break_is_neither_in_a_string_nor_after_by() -> None:
    text = "exact foo " + '"' + "a " * 20 + '"'
    assert wrapped(text, 30) == ["exact foo", "  " + text.removeprefix("exact foo ")]
    proof = "exact foo (by apply bar a b c d e f g h)"
    assert wrapped(proof, 30) == ["exact foo", "  (by apply bar a b c d e f g h)"]
