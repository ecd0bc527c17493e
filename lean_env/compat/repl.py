"""The JSON commands of leanprover-community/repl, answered by our own server.

Where it differs: a tactic with an error is rejected and never leaves a state; `proofStatus` is
`Completed` only when the kernel takes the proof and no `sorry` is in it; there is a time limit;
what cannot be answered is answered with a `message`, and the session goes on.  A tactic of
`allTactics` is shown as it stands in the text, and places of messages in tactic mode count in the
tactic.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from lean_env.errors import BadInput, LeanEnvError, LeanProcessError, LeanTimeout
from lean_env.types import Goal, Limits, RejectionReason
from lean_env.wire.client import ClientLauncher, Imports, LaunchFactory, LeanClient
from lean_env.wire.protocol import (
    CheckAnswer,
    Message,
    Position,
    RejectedAnswer,
    SorryGoal,
    TacticRecord,
)

Record: TypeAlias = dict[str, Any]

_PICKLES = ("pickleTo", "unpickleEnvFrom", "unpickleProofStateFrom")
_TREES = ("full", "tactics", "original", "substantive")


class Repl:
    """A session of the REPL, to be used as an async context.

    Its environments and proof states are kept in Lean processes, one for each set of imports, until
    the
    session ends.
    """

    def __init__(
        self, launch: LaunchFactory, *, seconds: float = 300, memory_mb: float = 3072
    ) -> None:
        self._launcher = ClientLauncher(
            launch, LeanClient.launch, memory_mb=memory_mb, setup_seconds=seconds
        )
        self._seconds = seconds
        self._clients: dict[Imports, LeanClient] = {}
        self._envs: list[tuple[LeanClient, int]] = []
        self._states: list[tuple[LeanClient, int]] = []

    async def __aenter__(self) -> Repl:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End its processes."""
        for client in self._clients.values():
            await client.close()

    async def answer(self, query: str) -> Record:
        """Carry out a command.

        Args:
            query: The command as JSON text.

        Returns:
            The answer as a JSON object.  Errors in the command or in Lean are answered with a
            `message` and
            never raised.
        """
        try:
            return await self._answer(_parse(query))
        except LeanTimeout:
            return self._late()
        except LeanEnvError as error:
            return {"message": error.explain()}

    async def elaborate(self, text: str, env: int | None = None) -> tuple[int, CheckAnswer]:
        """Elaborate a text to its end.

        Args:
            text: The commands.
            env: The number of the environment to continue; None for a file with imports of its own.

        Returns:
            The number of the environment after the text, and Lean's answer.

        Raises:
            LeanTimeout: The time limit was reached.
            InvalidHeader: The imports have errors.
            BadInput: There is no environment `env`.
            LeanProcessError: The environment was lost with its process.
        """
        _, number, answer = await self._elaborate(text, env, tactics=False)
        return number, answer

    async def _answer(self, command: Mapping[str, Any]) -> Record:
        match command:
            case {"tactic": str(tactic), "proofState": int(number)}:
                return await self._tactic(number, tactic)
            case {"cmd": str(text)}:
                return await self._command(text, command)
            case {"path": str(path)}:
                return await self._command(_read(path), command)
        if any(word in command for word in _PICKLES):
            raise BadInput("environments and proof states cannot be pickled: run their commands")
        raise BadInput("Could not parse as a valid JSON command: neither cmd, path nor tactic")

    async def _command(self, text: str, command: Mapping[str, Any]) -> Record:
        if command.get("infotree") in _TREES or command.get("rootGoals"):
            raise BadInput("infotree and rootGoals are not to be had here: allTactics is")
        tactics = command.get("allTactics") is True
        client, number, answer = await self._elaborate(text, command.get("env"), tactics)
        said: Record = {"env": number}
        if answer.messages:
            said["messages"] = _messages(answer.messages)
        if answer.sorries:
            said["sorries"] = self._sorries(client, answer.sorries)
        if answer.tactics:
            said["tactics"] = [self._use(client, tactic) for tactic in answer.tactics]
        return said

    async def _tactic(self, number: int, tactic: str) -> Record:
        client, state = _find(self._states, number, "proof state")
        answer = await client.apply(state, tactic, Limits(seconds=self._seconds))
        if isinstance(answer, RejectedAnswer):
            if answer.reason is RejectionReason.TIMEOUT:
                return self._late()
            message = answer.message.replace("<tactic>:", "<input>:", 1)
            return {"message": f"Lean error:\n{message}"}
        sorries = [  # their places are not known: a tactic is in no file
            {"goal": _goals(sorry.goals), "proofState": self._keep(client, sorry.state)}
            for sorry in answer.sorries
            if sorry.state is not None
        ]
        said: Record = {
            "proofState": self._keep(client, answer.state.id),
            "goals": [goal.text for goal in answer.state.goals],
            "proofStatus": answer.status,
        }
        if answer.messages:
            said["messages"] = _messages(answer.messages)
        if sorries:
            said["sorries"] = sorries
        if answer.traces:
            said["traces"] = [trace.strip() for trace in answer.traces]
        return said

    async def _elaborate(
        self, text: str, env: object, tactics: bool
    ) -> tuple[LeanClient, int, CheckAnswer]:
        if env is None:
            client, answer = await self._launcher.ask(
                text, self._client_with, lambda client: self._check(client, None, text, tactics)
            )
        else:
            client, header = _find(self._envs, env, "environment")
            client, answer = await self._check(client, header, text, tactics)
        if not answer.finished or answer.header is None:
            raise LeanTimeout(f"timed out after {self._seconds:g} s")
        self._envs.append((client, answer.header))
        return client, len(self._envs) - 1, answer

    async def _check(
        self, client: LeanClient, header: int | None, text: str, tactics: bool
    ) -> tuple[LeanClient, CheckAnswer]:
        seconds = self._seconds
        return client, await client.check(header, text, seconds, keep=True, tactics=tactics)

    async def _client_with(self, imports: Imports) -> LeanClient:
        client = self._clients.get(imports)
        if client is None or not client.alive:
            client = self._clients[imports] = await self._launcher.client(imports)
        return client

    def _keep(self, client: LeanClient, state: int) -> int:
        self._states.append((client, state))
        return len(self._states) - 1

    def _sorries(self, client: LeanClient, sorries: Iterable[SorryGoal]) -> list[Record]:
        return [
            {
                "pos": _place(sorry.start),
                "endPos": _place(sorry.stop),
                "goal": _goals(sorry.goals),
            }
            | ({} if sorry.state is None else {"proofState": self._keep(client, sorry.state)})
            for sorry in sorries
        ]

    def _use(self, client: LeanClient, tactic: TacticRecord) -> Record:
        return {
            "pos": _place(tactic.start),
            "endPos": _place(tactic.stop),
            "tactic": tactic.text,
            "goals": _goals(tactic.goals),
            "proofState": self._keep(client, tactic.state),
            "usedConstants": list(tactic.constants),
        }

    def _late(self) -> Record:
        return {"message": f"timed out after {self._seconds:g} s"}


