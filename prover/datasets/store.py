"""Storage of searches: parquet parts, and a journal of the searches since the last part.

Layout of the folder::

    FOLDER/manifest.json            settings of the searches
           ledger.jsonl             the outcome of each theorem
           journal.jsonl            whole searches, until they fill a part
           parts/000000/searches.parquet, states.parquet, edges.parquet

A search is on disk when `SearchStore.append` returns.  A part is written atomically, and is on disk
before the journal is emptied; after a kill between the two, searches are in both, and are read
once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lean_env.errors import BadInput
from prover.datasets.records import SCHEMA, Search
from prover.datasets.serialization import TABLES, from_tables, schemas, to_rows, to_tables
from prover.runs.files import fsync_paths, reporting_disk_errors
from prover.runs.ledger import Ledger, Row, read_rows
from prover.runs.manifest import MANIFEST_FILE, Manifest, read_manifest

if TYPE_CHECKING:
    import pyarrow as pa

KIND = "collect"
SETTINGS = (("suite", "name"), ("suite", "variant"), ("lean", "version"), ("search",))
"""Settings that every manifest of proof data has."""

JOURNAL, PARTS = "journal.jsonl", "parts"
PART_EDGES = 20_000
"""A part is written when the journal holds this many edges."""

COMPRESSION = 9
"""Compression level of zstd."""


class SearchStore:
    """Writes searches to a folder that this process has locked by `prover.runs.ledger.open_run`.

    Attributes:
        ids: Ids of the searches stored so far.
    """

    def __init__(self, folder: Path, notice: Callable[[str], None] = lambda _: None) -> None:
        """Open the store and finish what a killed process left behind.

        Args:
            folder: The folder of proof data.
            notice: See `prover.runs.ledger.Ledger`.

        Raises:
            BadInput: The data in it cannot be read.
        """
        self._folder = folder
        self._journal = Ledger(folder / JOURNAL, notice)
        self._waiting = [_whole(row, folder / JOURNAL) for row in self._journal.rows]
        self._edges = sum(len(row["edges"]) for row in self._waiting)
        parts = part_folders(folder)  # numbered with gaps if somebody has removed one
        self._next = int(parts[-1].name) + 1 if parts else 0
        for left in (folder / PARTS).glob(".new-*"):  # of a process that was killed
            shutil.rmtree(left)
        if self._journal.rows and _moved(folder, self._journal.rows):
            self._empty()
        self.ids = _ids(folder) | {str(row["id"]) for row in self._waiting}

    def append(self, search: Search) -> None:
        """Write a search to the journal, and the journal to a part once it is full.

        Raises:
            BrokenEnvironment: It could not be written, and is not stored.
        """
        row = to_rows(search)
        self._journal.append(row)
        self._waiting.append(row)
        self._edges += len(search.edges)
        self.ids.add(search.id)
        if self._edges >= PART_EDGES:
            self.seal()

    def seal(self) -> None:
        """Move the searches of the journal to a new part."""
        if not self._waiting:
            return
        parts = self._folder / PARTS
        new = parts / f".new-{self._next:06}"
        with reporting_disk_errors(parts):
            new.mkdir(parents=True)
            for name, table in to_tables(self._waiting).items():
                _write(table, new / f"{name}.parquet")
            fsync_paths(*new.iterdir(), new)
            new.rename(parts / f"{self._next:06}")
            fsync_paths(parts, self._folder)
        self._next += 1
        self._empty()

    def _empty(self) -> None:
        self._waiting, self._edges = [], 0
        self._journal.clear()


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=COMPRESSION,
        write_page_checksum=True,
    )


def read_data_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder of proof data.

    Raises:
        BadInput: `folder` holds no proof data of this version.
    """
    manifest = read_manifest(folder, KIND, SCHEMA)
    if manifest is None:
        raise BadInput(
            "no proof data here",
            where=str(folder),
            remedy="`qstar collect` makes them; to learn from, `qstar data trace` as well.",
        )
    for names in SETTINGS:
        found: Any = manifest.settings
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            raise BadInput(f"has no setting `{'.'.join(names)}`", where=str(folder / MANIFEST_FILE))
    return manifest


