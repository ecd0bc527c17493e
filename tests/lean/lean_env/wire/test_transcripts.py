"""What real Lean says, word for word.

Each file in `transcripts/` is a conversation with one fresh process: a request, its answers, the
next request, and so on, one JSON object a line as on the wire, with the times (`ms`) set to 0.  To
add a case, add its request line.  When answers have changed for a good reason,

    python -m pytest tests/lean/lean_env/wire/test_transcripts.py --write-transcripts

writes the present ones; read the difference before you commit it.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from lean_env.wire.client import LaunchFactory
from lean_env.wire.process import LeanProcess

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.jsonl"))

Record = dict[str, Any]


def is_last(request: Record, answer: Record) -> bool:
    """Is this the last answer to the request?"""
    is_one_of_many = request.get("op") == "run" and "index" in answer
    return not is_one_of_many or answer["index"] == len(request["tactics"]) - 1


async def converse(launch: LaunchFactory, requests: list[Record]) -> list[Record]:
    """The requests, each with its answers after it."""
    lines: asyncio.Queue[bytes] = asyncio.Queue()
    process = LeanProcess(lines.put_nowait, lambda: None)
    await process.spawn(launch(("Init",)))
    records: list[Record] = []
    for request in requests:
        records.append(request)
        process.send(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        answer: Record = {}
        while not answer or not is_last(request, answer):
            answer = json.loads(await asyncio.wait_for(lines.get(), 60))
            records.append(answer | {"ms": 0} if "ms" in answer else answer)
    process.kill()
    await process.wait()
    return records


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path, launch: LaunchFactory, request: pytest.FixtureRequest) -> None:
    recorded = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    spoken = asyncio.run(converse(launch, [record for record in recorded if "op" in record]))
    if request.config.getoption("--write-transcripts"):
        lines = [json.dumps(record, ensure_ascii=False) for record in spoken]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        assert spoken == recorded
