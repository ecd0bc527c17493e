"""OpenAI-compatible endpoints as policies: real HTTP on a local server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import exp, isclose
from typing import Any

import pytest

from lean_env.errors import BrokenEnvironment
from lean_env.types import ProofState
from prover.policies.openai import Endpoint, OpenAI
from prover.policies.template import Template
from prover.types import Proposal
from tests.support.states import STATES


class Server:
    """Answers each request by what `plan` says; the last entry is used again and again."""

    def __init__(self, *plan: tuple[int, Any]) -> None:
        self.plan, self.asked, self.keys = list(plan), [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.asked.append((self.path, json.loads(self.rfile.read(length))))
                outer.keys.append(self.headers.get("Authorization"))
                status, body = outer.plan.pop(0) if len(outer.plan) > 1 else outer.plan[0]
                if status == 0:
                    time.sleep(body)
                    return
                text = body if isinstance(body, str) else json.dumps(body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    made: list[Server] = []
    yield made
    for server in made:
        server.close()


def chat(*answers: tuple[str, list[float] | None]) -> dict[str, Any]:
    return {
        "choices": [
            {
                "message": {"role": "assistant", "content": text},
                "logprobs": {"content": [{"token": "", "logprob": p} for p in logprobs]}
                if logprobs is not None
                else None,
            }
            for text, logprobs in answers
        ]
    }


async def ask(
    server: Server, states: list[ProofState] = STATES[:1], k: int = 8, **how: Any
) -> list[list[Proposal]]:
    policy = OpenAI(Endpoint(url=server.url, model="m", key="secret", pause=0.01, **how))
    try:
        return await policy.propose(states, k)
    finally:
        await policy.aclose()


async def test_chat_with_logprobs(servers: list[Server]) -> None:
    omega = ("```lean\nomega\n```", [-0.2])
    answers = chat(("simp", [-0.5, -0.5]), omega, ("simp", [-1.1]), ("", [-0.1]))
    servers.append(server := Server((200, answers)))
    assert await ask(server, samples=4, temperature=0.7) == [
        [Proposal("omega", -0.2, "openai.m", 1), Proposal("simp", -1.0, "openai.m", 3)]
    ]
    path, body = server.asked[0]
    assert path == "/v1/chat/completions"
    assert (body["model"], body["n"], body["temperature"]) == ("m", 4, 0.7)
    assert "⊢ a + b = b + a" in body["messages"][0]["content"]
    assert server.keys == ["Bearer secret"]


async def test_completions_and_stop_strings(servers: list[Server]) -> None:
    answer = {"choices": [{"text": " rfl", "logprobs": {"token_logprobs": [None, -0.5, -1.0]}}]}
    servers.append(server := Server((200, answer)))
    found = await ask(server, chat=False, template=Template(prompt="{state}:::", stops=("\n\n",)))
    assert found == [[Proposal("rfl", -1.5, "openai.m", 2)]]
    path, body = server.asked[0]
    assert path == "/v1/completions"
    assert body["prompt"].endswith(":::")
    assert body["stop"] == ["\n\n"]


async def test_without_logprobs_frequency_decides(servers: list[Server]) -> None:
    answers = chat(("omega", None), ("simp", None), ("simp", None), ("rfl", None))
    servers.append(server := Server((200, answers)))
    [[first, second, third]] = await ask(server)
    assert [first.tactic, second.tactic, third.tactic] == ["simp", "omega", "rfl"]
    assert isclose(sum(exp(p.logprob) for p in (first, second, third)), 1)


async def test_a_busy_server_is_asked_again(servers: list[Server]) -> None:
    good = chat(("rfl", [-1.0]))
    servers.append(server := Server((429, "slow down"), (503, "down"), (0, 0.4), (200, good)))
    [[proposal]] = await ask(server, timeout=0.2)
    assert proposal.tactic == "rfl"
    assert len(server.asked) == 4


async def test_several_states_are_asked_at_once_and_stay_in_order(servers: list[Server]) -> None:
    servers.append(server := Server((200, chat(("a", [-1.0]))), (200, chat(("b", [-1.0])))))
    found = await ask(server, STATES * 2, concurrency=1)
    assert [[p.tactic for p in part] for part in found] == [["a"], ["b"], ["b"], ["b"]]
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ((401, "no"), "refuses the key"),
        ((404, "no such model"), "status 404"),
        ((200, "<html>"), "format"),
        ((200, {"error": "x"}), "format"),
        ((200, {"choices": [{}]}), "format"),
        ((500, "broken"), "did not answer: status 500"),
    ],
)
async def test_an_unusable_endpoint_is_a_broken_environment_with_a_remedy(
    servers: list[Server], plan: tuple[int, Any], message: str
) -> None:
    servers.append(server := Server(plan))
    with pytest.raises(BrokenEnvironment, match=message) as caught:
        await ask(server, attempts=2)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


async def test_no_server_is_a_broken_environment() -> None:
    server = Server((200, {}))
    server.close()
    with pytest.raises(BrokenEnvironment, match="did not answer"):
        await ask(server, attempts=2)
