"""Running the HTTP service until it is stopped, for `qstar serve` and `qstar ui`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from prover.config import LeanChoice

if TYPE_CHECKING:
    from fastapi import APIRouter

    from prover.server.config import Address, ServiceConfig


def run_service(
    address: Address,
    config: ServiceConfig,
    jobs: Path,
    which: LeanChoice,
    *,
    routes: Sequence[APIRouter] = (),
    on_start: Callable[[str], None] = lambda url: print(
        f"qstar: {url}  (see /docs; Ctrl-C stops)", flush=True
    ),
) -> None:
    """Serve until a signal stops it.

    Without a token only requests that name this machine as their host are answered, so that no
    foreign site can pose as it.

    Args:
        address: Where to listen.
        config: Limits of the service and settings of its searches.
        jobs: The file of jobs.
        which: Which Lean to use.
        routes: Further endpoints.
        on_start: Called with the URL once the service listens.

    Raises:
        BadInput: The address is in use, or the file of jobs cannot be used.
    """
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from prover.lean_setup import prepare_lean
    from prover.server.app import Service, make_app
    from prover.server.graceful_server import GracefulServer, listen
    from prover.server.job_store import JobStore

    with listen(address) as socket, closing(JobStore(jobs)) as store:
        launch, launch_for = prepare_lean(which, [Path.cwd()])
        lean = {"kind": launch.kind, "version": launch.version}
        service = Service(launch_for, config, store, lean)
        app = make_app(service, address.token)
        for router in routes:
            app.include_router(router)
        if not address.token and ":" not in address.host:
            app.add_middleware(
                TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", address.host]
            )
        url = f"http://{address.host}:{socket.getsockname()[1]}"
        server = GracefulServer(app, on_start=lambda: on_start(url), on_stop=service.stop)
        asyncio.run(server.serve([socket]))
