"""`qstar ui`: a page to prove from, and to look at runs, proof data and traces."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.config import LeanChoice


def ui(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Where runs, proof data and traces are; the current folder by default.",
            show_default=False,
            exists=True,
            file_okay=False,
        ),
    ] = Path(),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 0,
    open_page: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    jobs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="SQLite file of prove jobs.",
            show_default="ui-jobs.sqlite in the cache folder",
            dir_okay=False,
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Lean processes.")] = 2,
    lean: options.Lean = LeanChoice.AUTO,
) -> None:
    """Open a page on this machine: prove live, browse runs, proof data and traces of a folder.

    Nothing is sent elsewhere, and other machines cannot reach the page.
    """

    def command() -> Exit:
        import webbrowser

        from lean_env.toolchain.cache import default_cache_dir
        from prover.cli.support.extras import needed

        with needed("serve"):
            from benchmarks.report.browse import run_routes
            from prover.cli.support.service import run_service
            from prover.config import Settings
            from prover.server.config import Address, ServiceConfig
            from prover.server.web.folder import Folder, folder_routes

        def started(url: str) -> None:
            print(f"qstar: {url}  (Ctrl-C stops)", flush=True)
            if open_page:
                webbrowser.open(url)

        shown = Folder(folder)
        run_service(
            Address(port=port),
            ServiceConfig(settings=Settings(timeout=3600), workers=workers),
            jobs or default_cache_dir() / "ui-jobs.sqlite",
            lean,
            routes=(run_routes(shown), folder_routes(shown)),
            on_start=started,
        )
        return Exit.DONE

    finish(command)
