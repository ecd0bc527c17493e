"""What keeps the service going whatever clients do: tokens, sizes, slowness, crowds."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

T = TypeVar("T")

PUBLIC_PATHS = ("/health", "/ready")
"""Paths that need no token."""

RETRY_SECONDS = (1, 60)
"""What a client that is turned away is told to wait: at least, at most."""


@dataclass
class QueueFull(Exception):
    """Too much waits already; it should be done in about `seconds`."""

    waiting: int
    seconds: int


@dataclass
class RequestRefused(Exception):
    status: int
    message: str


class AdmissionControl:
    """Counts the proofs that wait or run, and knows how often one ends."""

    def __init__(self, most: int) -> None:
        self.most, self.count = most, 0
        self._every, self._since = 0.1, 0.0  # seconds from end to end, and the last one

    @contextmanager
    def admitted(self, proofs: int) -> Iterator[None]:
        """Count `proofs` as waiting until the `with` ends.

        A request larger than the whole queue is admitted when nothing else waits.

        Raises:
            QueueFull: There is no room for so many.
        """
        if self.count and self.count + proofs > self.most:
            low, high = RETRY_SECONDS
            raise QueueFull(self.count, min(max(math.ceil(self.count * self._every), low), high))
        if not self.count:
            self._since = time.monotonic()
        self.count += proofs
        try:
            yield
        finally:
            self.count -= proofs

    def ended(self) -> None:
        """To be told of each proof."""
        now = time.monotonic()
        self._every += 0.05 * (now - self._since - self._every)
        self._since = now


class RequestGuard:
    """ASGI middleware: lets nobody in without the token, and no request before it is whole."""

    def __init__(
        self, app: ASGIApp, *, token: str | None, body_bytes: int, body_seconds: float
    ) -> None:
        self._app, self._token = app, token
        self._bytes, self._seconds = body_bytes, body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        try:
            self._check_token(scope)
            body = await self._body(scope, receive)
        except RequestRefused as refusal:
            from starlette.responses import JSONResponse

            headers = {"connection": "close"}  # the rest of the body is not read
            if refusal.status == 401:
                headers["www-authenticate"] = "Bearer"
            answer = JSONResponse({"error": refusal.message}, refusal.status, headers)
            return await answer(scope, receive, send)
        first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def whole() -> Message:
            return first.pop() if first else await receive()

        await self._app(scope, whole, send)

    def _check_token(self, scope: Scope) -> None:
        if self._token is None or scope["path"] in PUBLIC_PATHS:
            return
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not secrets.compare_digest(given, f"Bearer {self._token}".encode()):
            raise RequestRefused(
                401, "the token is missing or wrong: send `Authorization: Bearer TOKEN`"
            )

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        too_large = RequestRefused(413, f"the body is larger than {self._bytes} bytes")
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._bytes:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RequestRefused(400, "the body is not whole")
                    body += message.get("body", b"")
                    if len(body) > self._bytes:
                        raise too_large
                    if not message.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            why = f"the body did not arrive within {self._seconds:g} s"
            raise RequestRefused(408, why) from None


async def cancel_on_disconnect(request: Request, work: Awaitable[T]) -> T:
    """The result of `work`, which is cancelled when the client goes away."""
    doing = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(request.receive())  # after the body, nothing but its leaving
    try:
        await asyncio.wait([doing, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise RequestRefused(499, "the client has gone")
        return await doing
    finally:
        leaving.cancel()
        doing.cancel()
        await asyncio.gather(doing, leaving, return_exceptions=True)
