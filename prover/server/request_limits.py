"""Protection of the service from its clients: tokens, and limits of size, time and number."""

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

PUBLIC_PATHS = ("/", "/health", "/ready")
PUBLIC_FOLDER = "/web/"
"""What needs no token: the page and its files show nothing until it is given one."""

RETRY_SECONDS = (1, 60)
"""The least and the largest `retry-after` of a request refused because the queue is full."""


@dataclass
class QueueFull(Exception):
    """The queue has no room: `waiting` proofs should be done in about `seconds`."""

    waiting: int
    seconds: int


@dataclass
class RequestRefused(Exception):
    """A request that is answered with an HTTP error status and a message."""

    status: int
    message: str


class AdmissionControl:
    """Limits the proofs that wait or run, and measures how often one ends.

    Attributes:
        most: The largest number of proofs.
        count: Their current number.
    """

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
        """Record that a proof has ended, for the estimate of waiting times."""
        now = time.monotonic()
        self._every += 0.05 * (now - self._since - self._every)
        self._since = now


class RequestGuard:
    """ASGI middleware: checks the token, and passes a request on once its body has arrived."""

    def __init__(
        self, app: ASGIApp, *, token: str | None, body_bytes: int, body_seconds: float
    ) -> None:
        self._app, self._token = app, token
        self._bytes, self._seconds = body_bytes, body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on once its token and its body are checked, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check_origin(scope)
            self._check_token(scope)
            body = await self._body(scope, receive)
        except RequestRefused as refusal:
            from starlette.responses import JSONResponse

            headers = {"connection": "close"}  # the rest of the body is not read
            if refusal.status == 401:
                headers["www-authenticate"] = "Bearer"
            answer = JSONResponse({"error": refusal.message}, refusal.status, headers)
            await answer(scope, receive, send)
            return
        first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def whole() -> Message:
            return first.pop() if first else await receive()

        await self._app(scope, whole, send)

    def _check_origin(self, scope: Scope) -> None:
        """Refuse what a page of another site sends through somebody's browser."""
        headers = dict(scope["headers"])
        origin, host = headers.get(b"origin"), headers.get(b"host", b"")
        if origin is not None and origin.partition(b"://")[2] != host:
            raise RequestRefused(403, "pages of other sites are not answered")

    def _check_token(self, scope: Scope) -> None:
        path = scope["path"]
        if self._token is None or path in PUBLIC_PATHS or path.startswith(PUBLIC_FOLDER):
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
    """Await `work`, and cancel it when the client disconnects.

    Args:
        request: The HTTP request, whose body has been read.
        work: What to do for it.

    Returns:
        The result of `work`.

    Raises:
        RequestRefused: The client has disconnected.
    """
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
