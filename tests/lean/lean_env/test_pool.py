"""The environment that searches use: what it answers and what it holds."""

from __future__ import annotations

import asyncio
import time

import pytest

from lean_env.errors import InvalidHeader, InvalidStatement, ReplayError
from lean_env.pool import LeanPool
from lean_env.types import Applied, Origin, ProofState, Rejected, RejectionReason, Theorem
from lean_env.wire.client import LaunchFactory
from tests.support.hard import until
from tests.support.pools import ONE, SWAP, applied, contents, states_held

TACTICS = ["omega", "induction a", "exact foo", "cases xs", "simp", "intro (", "constructor"]

# What it answers


async def test_a_proof_step_by_step(pool: LeanPool) -> None:
    root = await pool.start(SWAP)
    assert root.text == "a b : Nat\nxs : List Nat\n⊢ a + b = b + a"
    assert (root.origin, root.theorem) == (None, SWAP)
    [[induction]] = await pool.step([(root, ["induction a"])])
    zero, succ = applied(induction).states
    assert applied(induction).positions == ((0,), (1,))
    assert succ.origin == Origin(root, "induction a", 1)
    assert [len(s.path) for s in (root, zero, succ)] == [0, 1, 1]
    [[by_simp], [by_omega, again]] = await pool.step([(zero, ["simp"]), (succ, ["omega", "skip"])])
    assert applied(by_simp).closed
    assert applied(by_omega).closed
    assert isinstance(again, Rejected)
    assert again.reason is RejectionReason.NO_PROGRESS


async def test_rejections_have_reasons(pool: LeanPool) -> None:
    root = await pool.start(SWAP)
    tactics = ["intro (", "exact foo", "skip", "sorry", "exact \ud800", "omega -- sorry"]
    [results] = await pool.step([(root, tactics)])
    assert [r.reason for r in results if isinstance(r, Rejected)] == [
        RejectionReason.PARSE,
        RejectionReason.ERROR,
        RejectionReason.NO_PROGRESS,
        RejectionReason.FORBIDDEN,
        RejectionReason.PARSE,
    ]
    assert "`sorry`" in results[3].message  # type: ignore[union-attr]


async def test_a_refusal_says_what_is_left_and_not_all_that_grind_knew(pool: LeanPool) -> None:
    state = await pool.start(Theorem(statement="theorem t (f : Nat → Nat) (h : f 0 = 1) : f 1 = 2"))
    [[alone, nested]] = await pool.step([(state, ["grind", "first | done | skip; grind"])])
    for answer in (alone, nested):
        assert isinstance(answer, Rejected)
        assert answer.message.startswith("`grind` failed")
        assert "h_1 : ¬f 1 = 2" in answer.message
        assert "[facts]" not in answer.message and "[grind]" not in answer.message


async def test_time_at_work(pool: LeanPool) -> None:
    root, before, began = await pool.start(SWAP), pool.busy_seconds, time.monotonic()
    [results] = await pool.step([(root, TACTICS)])
    inside = sum(result.seconds for result in results)
    await until(lambda: pool.busy_seconds - before >= inside)
    assert pool.busy_seconds - before <= 2 * (time.monotonic() - began)


async def test_moving_hypotheses_is_progress(pool: LeanPool) -> None:
    root = await pool.start(Theorem(statement="theorem t (p : Prop) : p → p"))
    [results] = await pool.step([(root, ["intro h", "revert p"])])
    keys = {root.key, *(applied(result).states[0].key for result in results)}
    assert len(keys) == 3


async def test_nothing_to_do(pool: LeanPool) -> None:
    root = await pool.start(SWAP)
    assert await pool.step([]) == []
    assert await pool.step([(root, []), (root, [])]) == [[], []]


async def test_answers_stand_in_the_order_of_the_questions(launch: LaunchFactory) -> None:
    async with LeanPool(launch) as pool:
        root = await pool.start(SWAP)
        [[first, second]] = await pool.step([(root, ["cases a", "cases b"])])
        states = [root, *applied(first).states, *applied(second).states]
        batch = [(s, [f"have h{i}_{k} := {i}" for k in range(25)]) for i, s in enumerate(states)]
        await until_both_work(pool, root)
        results = await pool.step(batch)
        names = [[applied(t).states[0].goals[0].hypotheses[-1].name for t in ts] for ts in results]
        assert names == [[f"h{i}_{k}" for k in range(25)] for i in range(len(states))]
        assert min(await states_held(pool)) > 20  # both had their share


async def until_both_work(pool: LeanPool, root: ProofState) -> None:
    """The second process starts when there is more to do than the first can take at once."""
    while len(pool.pids) < 2:
        await pool.step([(root, ["skip"] * 50)])


async def test_one_worker_or_two_make_no_difference(launch: LaunchFactory) -> None:
    async def explore(pool: LeanPool) -> list[list[tuple[object, ...]]]:
        root = await pool.start(SWAP)
        if pool._config.workers > 1:
            await until_both_work(pool, root)
        level = await pool.step([(root, TACTICS * 3)])
        kids = [s for t in level[0] if isinstance(t, Applied) for s in t.states]
        return contents(level + await pool.step([(kid, TACTICS) for kid in kids]))

    async with LeanPool(launch, ONE) as one, LeanPool(launch) as two:
        assert await explore(one) == await explore(two)


