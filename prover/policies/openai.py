"""Any OpenAI-compatible endpoint as a policy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenacity import (
    AsyncRetrying,
    RetryError,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from lean_env.errors import BrokenEnvironment
from lean_env.types import ProofState
from prover.policies.ranking import Sample, by_frequency, distinct
from prover.policies.template import CHAT, Template
from prover.types import Proposal

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible server and how it is called.

    Attributes:
        url: The base URL, without `/chat/completions`.
        model: The server's name of the model.
        key: The API key, if the server needs one.
        template: How states become prompts.
        chat: Whether to call `/chat/completions`; else `/completions`.
        samples: Answers per state.
        temperature: Of sampling.
        max_tokens: Of one answer.
        timeout: Of one request, in seconds.
        concurrency: Requests at the same time.
        attempts: How often a request is tried when the server is busy or cannot be reached.
        pause: The longest random pause between two attempts, in seconds; pauses grow.
    """

    url: str
    model: str
    key: str | None = None
    template: Template = CHAT
    chat: bool = True
    samples: int = 8
    temperature: float = 1.0
    max_tokens: int = 256
    timeout: float = 60.0
    concurrency: int = 8
    attempts: int = 4
    pause: float = 20.0


class _Busy(Exception):
    """The request may succeed later."""


class OpenAI:
    """Proposes the answers of a model behind an OpenAI-compatible endpoint.

    The logprob of a tactic is the sum of its tokens' if the server returns them, otherwise it is
    estimated from how often an answer occurred.

    Raises:
        BrokenEnvironment: The endpoint cannot be used.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        import httpx

        self._endpoint = endpoint
        self._client = httpx.AsyncClient(
            base_url=endpoint.url.rstrip("/") + "/",
            timeout=endpoint.timeout,
            headers={"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {},
        )
        self._slots = asyncio.Semaphore(endpoint.concurrency)

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._client.aclose()

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`."""
        return await asyncio.gather(*(self._one(state, k) for state in states))

    async def _one(self, state: ProofState, k: int) -> list[Proposal]:
        prompt = self._endpoint.template.fill(state)
        async with self._slots:
            choices = await self._retrying(prompt, min(k, self._endpoint.samples))
        tactics = [self._endpoint.template.tactic(_text(choice)) for choice in choices]
        token_logprobs = [_logprobs(choice) for choice in choices]
        frequency = by_frequency(tactics)
        samples = [
            Sample(tactic, sum(ps) if all(token_logprobs) else frequency[tactic], len(ps))
            for tactic, ps in zip(tactics, token_logprobs, strict=True)
        ]
        return distinct(samples, k, f"openai.{self._endpoint.model}")

    async def _retrying(self, prompt: str, n: int) -> list[dict[str, Any]]:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(_Busy),
            stop=stop_after_attempt(self._endpoint.attempts),
            wait=wait_random_exponential(max=self._endpoint.pause),
        )
        try:
            return await retrying(self._request, prompt, n)
        except RetryError as error:
            raise BrokenEnvironment(
                f"{self._endpoint.url} did not answer: {error.last_attempt.exception()}",
                remedy="check that the server runs, and that its address is right",
            ) from error

    async def _request(self, prompt: str, n: int) -> list[dict[str, Any]]:
        import httpx

        end = self._endpoint
        body: dict[str, Any] = {
            "model": end.model,
            "n": n,
            "temperature": end.temperature,
            "max_tokens": end.max_tokens,
        }
        if end.template.stops:
            body["stop"] = list(end.template.stops)
        if end.chat:
            body |= {"messages": [{"role": "user", "content": prompt}], "logprobs": True}
        else:
            body |= {"prompt": prompt, "logprobs": 0}
        try:
            path = "chat/completions" if end.chat else "completions"
            response = await self._client.post(path, json=body)
        except httpx.TransportError as error:
            raise _Busy(f"{type(error).__name__} {error}".strip()) from error
        return _choices(response)


def _choices(response: httpx.Response) -> list[dict[str, Any]]:
    """The choices of a response.

    Raises:
        _Busy: The request should be tried again.
        BrokenEnvironment: The endpoint cannot be used.
    """
    status, url = response.status_code, response.url
    if status == 429 or status >= 500:
        raise _Busy(f"status {status}")
    if status in (401, 403):
        raise BrokenEnvironment(f"{url} refuses the key", remedy="check the key of the endpoint")
    if status >= 400:
        raise BrokenEnvironment(
            f"{url} answers with status {status}: {response.text[:200]}",
            remedy="check the endpoint's address and the name of the model",
        )
    try:
        choices = response.json()["choices"]
        for choice in choices:
            _text(choice)
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenEnvironment(
            f"{url} does not answer in OpenAI's format: {response.text[:200]}",
            remedy="check that the address is the one that `/chat/completions` follows",
        ) from error
    return list(choices)


def _text(choice: dict[str, Any]) -> str:
    return str(choice["message"]["content"] or "" if "message" in choice else choice["text"])


def _logprobs(choice: dict[str, Any]) -> list[float]:
    """The logprob of each token, in the format of chat completions or of completions.

    Returns:
        An empty list if the server returned none.
    """
    returned = choice.get("logprobs") or {}
    if content := returned.get("content"):
        return [float(token["logprob"]) for token in content]
    return [float(p) for p in returned.get("token_logprobs") or () if p is not None]
