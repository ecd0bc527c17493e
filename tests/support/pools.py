"""What tests of the pool share."""

from __future__ import annotations

from collections.abc import Sequence

from lean_env.pool import LeanPool, PoolConfig
from lean_env.types import Applied, Limits, Rejected, Theorem, Transition
from lean_env.wire.protocol import Run
from tests.support.hard import seconds_worked, until

SWAP = Theorem(statement="theorem swap (a b : Nat) (xs : List Nat) : a + b = b + a")
ONE = PoolConfig(workers=1)
MINUTES = PoolConfig(workers=1, limits=Limits(seconds=300))


def content(transition: Transition) -> tuple[object, ...]:
    """All of a transition but the time that it took."""
    match transition:
        case Applied():
            states = [(s.key, s.text) for s in transition.states]
            return ("applied", states, transition.positions, transition.messages)
        case Rejected():
            return (transition.reason, transition.message)


def contents(results: Sequence[Sequence[Transition]]) -> list[list[tuple[object, ...]]]:
    return [[content(transition) for transition in transitions] for transitions in results]


def applied(transition: Transition) -> Applied:
    assert isinstance(transition, Applied), transition
    return transition


async def states_held(pool: LeanPool) -> list[int]:
    """How many states each process holds."""
    clients = [worker._client for worker in pool._workers]
    for client in clients:
        if client is not None:
            await client.stats()  # after which it is told what to forget
    return [(await client.stats()).states for client in clients if client is not None]


async def running(pool: LeanPool, tactic: str) -> None:
    """Until the one process of `pool` is well into `tactic`."""
    (worker,) = pool._workers

    def is_at_it() -> bool:
        first = worker._client and worker._client._channel._first()
        if not first or not isinstance(first.request, Run):
            return False
        return first.request.tactics[first.received] == tactic

    await until(is_at_it)
    (pid,) = pool.pids
    worked = seconds_worked(pid)
    await until(lambda: seconds_worked(pid) > worked + 0.5)
