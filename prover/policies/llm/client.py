"""A client of OpenAI-compatible servers: vLLM, llama.cpp, SGLang, Ollama and the paid ones."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    RetryError,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from lean_env.errors import BrokenEnvironment
from prover.policies.llm.template import Message
from prover.search.usage import count_tokens

if TYPE_CHECKING:
    import httpx

LONGEST_WAIT = 300.0
"""The longest `Retry-After` that is waited for, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible server and how it is called.

    Attributes:
        url: The base URL, without `/chat/completions`.
        model: The server's name of the model; if empty, the first that the server lists.
        key: The API key, if the server needs one.
        samples: Answers per prompt.
        temperature: Of sampling.
        timeout: Of one request, in seconds.
        concurrency: Requests at the same time.
        attempts: How often a request is tried when the server is busy or cannot be reached.
        pause: The longest random pause between two attempts, in seconds; pauses grow.  When a
            server names a pause, that is kept.
    """

    url: str
    model: str = ""
    key: str | None = None
    samples: int = 8
    temperature: float = 1.0
    timeout: float = 60.0
    concurrency: int = 8
    attempts: int = 4
    pause: float = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a model.

    Attributes:
        text: The text.
        logprobs: Of its tokens, natural logarithms; empty if the server gives none.
        tokens: How many tokens it has; as many as `logprobs`, else an equal share of what the
            server counted.
    """

    text: str
    logprobs: tuple[float, ...]
    tokens: int


class _Busy(Exception):
    """The request may succeed later; `wait` is the pause that the server names, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class ModelClient:
    """Sends prompts to one server, a limited number at a time, again where it is busy.

    Servers that return one choice whatever `n` is (llama.cpp) get one request for each answer, and
    those that refuse `logprobs` get requests without it.
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
        self._model = endpoint.model
        self._logprobs = True

    @property
    def model(self) -> str:
        """The server's name of the model; empty until the server was asked for it."""
        return self._model

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._client.aclose()

    async def answers(
        self, prompt: str | Sequence[Message], n: int, *, max_tokens: int, stops: Sequence[str] = ()
    ) -> list[Answer]:
        """Let the model answer a prompt `n` times.

        Args:
            prompt: A text to continue, or a chat.
            n: How many answers.
            max_tokens: Of one answer.
            stops: Texts at which the server ends an answer.

        Returns:
            The answers, without empty ones removed; fewer than `n` if the server gives fewer.

        Raises:
            BrokenEnvironment: The server cannot be used, or did not answer in several attempts.
        """
        body: dict[str, Any] = {"temperature": self._endpoint.temperature, "max_tokens": max_tokens}
        if stops:
            body["stop"] = list(stops)
        chat = not isinstance(prompt, str)
        body |= {"messages": list(prompt)} if chat else {"prompt": prompt}
        found = await self._request(chat, body, n)
        if len(found) == 1 and n > 1:
            more = await asyncio.gather(*(self._request(chat, body, 1) for _ in range(n - 1)))
            found += [answer for answers in more for answer in answers]
        return found

    async def _request(self, chat: bool, body: Mapping[str, Any], n: int) -> list[Answer]:
        path = "chat/completions" if chat else "completions"
        async with self._slots:
            if not self._model:
                self._model = _first_model(await self._retrying("GET", "models", None))
            full = {"model": self._model, "n": n, **body}
            if self._logprobs:
                full["logprobs"] = True if chat else 0
            response = await self._retrying("POST", path, full)
            if response.status_code == 400 and "logprobs" in response.text and self._logprobs:
                self._logprobs = False
                del full["logprobs"]
                response = await self._retrying("POST", path, full)
        return _answers(response, self._model)

    async def _retrying(self, method: str, path: str, body: Any) -> httpx.Response:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(_Busy),
            stop=stop_after_attempt(self._endpoint.attempts),
            wait=self._pause,
        )
        try:
            return await retrying(self._send, method, path, body)
        except RetryError as error:
            raise BrokenEnvironment(
                f"{self._endpoint.url} did not answer: {error.last_attempt.exception()}",
                remedy="check that the server runs, and that its address is right",
            ) from error

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _Busy) and error.wait is not None:
            return min(error.wait, LONGEST_WAIT)
        return wait_random_exponential(max=self._endpoint.pause)(state)

    async def _send(self, method: str, path: str, body: Any) -> httpx.Response:
        import httpx

        try:
            response = await self._client.request(method, path, json=body)
        except httpx.TransportError as error:
            raise _Busy(f"{type(error).__name__} {error}".strip()) from error
        status = response.status_code
        if status == 429 or status >= 500:
            raise _Busy(f"status {status}", _seconds(response.headers.get("Retry-After", "")))
        return response


def _seconds(retry_after: str) -> float | None:
    """The pause that a `Retry-After` header names: seconds, or a date."""
    from email.utils import parsedate_to_datetime
    from time import time

    try:
        return max(float(retry_after), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - time(), 0.0)
    except ValueError:
        return None


def _first_model(response: httpx.Response) -> str:
    try:
        _require_success(response)
        return str(response.json()["data"][0]["id"])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise BrokenEnvironment(
            f"{response.url} lists no model: {response.text[:200]}",
            remedy="name the model after the address, like URL#MODEL",
        ) from error


def _require_success(response: httpx.Response) -> None:
    """Raise `BrokenEnvironment` for a status that trying again does not change."""
    status, url = response.status_code, response.url
    if status in (401, 403):
        raise BrokenEnvironment(
            f"{url} refuses the key",
            remedy="put the key of the endpoint into the environment variable OPENAI_API_KEY",
        )
    if status >= 400:
        raise BrokenEnvironment(
            f"{url} answers with status {status}: {response.text[:200]}",
            remedy="check the endpoint's address and the name of the model",
        )


def _answers(response: httpx.Response, model: str) -> list[Answer]:
    """The answers in a response, whose tokens are counted.

    Raises:
        BrokenEnvironment: The endpoint cannot be used.
    """
    _require_success(response)
    try:
        reply = response.json()
        choices = [(_text(choice), _token_logprobs(choice)) for choice in reply["choices"]]
        used = reply.get("usage") or {}
        read, written = int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenEnvironment(
            f"{response.url} does not answer in OpenAI's format: {response.text[:200]}",
            remedy="check that the address is the one that `/chat/completions` follows",
        ) from error
    share = written // max(len(choices), 1)
    found = [Answer(text, logprobs, len(logprobs) or share) for text, logprobs in choices]
    count_tokens(model, read, written or sum(answer.tokens for answer in found))
    return found


def _text(choice: Mapping[str, Any]) -> str:
    """The text of a choice; where a server keeps thoughts apart, these are left out."""
    return str(choice["message"]["content"] or "" if "message" in choice else choice["text"])


def _token_logprobs(choice: Mapping[str, Any]) -> tuple[float, ...]:
    """The logprob of each token, in the format of chat completions or of completions."""
    returned = choice.get("logprobs") or {}
    if content := returned.get("content"):
        return tuple(float(token["logprob"]) for token in content)
    return tuple(float(p) for p in returned.get("token_logprobs") or () if p is not None)
