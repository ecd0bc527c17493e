"""A uvicorn server that finishes the requests in progress when a signal ends it."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from lean_env.errors import BadInput
from prover.server.config import Address

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class GracefulServer(uvicorn.Server):
    """Shuts down gracefully on the first SIGINT or SIGTERM, and at once on the second."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        on_start: Callable[[], None],
        on_stop: Callable[[], Awaitable[None]] | None = None,
        grace: int | None = None,
    ) -> None:
        """Prepare the server.

        Args:
            app: The application.
            on_start: Called once the server accepts connections.
            on_stop: Awaited after the signal, before the requests in progress.
            grace: Seconds that these requests have; None for no limit.
        """
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            ws="none",
            timeout_graceful_shutdown=grace,
        )
        super().__init__(config)
        self._on_start, self._on_stop = on_start, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections on `sockets`, then call `on_start`."""
        await super().startup(sockets)
        if self.started:
            self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Await `on_stop`, then finish the requests in progress."""
        if self._on_stop:
            await self._on_stop()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals while the context lasts; unlike uvicorn, do not raise them again."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)


def listen(address: Address) -> socket.socket:
    """Bind a socket.

    Raises:
        BadInput: The address cannot be used, for instance because the port is taken.
    """
    try:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        return socket.create_server((address.host, address.port), family=family, backlog=2048)
    except OSError as error:
        raise BadInput(
            f"cannot listen there: {error.strerror or error}",
            where=f"{address.host}:{address.port}",
            remedy="choose another --port",
        ) from error
