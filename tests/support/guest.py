"""Probe.lean under the host of embedded Lean: code that tries what a server never does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

PROBE = Path(__file__).with_name("Probe.lean")
MEMORY_MB = 900


class Guest:
    """A running probe."""

    def __init__(self, argv: tuple[str, ...], *more: str) -> None:
        self.process = subprocess.Popen(
            [*argv, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}
        )
        self.asked = 0

    def send(self, what: str, arg: str = "", **fields: object) -> None:
        self.asked += 1
        self.write({"id": self.asked, "try": what, "arg": arg, **fields})

    def write(self, *requests: object) -> None:
        assert self.process.stdin is not None
        text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in requests)
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return dict(json.loads(self.process.stdout.readline()))

    def attempt(self, what: str, arg: str = "", **fields: object) -> str:
        self.send(what, arg, **fields)
        answer = self.answer()
        assert answer["id"] == self.asked
        return str(answer["result"])

    def last_word(self) -> dict[str, Any]:
        """The fatal answer, after which the process ends."""
        answer = self.answer()
        assert self.process.stdout is not None
        assert self.process.stdout.read() == b""
        self.process.wait(10)
        return dict(answer["fatal"])

    def close(self) -> None:
        with self.process:
            self.process.kill()
