"""OpenAI-compatible endpoints as policies: real HTTP on a local server."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, isclose
from time import monotonic
from typing import Any

import pytest

from lean_env.errors import BrokenEnvironment
from lean_env.types import ProofState
from prover.policies.llm.client import Endpoint
from prover.policies.llm.openai import OpenAI
from prover.policies.llm.template import StepTemplate, Template
from prover.policies.mixture import Mixture
from prover.policies.portfolio import Portfolio
from prover.search.usage import metered
from prover.types import Proposal
from tests.support.model_server import ModelServer, chat
from tests.support.states import STATES


@pytest.fixture
def servers() -> Iterator[list[ModelServer]]:
    made: list[ModelServer] = []
    yield made
    for server in made:
        server.close()


async def ask(
    server: ModelServer,
    states: list[ProofState] = STATES[:1],
    k: int = 8,
    template: Template | None = None,
    **how: Any,
) -> list[list[Proposal]]:
    given = {"model": "m", "key": "secret", "pause": 0.01, **how}
    policy = OpenAI(Endpoint(url=server.url, **given), template)
    try:
        return await policy.propose(states, k)
    finally:
        await policy.aclose()


async def test_chat_with_logprobs(servers: list[ModelServer]) -> None:
    omega = ("```lean\nomega\n```", [-0.2])
    answers = chat(("simp", [-0.5, -0.5]), omega, ("simp", [-1.1]), ("", [-0.1]))
    servers.append(server := ModelServer((200, answers)))
    assert await ask(server, samples=4, temperature=0.7) == [
        [Proposal("omega", -0.2, "openai.m", 1), Proposal("simp", -1.0, "openai.m", 3)]
    ]
    path, body = server.asked[0]
    assert path == "/v1/chat/completions"
    assert (body["model"], body["n"], body["temperature"]) == ("m", 4, 0.7)
    assert "⊢ a + b = b + a" in body["messages"][0]["content"]
    assert server.keys == ["Bearer secret"]


async def test_completions_and_stop_strings(servers: list[ModelServer]) -> None:
    answer = {"choices": [{"text": " rfl", "logprobs": {"token_logprobs": [None, -0.5, -1.0]}}]}
    servers.append(server := ModelServer((200, answer)))
    template = StepTemplate(prompt="{state}:::", stops=("\n\n",))
    found = await ask(server, samples=1, template=template)
    assert found == [[Proposal("rfl", -1.5, "openai.m", 2)]]
    path, body = server.asked[0]
    assert path == "/v1/completions"
    assert body["prompt"].endswith(":::")
    assert body["stop"] == ["\n\n"]


async def test_without_logprobs_frequency_decides(servers: list[ModelServer]) -> None:
    answers = chat(("omega", None), ("simp", None), ("simp", None), ("rfl", None))
    servers.append(server := ModelServer((200, answers)))
    [[first, second, third]] = await ask(server)
    assert [first.tactic, second.tactic, third.tactic] == ["simp", "omega", "rfl"]
    assert isclose(sum(exp(p.logprob) for p in (first, second, third)), 1)


async def test_a_busy_server_is_asked_again(servers: list[ModelServer]) -> None:
    good = chat(("rfl", [-1.0]))
    servers.append(server := ModelServer((429, "slow down"), (503, "down"), (0, 0.4), (200, good)))
    [[proposal]] = await ask(server, samples=1, timeout=0.2)
    assert proposal.tactic == "rfl"
    assert len(server.asked) == 4


async def test_several_states_are_asked_at_once_and_stay_in_order(
    servers: list[ModelServer],
) -> None:
    servers.append(server := ModelServer((200, chat(("a", [-1.0]))), (200, chat(("b", [-1.0])))))
    found = await ask(server, STATES * 2, samples=1, concurrency=1)
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
    servers: list[ModelServer], plan: tuple[int, Any], message: str
) -> None:
    servers.append(server := ModelServer(plan))
    with pytest.raises(BrokenEnvironment, match=message) as caught:
        await ask(server, attempts=2)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


async def test_no_server_is_a_broken_environment() -> None:
    server = ModelServer((200, {}))
    server.close()
    with pytest.raises(BrokenEnvironment, match="did not answer"):
        await ask(server, attempts=2)


async def test_a_pause_that_the_server_names_is_kept(servers: list[ModelServer]) -> None:
    good = chat(("rfl", [-1.0]))
    servers.append(server := ModelServer((429, "slow", {"Retry-After": "0.3"}), (200, good)))
    began = monotonic()
    [[proposal]] = await ask(server, samples=1, pause=0.0)
    assert proposal.tactic == "rfl"
    assert monotonic() - began >= 0.3


async def test_a_server_that_gives_one_answer_at_a_time_is_asked_for_each(
    servers: list[ModelServer],
) -> None:
    replies = [(200, chat((tactic, [-1.0]))) for tactic in ("rfl", "simp", "omega")]
    servers.append(server := ModelServer(*replies))
    [proposals] = await ask(server, samples=3)
    assert {p.tactic for p in proposals} == {"rfl", "simp", "omega"}
    assert [body["n"] for body in server.bodies] == [3, 1, 1]


async def test_a_server_that_refuses_logprobs_is_asked_without(servers: list[ModelServer]) -> None:
    refusal = (400, "logprobs are not supported with this model")
    servers.append(server := ModelServer(refusal, (200, chat("rfl", "rfl"))))
    [[proposal]] = await ask(server, samples=2)
    assert proposal.tactic == "rfl"
    assert ["logprobs" in body for body in server.bodies] == [True, False]


async def test_the_first_model_of_the_server_is_the_default(servers: list[ModelServer]) -> None:
    models = (200, {"data": [{"id": "org/first"}, {"id": "org/second"}]})
    servers.append(server := ModelServer(models, (200, chat(("rfl", [-1.0])))))
    [[proposal]] = await ask(server, samples=1, model="")
    assert proposal.source == "openai.org/first"
    assert [path for path, _ in server.asked] == ["/v1/models", "/v1/chat/completions"]


async def test_empty_answers_give_no_proposal(servers: list[ModelServer]) -> None:
    servers.append(server := ModelServer((200, chat(("", [-1.0]), ("  ", [-1.0])))))
    assert await ask(server) == [[]]


async def test_tokens_are_counted_for_the_search_that_asked(servers: list[ModelServer]) -> None:
    servers.append(server := ModelServer((200, chat("exact foo", "simp", read=30))))
    with metered() as mine:
        await ask(server, samples=2)
    with metered() as other:
        pass
    assert (mine.read, mine.written, mine.tokens) == ({"m": 30}, {"m": 3}, 3)
    assert other.tokens == 0


async def test_a_server_that_ends_is_left_out_while_another_policy_works(
    servers: list[ModelServer], caplog: pytest.LogCaptureFixture
) -> None:
    servers.append(server := ModelServer((-1, None)))
    dead = OpenAI(Endpoint(url=server.url, model="m", pause=0.0, attempts=2))
    mixture = Mixture([(dead, 1.0), (Portfolio(), 1.0)])
    for _ in range(3):
        [proposals] = await mixture.propose(STATES[:1], 8)
        assert "omega" in {p.tactic for p in proposals}
    assert len(server.asked) == 2  # not again and again
    assert "going on without one policy" in caplog.text
    with pytest.raises(BrokenEnvironment, match="did not answer"):
        await Mixture([(dead, 1.0), (dead, 1.0)]).propose(STATES[:1], 8)
    await dead.aclose()
