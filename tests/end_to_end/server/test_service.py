"""The endpoints: verdicts, bad input, crowds, what is counted."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from prover.server.app import Service
from tests.support.hard import until
from tests.support.running import SPIN


async def test_verdicts(client: httpx.AsyncClient) -> None:
    iff = "theorem t (p q : Prop) (h : p ↔ q) : p = q"
    cheat = "axiom cheat : 1 = 2\n"
    proofs = [
        {"id": "a", "statement": iff, "proof": "exact propext h"},
        {"id": "b", "statement": "theorem t : 1 = 2", "header": cheat, "proof": "exact cheat"},
        {"id": "c", "statement": "theorem t : 1 =", "proof": "rfl"},
    ]
    answer = await client.post("/v1/verify", json={"proofs": proofs})
    assert answer.status_code == 200
    good, cheated, none = answer.json()["results"]
    assert (good["id"], good["status"], good["axioms"]) == ("a", "accepted", ["propext"])
    assert good["declaration"].endswith(":= by\n  exact propext h")
    assert (cheated["status"], cheated["reason"]) == ("refused", "axiom")
    assert none["status"] == "invalid"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b'{"snippets": [', 400, "not JSON"),
        (b"\xff\xfe", 400, ""),
        (b'{"snippets": [], "timeout": 3}', 422, "at least 1"),
        (b'{"snippets": [{"id": "a", "code": "", "more": 1}]}', 422, "snippets.0.more"),
        (b'{"snippets": [{"id": "a", "code": ""}], "fast": true}', 422, "fast"),
        (b'{"snippets": [{"id": "a", "code": ""}, {"id": "a", "code": ""}]}', 422, "ids"),
        (b'{"snippets": [{"id": "a", "code": ""}], "timeout": -1}', 422, "timeout"),
        (b'{"snippets": [{"id": "a", "code": ""}], "infotree": "full"}', 422, "infotree"),
        (b" " * 2**21, 413, "1048576 bytes"),
    ],
)
async def test_bad_bodies(client: httpx.AsyncClient, body: bytes, status: int, said: str) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post("/api/check", content=body, headers=headers)
    assert answer.status_code == status
    assert said in str(answer.json())


async def test_no_such_thing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/jobs/none")).json() == {"error": "there is no job none"}
    assert (await client.get("/nothing")).status_code == 404
    assert (await client.get("/api/check")).status_code == 405


async def test_a_crowd_is_told_to_come_back(client: httpx.AsyncClient, service: Service) -> None:
    many = [{"id": str(i), "code": f"example : {i} = {i} := rfl"} for i in range(30)]
    first = asyncio.create_task(client.post("/api/check", json={"snippets": many}))
    await until(lambda: service.crowd.count > 0)
    second = await client.post("/api/check", json={"snippets": many})
    assert second.status_code == 429
    assert int(second.headers["retry-after"]) >= 1
    assert {tuple(r["response"]) for r in (await first).json()["results"]} == {()}
    assert service.crowd.count == 0


async def test_who_goes_away_is_not_worked_for(client: httpx.AsyncClient, service: Service) -> None:
    endless = {"snippets": [{"id": "a", "code": SPIN}], "timeout": 60}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.post("/api/check", json=endless), 1)
    after = {"snippets": [{"id": "b", "code": "#check Nat"}]}
    async with asyncio.timeout(30):
        answer = await client.post("/api/check", json=after)
    assert answer.json()["results"][0]["response"]["messages"][0]["data"] == "Nat : Type"
    assert service.crowd.count == 0


async def test_what_is_counted_and_described(client: httpx.AsyncClient) -> None:
    await client.post("/api/check", json={"snippets": [{"id": "a", "code": ""}]})
    text = (await client.get("/metrics")).text
    assert 'qstar_requests_total{path="/api/check",status="200"}' in text
    assert 'qstar_proofs_total{kind="check",outcome="answered"}' in text
    assert "qstar_proofs_waiting 0.0" in text
    described = (await client.get("/openapi.json")).json()["paths"]
    assert {"/api/check", "/verify", "/v1/verify", "/v1/jobs", "/v1/jobs/{id}/events"} <= set(
        described
    )
