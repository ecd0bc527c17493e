"""Constants of a library as the second kernel reads them, kept on disk from run to run.

Embedded Lean writes some thousand constants a second; the kernel reads a file of them many times
as fast.  The file lies in the folder of the snapshot that wrote it, so both come and go together.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from lean_env.wire.protocol import ConstantsAnswer

FORMAT = 1
"""Of the file and of the constants in it; another one makes the file worthless."""

MAX_BYTES = 64 * 2**20
"""The file does not grow beyond this."""


class LibraryRows:
    """What the second kernel has been told of one library, as `library` requests.

    Attributes:
        batches: The fields of each request, a JSON object of one line.
    """

    def __init__(self, key: str, file: Path | None, batches: list[bytes]) -> None:
        """Use `read`."""
        self._key, self._file = key, file
        self._new: list[bytes] = []
        self.batches = batches

    @classmethod
    def read(cls, key: str, folder: Path | None) -> LibraryRows:
        """Read what earlier runs have kept.

        Args:
            key: The name of the library in requests.
            folder: The folder of the snapshot; None where nothing is kept.

        Returns:
            The library; empty when there is no file, or a damaged one, which is thrown away.
        """
        file = folder / f"library-rows-{FORMAT}.jsonl" if folder else None
        return cls(key, file, _read(file, key) if file else [])

    def add(self, supplied: ConstantsAnswer) -> bytes:
        """Add constants.

        Args:
            supplied: What Lean answered.

        Returns:
            The fields of the request that tells the kernel.
        """
        fields = {"key": self._key, "export": supplied.export, "absent": supplied.absent}
        batch = json.dumps(fields, ensure_ascii=False).encode()
        self.batches.append(batch)
        self._new.append(batch)
        return batch

    def save(self) -> None:
        """Write what is new to the file, beside what other processes have added meanwhile."""
        if self._file is None or not self._new:
            return
        body = b"".join(batch + b"\n" for batch in [*_read(self._file, self._key), *self._new])
        self._new.clear()
        if len(body) <= MAX_BYTES:
            with suppress(OSError):  # a cache that cannot be written serves as well
                _write(self._file, _head(self._key, body) + b"\n" + body)


def _read(file: Path, key: str) -> list[bytes]:
    try:
        head, _, body = file.read_bytes().partition(b"\n")
    except OSError:
        return []
    if head != _head(key, body):
        with suppress(OSError):
            file.unlink()
        return []
    return body.removesuffix(b"\n").split(b"\n")


def _write(file: Path, content: bytes) -> None:
    number, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(number, "wb") as new:
            new.write(content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _head(key: str, body: bytes) -> bytes:
    head = {"format": FORMAT, "key": key, "sha256": hashlib.sha256(body).hexdigest()}
    return json.dumps(head).encode()
