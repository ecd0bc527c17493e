"""Access log: one line for each response, written by the logger `prover.server.access_log`."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)


class AccessLog:
    """ASGI middleware: logs client, method, path, status, and milliseconds to the first byte.

    Queries and bodies are left out: statements and tokens are private.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and log its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
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
    """Make the logger write its lines to stderr, with time stamps."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
