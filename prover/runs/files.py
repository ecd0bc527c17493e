"""Durable writes to a run's files, and clear messages when the disk refuses them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lean_env.errors import BadInput, BrokenEnvironment


@contextmanager
def reporting_disk_errors(path: Path) -> Iterator[None]:
    """Turn an `OSError` into a `BrokenEnvironment` that says what to do.

    Args:
        path: What is being written, for the message.

    Raises:
        BrokenEnvironment: The body raised an `OSError`.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BrokenEnvironment(
                f"the disk is full: cannot write {path}",
                remedy="Free some space and start again, with --resume where the command has it.",
            ) from error
        raise BrokenEnvironment(
            f"cannot write {path}: {error.strerror or error}",
            remedy="Choose a place that can be written.",
        ) from error


def fsync_paths(*paths: Path) -> None:
    """Flush files and directory entries to disk, so that they survive a power failure."""
    for path in paths:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def require_empty(folder: Path) -> None:
    """Check that an output folder is new or empty.

    Raises:
        BadInput: `folder` has content, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("is not empty", where=str(folder), remedy="choose a new folder")
