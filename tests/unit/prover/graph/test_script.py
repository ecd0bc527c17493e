"""Proof trees as Lean text.  That Lean accepts such text is tested with real Lean in test_prove."""

from __future__ import annotations

from lean_env.types import Applied, Goal, Hypothesis, ProofState
from prover.graph.extraction import least_proof
from prover.graph.names import renaming
from prover.graph.script import script, scripts
from prover.graph.store import ProofGraph
from prover.types import Proposal
from tests.support.synthetic import THEOREM, state


def several(name: str, goals: int) -> ProofState:
    return ProofState(name, THEOREM, tuple(Goal(f"{name}{i}") for i in range(goals)))


class Build:
    """A graph put together by tactics: `build(parent, text, *states)`."""

    def __init__(self) -> None:
        self.graph = ProofGraph(state(0))

    def __call__(
        self,
        parent: ProofState,
        text: str,
        *states: ProofState,
        positions: tuple[tuple[int, ...], ...] = (),
    ) -> None:
        self.graph.add(self.graph.node(parent), Proposal(text, -1.0), Applied(states, positions))

    def text(self) -> str:
        return script(least_proof(self.graph.root)).text


def test_one_state_goes_on_below_and_several_get_bullets() -> None:
    build = Build()
    build(state(0), "intro n", state(1))
    build(state(1), "induction n with\n| zero => ?_\n| succ n ih => ?_", state(2), state(3))
    build(state(2), "rfl")
    build(state(3), "have : a := by\n  simp\n  done", state(4))
    build(state(4), "constructor", state(5), state(6))
    build(state(5), "omega")
    build(state(6), "rw [ih]\nsimp")
    assert build.text() == "\n".join(
        [
            "intro n",
            "induction n with",
            "| zero => ?_",
            "| succ n ih => ?_",
            "· rfl",
            "· have : a := by",
            "    simp",
            "    done",
            "  constructor",
            "  · omega",
            "  · rw [ih]",
            "    simp",
        ]
    )
    tactics = script(least_proof(build.graph.root)).tactics
    first_words = " ".join(t.split()[0] for t in tactics)
    assert first_words == "intro induction rfl have constructor omega rw"


def test_a_tactic_indented_as_a_whole_is_moved_to_the_margin() -> None:
    build = Build()
    build(state(0), "\n    first\n      | simp\n      | omega\n")
    assert build.text() == "first\n  | simp\n  | omega"


def test_goals_that_share_metavariables_come_last_and_without_bullet() -> None:
    build = Build()
    pair = several("p", 2)
    build(state(0), "constructor", pair, state(2), state(3), positions=((0, 2), (1,), (3,)))
    build(state(2), "two")
    build(state(3), "three")
    build(pair, "exact w", state(4))
    build(state(4), "four")
    assert build.text().split("\n") == [
        "constructor",  # p0 2 p1 3
        "rotate_left",  # 2 p1 3 p0
        "· two",  # p1 3 p0
        "rotate_left",  # 3 p0 p1
        "· three",
        "exact w",
        "four",
    ]


def test_goals_that_share_metavariables_are_rotated_into_their_order() -> None:
    build = Build()
    pair = several("p", 2)
    build(state(0), "constructor", pair, state(2), positions=((0, 1), (2,)))
    build(state(2), "two")
    build(pair, "done")
    assert build.text().split("\n") == ["constructor", "rotate_left 2", "· two", "done"]
    build = Build()
    build(state(0), "constructor", pair, state(2), positions=((0, 2), (1,)))
    build(state(2), "two")
    build(pair, "done")
    assert build.text().split("\n") == [
        "constructor",
        "rotate_left",
        "· two",  # leaves p1 p0
        "rotate_left",
        "done",
    ]


def test_what_a_search_for_lemmas_found_is_written_out() -> None:
    build = Build()
    told = "Try this:\n  [apply] exact foo\n      bar"
    build(state(0), "constructor", state(1), state(2), state(3))
    for name, tactic, messages in (
        (1, "exact?", (told,)),
        (2, "exact?", (told, told)),  # which one?
        (3, "simp", (told,)),
    ):
        proposal = Proposal(tactic, -1.0)
        build.graph.add(build.graph.node(state(name)), proposal, Applied((), (), messages))
    better, plain = scripts(least_proof(build.graph.root))
    assert better.text.split("\n") == [
        "constructor",
        "· exact foo",
        "        bar",
        "· exact?",
        "· simp",
    ]
    assert better.tactics == ("constructor", "exact foo\n      bar", "exact?", "simp")
    assert plain.text.split("\n") == ["constructor", "· exact?", "· exact?", "· simp"]
    build = Build()
    build(state(0), "simp")
    assert len(scripts(least_proof(build.graph.root))) == 1


def goal(*names: str) -> Goal:
    """`a✝` is inaccessible."""
    return Goal("p", tuple(Hypothesis(n.strip("✝"), "Nat", accessible="✝" not in n) for n in names))


def test_renaming_begins_at_the_first_difference() -> None:
    assert renaming(goal("a", "b", "h✝"), goal("a", "b", "i✝")) == []
    assert renaming(goal("a", "b", "h"), goal("a", "c", "h")) == ["revert b h", "intro c h"]
    assert renaming(goal("a", "b"), goal("a", "b✝")) == ["revert b", "intro _"]
    assert renaming(goal("a✝", "b✝", "c"), goal("a✝", "x", "c")) == [
        "rename_i old1",
        "revert old1 c",
        "intro x c",
    ]
    assert renaming(goal("old1", "b✝", "c✝"), goal("x", "y", "c✝")) == [
        "rename_i old_1 old_2",
        "revert old1 old_1 old_2",
        "intro x y _",
    ]


def test_a_subproof_found_under_other_names_gets_them() -> None:
    build = Build()
    first, other = (ProofState("k", THEOREM, (goal(n, "h"),)) for n in ("a", "b"))
    build(state(0), "constructor", state(1), state(2))
    build(state(1), "intro a h", first)
    build(state(2), "intro b h", other)
    build(first, "exact h a")
    assert build.text().split("\n") == [
        "constructor",
        "· intro a h",
        "  exact h a",
        "· intro b h",
        "  revert b h",
        "  intro a h",
        "  exact h a",
    ]
