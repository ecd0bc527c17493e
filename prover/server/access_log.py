"""A line for each answer of the service, as the logger `prover.server.access_log` writes it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)


class AccessLog:
    """ASGI middleware: logs client, method, path, status, and milliseconds until the answer began.

    Queries and bodies are left out: statements and tokens are nobody else's business.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began = time.monotonic()
        client = (scope.get("client") or ["-"])[0]

        async def logged(message: Message) -> None:
            if message["type"] == "http.response.start":
                ms = (time.monotonic() - began) * 1000
                # repr: a path may have line breaks and control characters in it
                path = repr(scope["path"])[1:-1]
                logger.info(
                    "%s %s %s %d %.0f ms", client, scope["method"], path, message["status"], ms
                )
            await send(message)

        await self._app(scope, receive, logged)


def log_to_stderr() -> None:
    """Write the lines to stderr, with the time."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
