"""Writing files of a run."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lean_env.errors import BrokenEnvironment


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a `BrokenEnvironment` that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BrokenEnvironment(
                f"the disk is full: cannot write {path}",
                remedy="Free some space and go on with --resume; nothing that ended is lost.",
            ) from error
        raise BrokenEnvironment(f"cannot write {path}: {error.strerror or error}") from error
