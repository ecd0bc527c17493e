"""How a whole proof is divided into its tactics and the proofs inside them."""

from __future__ import annotations

from prover.search.proof_script import Block, steps


def test_tactics_begin_at_the_indentation_of_their_block() -> None:
    text = "-- first\nintro x\nsimp only [\n  a,\n  b]\nconstructor\n<;> rfl"
    found = steps(Block(text, 1))
    assert [(s.first_line, s.text) for s in found] == [
        (2, "intro x"),
        (3, "simp only [\n  a,\n  b]"),
        (6, "constructor\n<;> rfl"),
    ]
    assert not any(s.bodies for s in found)


def test_the_proof_of_a_have() -> None:
    [step] = steps(Block("have h : a = b := by\n  rw [c]\n  simp", 5))
    assert step.head == "have h : a = b := ?_"
    assert step.bodies == (Block("rw [c]\nsimp", 6),)
    assert not step.arms
    [step] = steps(Block("obtain ⟨x, hx⟩ : ∃ x, p x := by simp", 1))
    assert (step.head, step.bodies) == ("obtain ⟨x, hx⟩ : ∃ x, p x", (Block("simp", 1),))


def test_the_cases_of_an_induction() -> None:
    text = (
        "induction n with\n| zero => simp\n| succ n ih =>\n  cases h with\n  | inl a => exact a\n"
        "  | inr b => exact b"
    )
    [step] = steps(Block(text, 1))
    assert step.arms
    assert step.head == "induction n with\n| zero => ?_\n| succ n ih => ?_"
    assert step.bodies == (
        Block("simp", 2),
        Block("cases h with\n| inl a => exact a\n| inr b => exact b", 4),
    )
    [inner] = steps(step.bodies[1])
    assert inner.bodies == (Block("exact a", 5), Block("exact b", 6))


def test_blocks_for_one_goal() -> None:
    found = steps(Block("· intro x\n  rfl\ncase succ n ih =>\n  simp\nnext => omega", 1))
    assert [s.focus for s in found] == ["·", "case succ n ih =>", "next =>"]
    assert [s.bodies for s in found] == [
        (Block("intro x\nrfl", 1),),
        (Block("simp", 4),),
        (Block("omega", 5),),
    ]


def test_an_empty_proof_has_no_tactics() -> None:
    assert steps(Block("\n\n", 1)) == []
