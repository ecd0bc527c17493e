"""`qstar repl`: Lean for programs that drive leanprover-community/repl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from prover.cli.support.exits import Exit, finish
from prover.cli.support.options import Lean
from prover.config import LeanChoice

if TYPE_CHECKING:
    from lean_env.wire.client import LaunchFactory


def repl(
    lean: Lean = LeanChoice.AUTO,
    timeout: Annotated[float, typer.Option(help="Seconds that a command may take.")] = 300.0,
) -> None:
    """Speak the JSON protocol of leanprover-community/repl on stdin and stdout.

    Blank lines separate commands, and answers.

    Exit code: 0 end of input, 3 broken set-up.
    """

    def command() -> Exit:
        from pathlib import Path

        from prover.lean_setup import prepare_lean

        return _serve(prepare_lean(lean, [Path.cwd()])[1], timeout)

    finish(command)


def _serve(launch: LaunchFactory, seconds: float) -> Exit:
    import asyncio
    import json
    import sys
    from io import TextIOWrapper

    from lean_env.compat.repl import Repl, split_commands

    session = Repl(launch, seconds=seconds)
    lines = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    with asyncio.Runner() as runner:
        try:
            for query in split_commands(lines):
                answer = runner.run(session.answer(query))
                print(json.dumps(answer, ensure_ascii=False), end="\n\n", flush=True)
        finally:
            runner.run(session.close())
    return Exit.DONE
