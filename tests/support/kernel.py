"""The second kernel as a process, for tests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

import lean_env
from lean_env.toolchain.node import find_node

MAIN = Path(lean_env.__file__).parent / "gate" / "kernel" / "main.mjs"


class Kernel:
    """Answers one request at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [find_node().program, MAIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._id = 0

    def __enter__(self) -> Kernel:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        self._id += 1
        request = {"id": self._id, "op": op, **fields}
        self.send(json.dumps(request))
        answer = self.receive()
        assert answer.pop("id") == self._id
        return answer

    def send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def file(self, text: str, seconds: float = 20) -> dict[str, Any]:
        """Check an export by itself."""
        return self.ask("file", export=text, seconds=seconds)
