"""Broken proofs, against a worker and the gate: `benchmarks.studies.fuzz` in small."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from random import Random

import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.studies.fuzz import Fuzzer, draw_case, open_fuzzer
from lean_env.wire.client import LaunchFactory

LIMITS = b'"ms":20000,"heartbeats":200000}'


@pytest_asyncio.fixture(scope="module")
async def fuzzer(launch: LaunchFactory) -> AsyncIterator[Fuzzer]:
    async with open_fuzzer(launch) as fuzzer:
        yield fuzzer


@given(st.lists(st.integers(0, 2**64), min_size=20, max_size=20))
@settings(max_examples=4, deadline=None, derandomize=True)
async def test_nothing_false_is_accepted_and_the_workers_stay_as_they_are(
    fuzzer: Fuzzer, seeds: list[int]
) -> None:
    """`run` raises `FoundFault` when it is, or when they answer honest requests otherwise."""
    outcomes = await fuzzer.run([draw_case(Random(seed)) for seed in seeds])
    assert outcomes.total() == len(seeds)


def test_bytes_that_are_no_text_get_their_answer_and_harm_no_other(launch: LaunchFactory) -> None:
    started = launch(("Init",))
    raw = b"\xff\xfe\x80\xc3( \xf0\x9f\x98 \xed\xa0\x80"
    requests = [
        b'{"id":1,"op":"open","source":""}',
        b'{"id":2,"op":"start","header":0,"statement":"theorem t : 1 = 1"}',
        b'{"id":3,"op":"run","state":0,"tactics":["' + raw + b'","rfl"],' + LIMITS,
        b'{"id":4,"op":"start","header":0,"statement":"theorem ' + raw + b' : 1 = 1"}',
        b'{"id":5,"op":"open","source":"-- ' + raw + b'"}',
        raw,
        b'{"id":7,"op":"run","state":0,"tactics":["rfl"],' + LIMITS,
    ]
    with subprocess.Popen(
        started.argv, env=dict(started.env), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as lean:
        assert lean.stdin is not None
        assert lean.stdout is not None
        lean.stdin.write(b"".join(request + b"\n" for request in requests))
        lean.stdin.flush()
        said = [json.loads(lean.stdout.readline()) for _ in range(8)]
        lean.stdin.close()
        assert lean.stdout.read() == b""
    assert [(answer["id"], answer.get("index")) for answer in said] == [
        (1, None), (2, None), (3, 0), (3, 1), (4, None), (5, None), (0, None), (7, 0),
    ]  # fmt: skip
    assert said[2]["rejected"]["reason"] == "parse"
    assert said[4]["error"]["kind"] == "statement"
    assert said[3]["ok"] | {"ms": 0} == said[7]["ok"] | {"ms": 0}
    assert "error" in said[6]