async def test_many_theorems_at_once(pool: LeanPool) -> None:
    theorems = [Theorem(statement=f"theorem t{i} : {i} + 0 = {i}", name=f"t{i}") for i in range(40)]
    roots = await asyncio.gather(*(pool.start(theorem) for theorem in theorems))
    assert [root.goals[0].target for root in roots] == [f"{i} + 0 = {i}" for i in range(40)]
    results = await asyncio.gather(*(pool.step([(root, ["rfl", "foo"])]) for root in roots))
    assert {(applied(t[0]).closed, type(t[1])) for (t,) in results} == {(True, Rejected)}


async def test_bad_input_is_named_and_does_no_harm(pool: LeanPool) -> None:
    with pytest.raises(InvalidHeader, match=r"header:1:6: .*Nad"):
        await pool.start(Theorem(statement="theorem t : True", header="open Nad\n"))
    with pytest.raises(InvalidStatement, match="statement:1:13"):
        await pool.start(Theorem(statement="theorem t : Nat.foo"))
    with pytest.raises(InvalidHeader):
        await pool.scan("theorem t : 1 = 2 := rfl\n")
    assert (await pool.start(SWAP)).theorem == SWAP


async def test_a_header_is_in_force(pool: LeanPool) -> None:
    header = 'def double (n : Nat) := n + n\nnotation "ℕ" => Nat\nopen Nat\n'
    root = await pool.start(
        Theorem(statement="theorem t (n : ℕ) : double n = 2 * n", header=header)
    )
    [[simp]] = await pool.step([(root, ["simp [double]; omega"])])
    assert applied(simp).closed


async def test_headers_may_want_other_imports(launch: LaunchFactory) -> None:
    meta = Theorem(statement="theorem t (e : Lean.Expr) : e = e", header="import Lean\n")
    async with LeanPool(launch, ONE) as pool:
        plain = await pool.start(SWAP)
        root = await pool.start(meta)
        [[omega], [rfl]] = await pool.step([(plain, ["omega"]), (root, ["rfl"])])
        assert applied(omega).closed
        assert applied(rfl).closed


# What it holds


async def test_released_states_are_forgotten_everywhere(launch: LaunchFactory) -> None:
    async with LeanPool(launch) as pool:
        root = await pool.start(SWAP)
        await until_both_work(pool, root)
        results = await pool.step([(root, TACTICS * 10)])
        kids = [s for t in results[0] if isinstance(t, Applied) for s in t.states]
        assert sum(await states_held(pool)) == len(kids) + 2
        await pool.release(kids)
        assert await states_held(pool) == [1, 1]
        await pool.release([root])
        await pool.release([root])
        assert await states_held(pool) == [0, 0]


async def test_a_released_state_can_be_asked_about_again(launch: LaunchFactory) -> None:
    async with LeanPool(launch, ONE) as pool:
        root = await pool.start(SWAP)
        [[split]] = await pool.step([(root, ["induction a"])])
        zero, succ = applied(split).states
        [before] = contents(await pool.step([(succ, TACTICS)]))
        await pool.release([root, zero, succ])
        [after] = contents(await pool.step([(succ, TACTICS)]))
        assert after == before


async def test_a_replay_leaves_nothing_behind(launch: LaunchFactory) -> None:
    async with LeanPool(launch, ONE) as pool:
        root = await pool.start(SWAP)
        [[split]] = await pool.step([(root, ["cases a <;> cases xs"])])
        last = applied(split).states[-1]
        [[more]] = await pool.step([(last, ["have := 1"])])
        (deep,) = applied(more).states
        await pool.release([root, *applied(split).states, deep])
        assert await states_held(pool) == [0]
        await pool.step([(deep, ["skip"])])
        assert await states_held(pool) == [1]


async def test_states_of_another_pool_are_replayed(pool: LeanPool, launch: LaunchFactory) -> None:
    async with LeanPool(launch, ONE) as other:
        root = await other.start(SWAP)
        [[split]] = await other.step([(root, ["induction a"])])
        succ = applied(split).states[1]
        there = contents(await other.step([(succ, TACTICS)]))
    assert contents(await pool.step([(succ, TACTICS)])) == there


async def test_a_replay_that_leads_elsewhere_is_an_error(pool: LeanPool) -> None:
    root = await pool.start(SWAP)
    [[split]] = await pool.step([(root, ["cases a"])])
    zero, _ = applied(split).states
    others = [
        (ProofState(zero.key, SWAP, zero.goals, Origin(root, "cases a", 1)), "are others"),
        (ProofState(zero.key, SWAP, zero.goals, Origin(root, "cases a", 2)), "fewer goals"),
        (ProofState(zero.key, SWAP, zero.goals, Origin(root, "cases c", 0)), "fails"),
        (ProofState(zero.key, SWAP, root.goals), "are others"),
    ]
    for state, how in others:
        with pytest.raises(ReplayError, match=how):
            await pool.step([(state, ["skip"])])
    assert isinstance((await pool.step([(zero, ["simp"])]))[0][0], Applied)