def split_commands(lines: Iterable[str]) -> Iterable[str]:
    """Split a stream of lines into commands, which blank lines separate.

    Args:
        lines: The lines; line ends within a command have no meaning, not even in a string.

    Returns:
        The commands, without comments (`#` or `--` at the start).
    """
    query = ""
    for line in chain(lines, [""]):
        if line.strip():
            query += line.rstrip()
        elif query:
            if not query.startswith(("#", "--")):
                yield query
            query = ""


def _parse(query: str) -> Mapping[str, Any]:
    try:
        command = json.loads(query)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"Could not parse JSON: {error}") from error
    if not isinstance(command, dict):
        raise BadInput("Could not parse as a valid JSON command: not an object")
    return command


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read the file: {error}") from error


def _find(kept: list[tuple[LeanClient, int]], number: object, what: str) -> tuple[LeanClient, int]:
    if type(number) is not int or not 0 <= number < len(kept):
        raise BadInput(f"Unknown {what}.")
    client, inner = kept[number]
    if not client.alive:
        raise LeanProcessError(f"{what} {number} was lost with its Lean process: make it again")
    return client, inner


def _messages(messages: Iterable[Message]) -> list[Record]:
    return [
        {
            "severity": str(message.severity),
            "pos": _place(message.start),
            "endPos": _place(message.stop) if message.stop else None,
            "data": message.text.strip(),
        }
        for message in messages
    ]


def _goals(goals: Iterable[Goal]) -> str:
    return "\n".join(goal.text for goal in goals) or "no goals"


def _place(place: Position) -> dict[str, int]:
    """Lines count from 1, columns from 0."""
    line, column = place
    return {"line": line, "column": column - 1}
