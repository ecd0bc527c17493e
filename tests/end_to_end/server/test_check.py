"""Kimina's own client against `qstar serve`, and how a text is cut."""

from __future__ import annotations

import typing
from collections.abc import Iterator

import httpx
import psutil
import pytest
import typing_extensions

from lean_env.wire.client import LaunchFactory
from prover.server.check import split_header
from tests.support.running import SPIN, Running, running

if typing.TYPE_CHECKING:
    from kimina_client import AsyncKiminaClient


@pytest.fixture(scope="module")
def server(launch: LaunchFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    launch(("Init",))
    jobs = tmp_path_factory.mktemp("check") / "jobs.sqlite"
    with running("serve", "--workers", 1, "--jobs", jobs, QSTAR_TOKEN="secret") as server:
        yield server


@pytest.fixture
def kimina(server: Running, monkeypatch: pytest.MonkeyPatch) -> AsyncKiminaClient:
    # kimina-client 0.2 cannot be imported on Python 3.11: it takes TypedDict from typing, and
    # pydantic wants that of typing_extensions before Python 3.12.
    monkeypatch.setattr(typing, "TypedDict", typing_extensions.TypedDict)
    from kimina_client import AsyncKiminaClient

    return AsyncKiminaClient(server.url, api_key="secret", n_retries=1)


async def test_the_clients_own_test(kimina: AsyncKiminaClient) -> None:
    await kimina.test()
    assert (await kimina.health())["status"] == "ok"


async def test_the_client_understands_every_answer(kimina: AsyncKiminaClient) -> None:
    texts = {
        "valid": "import Init\nopen Nat\n\ntheorem t (a b : Nat) : a + b = b + a := by omega",
        "sorry": "theorem t : 1 = 1 := by\n  sorry",
        "lean_error": "open Nat\ntheorem t : 1 = 2 := by\n  rfl\n",
    }
    replies = (await kimina.check(list(texts.values()), show_progress=False)).results
    assert [reply.analyze().status.value for reply in replies] == list(texts)
    assert replies[1].response["sorries"][0]["goal"] == "⊢ 1 = 1"
    [error] = replies[2].response["messages"]
    assert error["pos"] == {"line": 3, "column": 2}


async def test_what_takes_too_long_and_what_cannot_be_imported(kimina: AsyncKiminaClient) -> None:
    checked = await kimina.check([SPIN, "import Nonsense\n"], timeout=1, show_progress=False)
    late, wrong = checked.results
    assert late.analyze().status.value == "timeout_error"
    assert wrong.analyze().status.value == "server_error", "no verdict on the text"
    assert "set-up" in wrong.error
    assert "Nonsense" in wrong.error


async def test_a_wrong_token_is_turned_away(server: Running) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        for headers in ({}, {"authorization": "Bearer wrong"}):
            answer = await client.post("/api/check", json={}, headers=headers)
            assert answer.status_code == 401
            assert "token" in answer.json()["error"]
        assert (await client.get("/health")).status_code == 200


async def test_a_worker_that_is_killed_loses_nothing(
    kimina: AsyncKiminaClient, server: Running
) -> None:
    await kimina.check("#check Nat", show_progress=False)
    for child in psutil.Process(server.process.pid).children():
        child.kill()
    [reply] = (await kimina.check("#check Nat", show_progress=False)).results
    assert reply.analyze().status.value == "valid"


async def test_the_older_words(client: httpx.AsyncClient) -> None:
    codes = [
        {"custom_id": 7, "proof": "example : 1 = 1 := rfl"},
        {"custom_id": "x", "code": "open Nat\n#check foo"},
    ]
    answer = (await client.post("/verify", json={"codes": codes})).json()
    good, bad = answer["results"]
    assert (good["custom_id"], bad["custom_id"]) == (7, "x")
    assert set(good["response"]) == {"time"}
    assert bad["response"]["messages"][0]["pos"] == {"line": 2, "column": 7}


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("import Lean\nopen Nat\n\ntheorem t", "import Lean\nopen Nat\n"),
        ("theorem t", ""),
        ("open Nat in\ntheorem t", ""),
        ("open Nat\nin theorem t", ""),
        ("open A\n  B\ntheorem t", ""),
        ("import A\nopen B -- in\n", "import A\n"),
        ("universe u\n/- open C -/\nopen D", "universe u\n"),
        ("\n\nset_option autoImplicit true\n", "\n\nset_option autoImplicit true\n"),
        ("", ""),
    ],
)
def test_a_header_is_cut_off_only_where_that_changes_nothing(text: str, header: str) -> None:
    assert split_header(text) == (header, text[len(header) :])
