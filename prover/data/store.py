"""Searches on disk: parts of parquet, and a journal of what ended since the last part.

    FOLDER/manifest.json            what the searches were made with
           ledger.jsonl             what became of each theorem
           journal.jsonl            whole searches, until they fill a part
           parts/000000/searches.parquet, states.parquet, edges.parquet

A search is on disk when `Store.append` returns.  A part appears whole or not at all; a kill between
a part and the emptying of the journal leaves searches in both, which are read once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lean_env.errors import BadInput
from prover.data.records import SCHEMA, Search
from prover.data.rows import from_rows, to_rows
from prover.data.tables import TABLES, from_tables, schemas, to_tables
from prover.runs.files import storing
from prover.runs.ledger import Ledger, Row, peek
from prover.runs.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    import pyarrow as pa

KIND = "collect"
JOURNAL, PARTS = "journal.jsonl", "parts"
PART_EDGES = 20_000
"""A part is written when so many edges wait in the journal."""

COMPRESSION = 9
"""Of zstd."""


class Store:
    """For the one process that writes into `folder` (see `prover.runs.ledger.open_run`)."""

    def __init__(self, folder: Path, notice: Callable[[str], None] = lambda text: None) -> None:
        """Raises `BadInput` when what is there cannot be read."""
        self._folder = folder
        self._journal = Ledger(folder / JOURNAL, notice)
        self._waiting = [_search(row, folder / JOURNAL) for row in self._journal.rows]
        self._parts = len(part_folders(folder))
        for left in (folder / PARTS).glob(".new-*"):  # of a process that was killed
            shutil.rmtree(left)
        if self._waiting and self._parts and self._waiting[0].id in _last_ids(folder):
            self._empty()
        self.ids = _ids(folder) | {search.id for search in self._waiting}

    def append(self, search: Search) -> None:
        """Raises `BrokenEnvironment` when it cannot be written: then it is not there."""
        self._journal.append(to_rows(search))
        self._waiting.append(search)
        self.ids.add(search.id)
        if sum(len(waiting.edges) for waiting in self._waiting) >= PART_EDGES:
            self.seal()

    def seal(self) -> None:
        """Make a part of what waits in the journal."""
        if not self._waiting:
            return
        parts = self._folder / PARTS
        new = parts / f".new-{self._parts:06}"
        with storing(parts):
            new.mkdir(parents=True)
            for name, table in to_tables(self._waiting).items():
                _write(table, new / f"{name}.parquet")
            new.rename(parts / f"{self._parts:06}")
        self._parts += 1
        self._empty()

    def _empty(self) -> None:
        self._waiting = []
        self._journal.clear()


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd", compression_level=COMPRESSION)


def manifest_of(folder: Path) -> Manifest:
    """Raises `BadInput` unless `folder` holds proof data of this version."""
    manifest = read_manifest(folder, KIND, SCHEMA)
    if manifest is None:
        raise BadInput("no proof data here", where=str(folder), remedy="qstar collect makes them")
    return manifest


def read(folder: Path) -> Iterator[Search]:
    """All searches in `folder`, each once; also while another process adds to them.

    Raises `BadInput` when it holds no proof data, or a file in it is damaged.
    """
    manifest_of(folder)
    journal = peek(folder / JOURNAL)  # first: what moves to a part meanwhile is there twice
    seen: set[tuple[str, str]] = set()
    for search in _read_all(folder, journal):
        if (search.id, search.run) not in seen:
            seen.add((search.id, search.run))
            yield search


def _read_all(folder: Path, journal: list[Row]) -> Iterator[Search]:
    for part in part_folders(folder):
        yield from read_part(part)
    for row in journal:
        yield _search(row, folder / JOURNAL)


def _search(row: Row, file: Path) -> Search:
    try:
        return from_rows(dict(row))
    except (KeyError, ValueError, TypeError) as error:
        raise BadInput(f"`{row['id']}` is not a search: {error}", where=str(file)) from None


def part_folders(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / PARTS).glob("[0-9]*") if path.is_dir())


def read_part(part: Path) -> list[Search]:
    """Raises `BadInput` when a file of it is damaged."""
    tables = {name: table(part, name) for name in TABLES}
    try:
        return from_tables(tables)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise BadInput(f"the tables do not fit together: {error}", where=str(part)) from None


def table(part: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    """One table of a part, or some columns of it.  Raises `BadInput` when it is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = part / f"{name}.parquet"
    try:
        found = pq.read_table(file, columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise BadInput(
            f"cannot be read: {error}",
            where=str(file),
            remedy="restore the file; or remove the folder that it is in, and go on with --resume",
        ) from None
    schema = schemas()[name]
    if not found.schema.equals(pa.schema([schema.field(n) for n in columns or schema.names])):
        raise BadInput("has other columns than this version of qstar writes", where=str(file))
    return found


def _ids(folder: Path) -> set[str]:
    return {id for part in part_folders(folder) for id in _part_ids(part)}


def _last_ids(folder: Path) -> set[str]:
    return set(_part_ids(part_folders(folder)[-1]))


def _part_ids(part: Path) -> list[str]:
    return [str(id) for id in table(part, "searches", ["id"])["id"].to_pylist()]