def read_searches(folder: Path) -> Iterator[Search]:
    """Read all searches in `folder`, each once; another process may be adding to them.

    Raises:
        BadInput: It holds no proof data, or a file in it is damaged.
    """
    read_data_manifest(folder)
    journal = read_rows(folder / JOURNAL)  # first: what moves to a part meanwhile is there twice
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


def _whole(row: Row, file: Path) -> dict[str, Any]:
    """Copy a row of the journal after checking that it is a search."""
    _search(row, file)
    return dict(row)


def _search(row: Row, file: Path) -> Search:
    """Convert a row of the journal by way of the tables, which check all types."""
    try:
        [search] = from_tables(to_tables([dict(row)]))
    except (KeyError, ValueError, TypeError) as error:
        raise BadInput(f"`{row['id']}` is not a search: {error}", where=str(file)) from None
    return search


def find_searches(folder: Path, id: str) -> list[Search]:
    """Read the searches of a theorem.

    Raises:
        BadInput: There are none; the message suggests similar ids.
    """
    read_data_manifest(folder)
    journal = [row for row in read_rows(folder / JOURNAL) if row["id"] == id]
    holding = [part for part in part_folders(folder) if id in _part_ids(part)]
    found = [search for part in holding for search in read_part(part) if search.id == id]
    if not found:
        found = [_search(row, folder / JOURNAL) for row in journal]
    if found:
        return found
    there = sorted(_ids(folder))
    near = get_close_matches(id, there, n=3)
    remedy = f"near to it: {', '.join(near)}" if near else f"for example: {', '.join(there[:3])}"
    raise BadInput(f"no search for `{id}`", where=str(folder), remedy=remedy)


def part_folders(folder: Path) -> list[Path]:
    """List the parts of a folder of proof data, oldest first."""
    return sorted(path for path in (folder / PARTS).glob("[0-9]" * 6) if path.is_dir())


def read_part(part: Path) -> list[Search]:
    """Read the searches of a part.

    Raises:
        BadInput: A file of it is damaged.
    """
    tables = {name: read_table(part, name) for name in TABLES}
    try:
        return from_tables(tables)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise inconsistent_tables(part, error) from None


def inconsistent_tables(part: Path, error: Exception) -> BadInput:
    """Make the error for a part whose tables contradict each other."""
    return BadInput(
        f"the tables do not fit together: {error}",
        where=str(part),
        remedy="restore its files; or remove the folder, and go on with --resume",
    )


def read_tables(folder: Path, columns: Mapping[str, list[str]]) -> Iterator[dict[str, pa.Table]]:
    """Read columns of the tables, part by part; the journal counts as one more part.

    Args:
        folder: The folder of proof data.
        columns: The columns to read of each table.

    Raises:
        BadInput: A file is damaged.
    """
    journal = read_rows(folder / JOURNAL)
    parts = part_folders(folder)
    for part in parts:
        yield {name: read_table(part, name, columns[name]) for name in columns}
    if journal and not _moved(folder, journal):
        waiting = to_tables([_whole(row, folder / JOURNAL) for row in journal])
        yield {name: waiting[name].select(columns[name]) for name in columns}


def read_table(part: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    """Read a table of a part.

    Args:
        part: The folder of the part.
        name: `searches`, `states` or `edges`.
        columns: The columns to read; all by default.

    Raises:
        BadInput: The file is damaged, or has other columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = part / f"{name}.parquet"
    try:
        found = pq.read_table(file, columns=columns, page_checksum_verification=True)
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


def _moved(folder: Path, journal: list[Row]) -> bool:
    """Check whether a kill left searches in both the journal and the last part."""
    parts, first = part_folders(folder), journal[0]
    if not parts:
        return False
    last = read_table(parts[-1], "searches", ["id", "run"]).to_pylist()
    return {"id": first["id"], "run": first.get("run")} in last


def _ids(folder: Path) -> set[str]:
    return {id for part in part_folders(folder) for id in _part_ids(part)}


def _part_ids(part: Path) -> list[str]:
    return [str(id) for id in read_table(part, "searches", ["id"])["id"].to_pylist()]
