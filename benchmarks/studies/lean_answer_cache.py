"""A persistent cache of Lean's results: searches are compared on equal transitions, cheaply."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

from lean_env.types import (
    Applied,
    Environment,
    Origin,
    ProofState,
    Rejected,
    RejectionReason,
    Tactic,
    Theorem,
    Transition,
)
from prover.graph.save import goal_record, goals_of

TABLE = """
CREATE TABLE IF NOT EXISTS answers (
  asked BLOB, tactic TEXT, answer TEXT, PRIMARY KEY (asked, tactic)
) WITHOUT ROWID
"""


class AnswerCache:
    """Lean's results in an SQLite file, for `with AnswerCache(path) as cache`.

    The key `asked` is a hash of everything that a result depends on: a theorem, or a state with its
    names and the declarations that its theorem may not use.
    """

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute(TABLE)

    def __enter__(self) -> AnswerCache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        """How many answers there are."""
        return int(self._file.execute("SELECT count(*) FROM answers").fetchone()[0])

    def find(self, asked: bytes, tactic: Tactic) -> Any:
        """The stored record for a key and a tactic, or None."""
        query = "SELECT answer FROM answers WHERE asked = ? AND tactic = ?"
        row = self._file.execute(query, (asked, tactic)).fetchone()
        return row and json.loads(row[0])

    def store(self, found: Sequence[tuple[bytes, Tactic, object]]) -> None:
        """Store records in one transaction; a record replaces an earlier one."""
        rows = [(asked, tactic, json.dumps(r, ensure_ascii=False)) for asked, tactic, r in found]
        with self._file:
            self._file.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)


class CachedEnvironment(Environment):
    """An environment that runs each tactic at most once on a state.

    Only what is not in the cache is passed on to `env`, under the key `lean` (for instance its
    version).  Equal states with equal names are one object, so that `env` holds no copies and has
    little to replay; all are released when the `async with` ends.
    """

    def __init__(self, env: Environment, cache: AnswerCache, lean: str = "") -> None:
        self._env, self._cache, self._lean = env, cache, lean
        self._states: dict[bytes, ProofState] = {}

    async def __aenter__(self) -> CachedEnvironment:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._env.release(list(self._states.values()))
        self._states.clear()

    async def start(self, theorem: Theorem) -> ProofState:
        """Return the root state, from the cache if it is there."""
        asked = self._digest("theorem", theorem.header, theorem.statement)
        if self._cache.find(asked, "") is None:
            state = await self._env.start(theorem)
            self._states[self._digest_of(state)] = state
            self._cache.store([(asked, "", _state_record(state))])
        return self._state(self._cache.find(asked, ""), theorem, None)

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        """Return the transitions; compute only those that are not in the cache."""
        await self._compute([(state, self._missing(state, tactics)) for state, tactics in batch])
        return [[self._answer(state, tactic) for tactic in tactics] for state, tactics in batch]

    async def release(self, states: Sequence[ProofState]) -> None:
        """Do nothing: another search may need the states."""

    def _missing(self, state: ProofState, tactics: Sequence[Tactic]) -> list[Tactic]:
        asked = self._digest_of(state)
        return [t for t in dict.fromkeys(tactics) if self._cache.find(asked, t) is None]

    async def _compute(self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]) -> None:
        batch = [(state, tactics) for state, tactics in batch if tactics]
        found = await self._env.step(batch) if batch else []
        records: list[tuple[bytes, Tactic, object]] = []
        copies: list[ProofState] = []
        for (state, tactics), transitions in zip(batch, found, strict=True):
            asked = self._digest_of(state)
            for tactic, transition in zip(tactics, transitions, strict=True):
                records.append((asked, tactic, _record(transition)))
                copies += [s for s in getattr(transition, "states", ()) if not self._hold(s)]
        self._cache.store(records)
        await self._env.release(copies)

    def _answer(self, parent: ProofState, tactic: Tactic) -> Transition:
        record = self._cache.find(self._digest_of(parent), tactic)
        if "reason" in record:
            return Rejected(RejectionReason(record["reason"]), record["message"], record["seconds"])
        states = tuple(
            [
                self._state(state, parent.theorem, Origin(parent, tactic, i))
                for i, state in enumerate(record["states"])
            ]
        )
        positions = tuple(tuple(group) for group in record["positions"])
        return Applied(states, positions, tuple(record["messages"]), record["seconds"])

    def _state(self, record: Any, theorem: Theorem, origin: Origin | None) -> ProofState:
        state = ProofState(record["key"], theorem, goals_of(record["goals"]), origin)
        return self._states.setdefault(self._digest_of(state), state)

    def _hold(self, state: ProofState) -> bool:
        """Whether no equal state is held already; if so, hold this one."""
        return self._states.setdefault(self._digest_of(state), state) is state

    def _digest_of(self, state: ProofState) -> bytes:
        return self._digest("state", state.theorem.before, state.key, repr(state.goals))

    def _digest(self, *parts: str) -> bytes:
        return sha256("\0".join([self._lean, *parts]).encode()).digest()


def _record(transition: Transition) -> dict[str, object]:
    if isinstance(transition, Rejected):
        reason, message = str(transition.reason), transition.message
        return {"reason": reason, "message": message, "seconds": transition.seconds}
    return {
        "states": [_state_record(state) for state in transition.states],
        "positions": transition.positions,
        "messages": transition.messages,
        "seconds": transition.seconds,
    }


def _state_record(state: ProofState) -> dict[str, object]:
    return {"key": state.key, "goals": [goal_record(goal) for goal in state.goals]}
