"""`qstar setup`: have Lean ready before it is needed, also without network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.support.exits import Exit, finish


def setup(
    imports: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODULE",
            help="A module that theorems will import, like Std or Lean: it is prepared as well.",
        ),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write embedded Lean into this file, for machines without network.",
            dir_okay=False,
        ),
    ] = None,
    offline: Annotated[
        Path | None,
        typer.Option(
            metavar="BUNDLE", help="Install from what --bundle wrote, instead of the network."
        ),
    ] = None,
) -> None:
    """Install embedded Lean and prepare it, as the first `qstar prove` would do.

    Exit code: 0 ready, 2 bad input, 3 not possible here.
    """

    def command() -> Exit:
        from lean_env.toolchain.bundle import install_bundle, write_bundle
        from lean_env.toolchain.cache import default_cache_dir
        from prover.lean_setup import prepare_lean

        cache = default_cache_dir()
        if offline:
            install_bundle(cache, offline)
        launch, launch_for = prepare_lean("embedded")
        if imports:
            launch_for(("Init", *(name for name in imports if name != "Init")))
        print(f"embedded Lean {launch.version} is ready in {cache}")
        if bundle:
            write_bundle(cache, bundle)
            print(f"{bundle}: {bundle.stat().st_size / 1e6:.0f} MB, for `qstar setup --offline`")
        return Exit.DONE

    finish(command)
