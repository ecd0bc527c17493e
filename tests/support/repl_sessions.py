"""Sessions of the REPL: recorded ones, and the launch of a stand-in that answers from one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_env.toolchain.launch import LaunchSpec
from tests.support.shared import SHARED

RECORDED = SHARED / "data" / "repl"
STANDIN = Path(__file__).with_name("recorded_repl.py")

Exchange = tuple[dict[str, Any], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Session:
    """What one input of the REPL's own tests was answered with by a version of Lean."""

    name: str
    exchanges: tuple[tuple[dict[str, Any], dict[str, Any]], ...]


def recorded(file: Path) -> Iterator[Session]:
    """The sessions of a version, each command with its answer."""
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        commands = [json.loads(text) for text in _blocks(row["input"])]
        answers = [json.loads(text) for text in _blocks(row["expected"])]
        yield Session(row["name"], tuple(zip(commands, answers, strict=True)))


def _blocks(text: str) -> list[str]:
    """The parts of a text that blank lines separate, without comments."""
    parts = [part.strip().replace("\n", " ") for part in text.split("\n\n")]
    return [part for part in parts if part and not part.startswith(("#", "--"))]


def launch(folder: Path, session: Sequence[Exchange]) -> LaunchSpec:
    """Start the stand-in with a session."""
    file = folder / "session.json"
    file.write_text(json.dumps(list(session)), encoding="utf-8")
    return LaunchSpec(
        argv=(sys.executable, str(STANDIN), str(file)),
        env={},
        kind="repl",
        version="stand-in",
        imports=("Init",),
    )
