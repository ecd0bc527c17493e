"""`qstar mcp`: the prover as tools of coding agents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lean_env.types import Kernels
from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.config import DEFAULT, LeanChoice
from prover.types import Style

if TYPE_CHECKING:
    from prover.config import Settings
    from prover.server.config import Address

GRACE_SECONDS = 3
"""What open streams are given when the server is stopped."""


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Streamable HTTP at /mcp, instead of stdin and stdout.")
    ] = False,
    host: Annotated[
        str, typer.Option(help="With --http.  Other machines get in only with a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="With --http.")] = 8001,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="QSTAR_TOKEN",
            help="With --http: what clients have to send as `Authorization: Bearer TOKEN`.",
            show_default=False,
        ),
    ] = None,
    policy: options.Policy = DEFAULT,
    search: options.Search = DEFAULT,
    value: options.Value = DEFAULT,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that a search may take.")] = 120.0,
    workers: Annotated[int, typer.Option(min=1, help="Lean processes that search.")] = 1,
    lean: options.Lean = LeanChoice.AUTO,
    kernels: options.Kernels = Kernels.BOTH,
    style: options.Style = Style.READABLE,
) -> None:
    """Offer the tools prove, verify, goals, try_tactics and explain to a coding agent.

    Exit code: 0 stopped, 2 bad input, 3 broken set-up.
    """

    def command() -> Exit:
        from prover.cli.support.extras import needed
        from prover.config import Settings

        with needed("serve"):
            from prover.server.config import Address

            address = Address(host=host, port=port, token=token) if http else None
            settings = Settings(
                refute=True,
                policy=policy,
                search=search,
                value=value,
                timeout=timeout,
                workers=workers,
                kernels=kernels,
                style=style,
            )
            return _serve(settings, address, lean)

    finish(command)


def _serve(settings: Settings, address: Address | None, which: LeanChoice) -> Exit:
    import asyncio
    from contextlib import ExitStack

    from prover.lean_setup import prepare_lean
    from prover.server.graceful_server import GracefulServer, listen
    from prover.server.mcp import http_app, make_server
    from prover.session import open_prover

    with ExitStack() as stack:
        socket = stack.enter_context(listen(address)) if address else None
        launch_for = prepare_lean(which, [Path.cwd()])[1]

        async def run() -> None:
            async with open_prover(settings, launch_for, theorems=1) as prover:
                server = make_server(prover)
                if address is None or socket is None:
                    await server.run_stdio_async()
                    return
                url = f"http://{address.host}:{socket.getsockname()[1]}/mcp"
                await GracefulServer(
                    http_app(server, address),
                    on_start=lambda: print(f"qstar: {url}  (Ctrl-C stops)", flush=True),
                    grace=GRACE_SECONDS,
                ).serve([socket])

        asyncio.run(run())
    return Exit.DONE
