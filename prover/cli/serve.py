"""`qstar serve`: Lean and the prover over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lean_env.types import Kernels
from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.config import DEFAULT, LeanChoice
from prover.types import Style


def serve(
    host: Annotated[
        str, typer.Option(help="Where to listen.  Other machines get in only with a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8000,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="QSTAR_TOKEN",
            help="What clients have to send as `Authorization: Bearer TOKEN`.  Better set by the "
            "environment: command lines can be read by others.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Lean processes for texts with the same imports.")
    ] = 2,
    memory: Annotated[
        float,
        typer.Option(
            min=1,
            help="GiB for all Lean processes; beyond, idle ones are ended, and texts with other "
            "imports wait.",
        ),
    ] = 6.0,
    queue: Annotated[
        int, typer.Option(min=1, help="Proofs that may wait; more are answered with 429.")
    ] = 1024,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that a text or a proof may take at most.")
    ] = 300.0,
    jobs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="SQLite file of prove jobs.",
            show_default="jobs.sqlite in the cache folder",
            dir_okay=False,
        ),
    ] = None,
    access_log: Annotated[
        bool,
        typer.Option(
            "--access-log/--no-access-log", help="Write a line for each request to stderr."
        ),
    ] = True,
    policy: options.Policy = DEFAULT,
    search: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Of jobs that name none.",
            show_default="qstar, or bestfirst with --policy",
            rich_help_panel=options.SEARCHING,
        ),
    ] = DEFAULT,
    value: options.Value = DEFAULT,
    lean: options.Lean = LeanChoice.AUTO,
    kernels: options.Kernels = Kernels.BOTH,
    style: options.Style = Style.READABLE,
    job_timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that a job may take at most.")
    ] = 600.0,
) -> None:
    """Check texts, verify proofs and prove theorems over HTTP; Kimina's clients can use it.

    GET / is a page to prove from, GET /docs describes the endpoints, GET /ready says when Lean is
    ready.

    Exit code: 0 stopped, 2 bad input, 3 broken set-up.
    """

    def command() -> Exit:
        from lean_env.toolchain.cache import default_cache_dir
        from prover.cli.support.extras import needed
        from prover.config import Settings

        with needed("serve"):
            from prover.cli.support.service import run_service
            from prover.server.access_log import log_to_stderr
            from prover.server.config import Address, ServiceConfig

            if access_log:
                log_to_stderr()
            address = Address(host=host, port=port, token=token)
            config = ServiceConfig(
                settings=Settings(
                    refute=True,
                    policy=policy,
                    search=search,
                    value=value,
                    timeout=job_timeout,
                    kernels=kernels,
                    style=style,
                ),
                workers=workers,
                memory_mb=memory * 1024,
                queue=queue,
                seconds=timeout,
            )
            file = jobs or default_cache_dir() / "jobs.sqlite"
            run_service(address, config, file, lean)
            return Exit.DONE

    finish(command)
