"""A run's folder and its ledger: what has ended, one JSON line each, whatever kills the process."""

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
    """Rows are JSON objects with an `id`; of several with one `id` the last counts.  A row with
    `"again": true` is of something that a resumed run is to try again.

    A row is on disk when `append` returns.  One process may write; others may `read_rows`.
    """

    def __init__(self, path: Path, notice: Callable[[str], None] = lambda text: None) -> None:
        """Read what is there.  A last line that a kill cut short is dropped, and `notice` told.

        Raises `BadInput` when any other line is not a row.
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
        """One for each id, in the order in which the ids first came."""
        return list(self._rows.values())

    @property
    def done(self) -> set[str]:
        """The ids that need not be tried again."""
        return {id for id, row in self._rows.items() if not row.get("again")}

    def append(self, row: Row) -> None:
        """Raises `BrokenEnvironment` when it cannot be written, and leaves the file as it was."""
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
        """Forget all rows."""
        with reporting_disk_errors(self._path):
            os.truncate(self._path, 0)
        self._rows.clear()


def read_rows(path: Path) -> list[Row]:
    """All rows of a ledger that another process may be writing; none if there is no such file.

    Raises `BadInput` as `Ledger` does.
    """
    return _read(path)[0] if path.exists() else []


def _read(path: Path) -> tuple[list[Row], int, int]:
    """The rows, the size of the file, and how much of that is whole lines."""
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
    notice: Callable[[str], None] = lambda text: None,
) -> Iterator[Ledger]:
    """The ledger of a run in `folder`, which this process alone works in until the `with` ends.

    A new folder is made, with the manifest in it.  One that holds a run is gone on with when
    `resume` says so and kind, schema and settings are the same; else `BadInput` is raised.
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
    """Raises `BadInput` when another process works in `folder`.  A kill ends the lock as well."""
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
