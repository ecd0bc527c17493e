"""How commands end: exit codes, and one clear message for whatever went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import NoReturn

from lean_env.errors import BadInput, LeanEnvError
from prover.cli.support.messages import complain
from prover.errors import BadParameter
from prover.models.background import any_load_running


class Exit(IntEnum):
    """The exit codes of all commands."""

    DONE = 0
    NOT_PROVED = 1
    BAD_INPUT = 2
    BROKEN = 3
    DISPROVED = 4
    INTERRUPTED = 130  # 128 + SIGINT, as shells count
    PIPE_CLOSED = 141  # 128 + SIGPIPE


def finish(command: Callable[[], Exit]) -> NoReturn:
    """Run a command and end the process with its exit code."""
    try:
        code = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        complain("interrupted")
        code = Exit.INTERRUPTED
    except LeanEnvError as error:
        code = explain(error)
    except OSError as error:
        code = _os_error(error)
    if (
        any_load_running()
    ):  # what imports torch could be neither waited for nor broken off with good grace
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _os_error(error: OSError) -> Exit:
    # Python would write what is left for stdout once more at its end, and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return Exit.PIPE_CLOSED
    complain(f"{error.filename or 'output'}: {error.strerror or error}")
    return Exit.BROKEN


def explain(error: LeanEnvError) -> Exit:
    """Say what is wrong and what to do; which exit code that makes."""
    if isinstance(error, BadParameter):  # the library speaks of parameters, we of options
        error.where = "--" + error.where.replace("_", "-")
    complain(str(error), error.remedy)
    return Exit.BAD_INPUT if isinstance(error, BadInput) else Exit.BROKEN
