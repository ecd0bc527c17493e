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


async def test_unknown_names_are_refused_and_letters_listed(client: httpx.AsyncClient) -> None:
    types = ("ℝ", "Natt", "α")
    proofs = [{"statement": f"theorem t (x : {name}) : x = x", "proof": "rfl"} for name in types]
    answer = await client.post("/v1/verify", json={"proofs": proofs})
    real, misspelt, letter = answer.json()["results"]
    assert (real["status"], misspelt["status"]) == ("invalid", "invalid")
    assert "nothing declares `ℝ`" in real["message"]
    assert "embedded Lean has no Mathlib" in real["message"]
    assert "nothing declares `Natt`" in misspelt["message"]
    assert (letter["status"], letter["auto_bound"]) == ("accepted", ["α"])


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


async def test_a_body_of_another_type(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/verify", content=b'{"proofs": []}')
    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["error"]


async def test_no_such_thing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/jobs/none")).json() == {"error": "there is no job none"}
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("POST", "/api/nothing", 404),
        ("GET", "/api/check", 405),
        ("DELETE", "/v1/verify", 405),
    ):
        answer = await client.request(method, path)
        assert answer.status_code == status
        assert list(answer.json()) == ["error"]
        assert "/docs" in answer.json()["error"]


async def test_an_item_without_text_is_an_error(client: httpx.AsyncClient) -> None:
    codes = [{"custom_id": "1", "proof": "example : 1 = 1 := rfl"}, {"custom_id": "2"}]
    answer = await client.post("/verify", json={"codes": codes})
    assert answer.status_code == 422
    assert answer.json()["where"] == "codes.1"
    assert "`proof` or `code`" in answer.json()["error"]


async def test_a_missing_module_says_nothing_about_a_proof(client: httpx.AsyncClient) -> None:
    proof = {"header": "import Nonsense", "statement": "theorem t : 1 = 1", "proof": "rfl"}
    [word] = (await client.post("/v1/verify", json={"proofs": [proof]})).json()["results"]
    assert word["status"] == "error"
    assert "set-up" in word["message"]


@pytest.mark.parametrize(
    ("proof", "status", "reason"),
    [
        ("theorem t (a b : Nat) : a + b = b + a := by\n  omega", "accepted", ""),
        ("/-- Sums. -/\nlemma t (x y : Nat) : x + y = y + x := Nat.add_comm x y", "accepted", ""),
        (
            "theorem u (a b : Nat) : a + b = b + a := by omega\n"
            "theorem t (a b : Nat) : a + b = b + a := u a b",
            "accepted",
            "",
        ),
        ("theorem t (a b : Nat) : a = a := rfl", "refused", "statement"),
        ("theorem other (a b : Nat) : a + b = b + a := by omega", "refused", "missing"),
        ("theorem t (a b : Nat) : a + b = b + a := sorry", "refused", "forbidden"),
        ("axiom c : False\ntheorem t (a b : Nat) : a + b = b + a := c.elim", "refused", ""),
    ],
)
async def test_a_whole_declaration_is_a_proof(
    client: httpx.AsyncClient, proof: str, status: str, reason: str
) -> None:
    body = {"proofs": [{"statement": "theorem t (a b : Nat) : a + b = b + a", "proof": proof}]}
    [word] = (await client.post("/v1/verify", json=body)).json()["results"]
    assert (word["status"], word["reason"] if reason else "") == (status, reason), word


async def test_every_kind_of_sorry_is_reported(client: httpx.AsyncClient) -> None:
    proofs = ("admit", "stop\n  rfl", "repeat sorry", "all_goals sorry", "exact @sorryAx _ false")
    snippets = [{"id": p, "code": f"theorem t : 1 = 2 := by\n  {p}"} for p in proofs]
    answer = await client.post("/api/check", json={"snippets": snippets})
    for result in answer.json()["results"]:
        assert [sorry["goal"] for sorry in result["response"]["sorries"]] == ["⊢ 1 = 2"], result


async def test_it_says_when_it_is_ready(client: httpx.AsyncClient, service: Service) -> None:
    await until(lambda: not service.not_ready)
    assert (await client.get("/ready")).status_code == 200
    service.not_ready = "Lean does not start"
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"error": "Lean does not start"})
    service.not_ready = ""


async def test_the_documentation_needs_no_other_host(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    operations = {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    assert "get /ready" in operations
    assert all(operation.get("description") for operation in operations.values())
    schemas = described["components"]["schemas"]
    for name in ("CheckRequest", "LegacyCheckRequest", "VerifyRequest", "JobRequest"):
        assert schemas[name]["examples"], name
        assert all(f.get("description") for f in schemas[name]["properties"].values()), name
    page = (await client.get("/docs")).text
    assert all(path in page for path in described["paths"])
    assert "theorem t : 2 + 2 = 4" in page
    assert "://" not in page, "nothing is loaded from elsewhere"


async def test_requests_are_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="prover.server.access_log"):
        await client.get("/health?secret=1")
        await client.get("/no%0Athing")
    lines = [record.getMessage() for record in caplog.records]
    assert "GET /health 200" in lines[0]
    assert "secret" not in lines[0]
    assert r"GET /no\nthing 404" in lines[1]


async def test_a_crowd_is_told_to_come_back(client: httpx.AsyncClient, service: Service) -> None:
    many = [{"id": str(i), "code": f"example : {i} = {i} := rfl"} for i in range(30)]
    first = asyncio.create_task(client.post("/api/check", json={"snippets": many}))
    await until(lambda: service.admission.count > 0)
    second = await client.post("/api/check", json={"snippets": many})
    assert second.status_code == 429
    assert int(second.headers["retry-after"]) >= 1
    assert {tuple(r["response"]) for r in (await first).json()["results"]} == {()}
    assert service.admission.count == 0


async def test_who_goes_away_is_not_worked_for(client: httpx.AsyncClient, service: Service) -> None:
    endless = {"snippets": [{"id": "a", "code": SPIN}], "timeout": 60}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.post("/api/check", json=endless), 1)
    after = {"snippets": [{"id": "b", "code": "#check Nat"}]}
    async with asyncio.timeout(30):
        answer = await client.post("/api/check", json=after)
    assert answer.json()["results"][0]["response"]["messages"][0]["data"] == "Nat : Type"
    assert service.admission.count == 0


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
