"""How commands end: exit codes, and one clear message for whatever went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import NoReturn

from lean_env.errors import BadInput, LeanEnvError


class Exit(IntEnum):
    DONE = 0
    NOT_PROVED = 1
    BAD_INPUT = 2
    BROKEN = 3
    INTERRUPTED = 130  # 128 + SIGINT, as shells count
    PIPE_CLOSED = 141  # 128 + SIGPIPE


def finish(command: Callable[[], Exit]) -> NoReturn:
    """Run a command and end the process with its exit code."""
    try:
        code = _run(command)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who read our output is gone.  Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.PIPE_CLOSED
    sys.exit(code)


def _run(command: Callable[[], Exit]) -> Exit:
    try:
        return command()
    except KeyboardInterrupt:
        complain("interrupted")
        return Exit.INTERRUPTED
    except LeanEnvError as error:
        return explain(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{error.strerror or error}")
        return Exit.BROKEN


def explain(error: LeanEnvError) -> Exit:
    """Say what is wrong and what to do; which exit code that makes."""
    complain(str(error), error.remedy)
    return Exit.BAD_INPUT if isinstance(error, BadInput) else Exit.BROKEN


def complain(message: str, remedy: str = "") -> None:
    print(f"qstar: {message}", file=sys.stderr)
    if remedy:
        print(f"       {remedy}", file=sys.stderr)
