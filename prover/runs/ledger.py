"""A run's folder and its ledger: one JSON line for each finished item, kept across a kill."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lean_env.errors import BadInput
from prover.runs.files import reporting_disk_errors
from prover.runs.manifest import Manifest, differences, read_manifest

LEDGER_FILE = "ledger.jsonl"
Row = Mapping[str, Any]


class Ledger:
    """An append-only file of JSON objects, each with an `id`.

    The last row of an id counts.  A row with `"again": true` marks an item that a resumed run
    tries again.  A row is on disk when `append` returns.  One process may write; others may
    `read_rows`.
    """

    def __init__(self, path: Path, notice: Callable[[str], None] = lambda _: None) -> None:
        """Read the rows of `path`, which is created if it does not exist.

        Args:
            path: The ledger file.
            notice: Called with a message if the last line, cut short by a kill, is dropped.

        Raises:
            BadInput: Any other line is not a row.
        """
        self._path = path
        with reporting_disk_errors(path):
            path.touch()
        rows, size, whole = _read(path)
        self._rows = {str(row["id"]): row for row in rows}
        if whole < size:
            notice(f"{path}: the last line was cut short and is dropped")
            with reporting_disk_errors(path):
                os.truncate(path, whole)

    @property
    def rows(self) -> list[Row]:
        """The last row of each id, in the order in which the ids first appeared."""
        return list(self._rows.values())

    @property
    def done(self) -> set[str]:
        """The ids that a resumed run skips: those whose last row does not have `again`."""
        return {id for id, row in self._rows.items() if not row.get("again")}

    def append(self, row: Row) -> None:
        """Write a row and flush it to disk.

        Raises:
            BrokenEnvironment: The row could not be written; the file is then unchanged.
        """
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with reporting_disk_errors(self._path), self._path.open("ab", buffering=0) as file:
            size = file.tell()
            try:
                left = memoryview(line)
                while left:
                    left = left[file.write(left) :]
                os.fsync(file.fileno())
            except OSError:
                os.truncate(self._path, size)
                raise
        self._rows[row["id"]] = row

    def clear(self) -> None:
        """Truncate the file and forget its rows."""
        with reporting_disk_errors(self._path):
            os.truncate(self._path, 0)
        self._rows.clear()


def read_rows(path: Path) -> list[Row]:
    """Read a ledger that another process may be writing.

    Returns:
        All rows, those with repeated ids included; none if the file does not exist.

    Raises:
        BadInput: A whole line is not a row.
    """
    return _read(path)[0] if path.exists() else []


def _read(path: Path) -> tuple[list[Row], int, int]:
    """Return the rows, the size of the file, and the size of its complete lines, in bytes."""
    with reporting_disk_errors(path):
        content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    lines = content[:whole].splitlines()
    return [_parse(line, path, n) for n, line in enumerate(lines, 1)], len(content), whole


@contextmanager
def open_run(
    folder: Path,
    manifest: Manifest,
    *,
    resume: bool,
    notice: Callable[[str], None] = lambda _: None,
) -> Iterator[Ledger]:
    """Start or resume the run in `folder`, locked for this process until the `with` ends.

    Args:
        folder: The run's folder; created, with the manifest in it, if it does not exist.
        manifest: Kind, schema and settings of the run.
        resume: Whether a run that is already in `folder` may be continued.
        notice: See `Ledger`.

    Yields:
        The run's ledger.

    Raises:
        BadInput: `folder` holds a run and `resume` is false, or one of another kind, schema or
            settings, or other files, or another process has locked it.
    """
    known = read_manifest(folder, manifest.kind, manifest.schema)
    if known and not resume:
        raise BadInput(
            "there is a run here already",
            where=str(folder),
            remedy="go on with it by --resume, or choose another folder",
        )
    if known and (changed := differences(known.settings, manifest.settings)):
        raise BadInput(
            f"the run here has other settings: {'; '.join(changed)}",
            where=str(folder),
            remedy="go on with the same settings, or choose another folder",
        )
    with reporting_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder):
        if not known:
            manifest.write(folder)
        yield Ledger(folder / LEDGER_FILE, notice)


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Lock `folder` for this process; the lock ends with the process.

    Raises:
        BadInput: Another process has the lock.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BadInput(
            "another process works in this folder",
            where=str(folder),
            remedy="wait for its end, or choose another folder",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _parse(line: bytes, path: Path, number: int) -> Row:
    try:
        row = json.loads(line)
        if isinstance(row, dict) and isinstance(row["id"], str):
            return row
        what = "not an object with an `id`"
    except (ValueError, KeyError) as error:
        what = f"not a row of a ledger: {error}"
    raise BadInput(
        what, where=str(path), line=number, remedy="restore the file, or remove the line"
    )
