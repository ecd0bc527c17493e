"""Searches on disk: parts of parquet, and a journal of what ended since the last part.

    FOLDER/manifest.json            what the searches were made with
           ledger.jsonl             what became of each theorem
           journal.jsonl            whole searches, until they fill a part
           parts/000000/searches.parquet, states.parquet, edges.parquet

A search is on disk when `SearchStore.append` returns.  A part appears whole or not at all, and is
on disk before the journal is emptied; a kill between the two leaves searches in both, which are
read once.
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
"""What every manifest of proof data says."""

JOURNAL, PARTS = "journal.jsonl", "parts"
PART_EDGES = 20_000
"""A part is written when so many edges wait in the journal."""

COMPRESSION = 9
"""Of zstd."""


class SearchStore:
    """For the one process that writes into `folder` (see `prover.runs.ledger.open_run`)."""

    def __init__(self, folder: Path, notice: Callable[[str], None] = lambda text: None) -> None:
        """Raises `BadInput` when what is there cannot be read."""
        self._folder = folder
        self._journal = Ledger(folder / JOURNAL, notice)
        self._waiting = [_whole(row, folder / JOURNAL) for row in self._journal.rows]
        self._edges = sum(len(row["edges"]) for row in self._waiting)
        parts = part_folders(folder)  # not all that were made, if somebody has removed one
        self._next = int(parts[-1].name) + 1 if parts else 0
        for left in (folder / PARTS).glob(".new-*"):  # of a process that was killed
            shutil.rmtree(left)
        if self._journal.rows and _moved(folder, self._journal.rows):
            self._empty()
        self.ids = _ids(folder) | {str(row["id"]) for row in self._waiting}

    def append(self, search: Search) -> None:
        """Raises `BrokenEnvironment` when it cannot be written: then it is not there."""
        row = to_rows(search)
        self._journal.append(row)
        self._waiting.append(row)
        self._edges += len(search.edges)
        self.ids.add(search.id)
        if self._edges >= PART_EDGES:
            self.seal()

    def seal(self) -> None:
        """Make a part of what waits in the journal."""
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
    """Raises `BadInput` unless `folder` holds proof data of this version."""
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
    """All searches in `folder`, each once; also while another process adds to them.

    Raises `BadInput` when it holds no proof data, or a file in it is damaged.
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
    """The row, if it is that of a search."""
    _search(row, file)
    return dict(row)


def _search(row: Row, file: Path) -> Search:
    """By way of the tables, which take nothing of another type."""
    try:
        [search] = from_tables(to_tables([dict(row)]))
    except (KeyError, ValueError, TypeError) as error:
        raise BadInput(f"`{row['id']}` is not a search: {error}", where=str(file)) from None
    return search


def find_searches(folder: Path, id: str) -> list[Search]:
    """The searches for the theorem `id`.  Raises `BadInput` when there is none."""
    read_data_manifest(folder)
    journal = [row for row in read_rows(folder / JOURNAL) if row["id"] == id]
    holding = [part for part in part_folders(folder) if id in _part_ids(part)]
    found = [search for part in holding for search in read_part(part) if search.id == id]
    if not found:
        found = [_search(row, folder / JOURNAL) for row in journal]
    if found:
        return found
    near = get_close_matches(id, sorted(_ids(folder)), n=3)
    remedy = f"near to it: {', '.join(near)}" if near else ""
    raise BadInput(f"no search for `{id}`", where=str(folder), remedy=remedy)


def part_folders(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / PARTS).glob("[0-9]" * 6) if path.is_dir())


def read_part(part: Path) -> list[Search]:
    """Raises `BadInput` when a file of it is damaged."""
    tables = {name: read_table(part, name) for name in TABLES}
    try:
        return from_tables(tables)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise inconsistent_tables(part, error) from None


def inconsistent_tables(part: Path, error: Exception) -> BadInput:
    """What to say when the tables of a part do not fit together."""
    return BadInput(
        f"the tables do not fit together: {error}",
        where=str(part),
        remedy="restore its files; or remove the folder, and go on with --resume",
    )


def read_tables(folder: Path, columns: Mapping[str, list[str]]) -> Iterator[dict[str, pa.Table]]:
    """These columns of each part; what waits in the journal is one more part."""
    journal = read_rows(folder / JOURNAL)
    parts = part_folders(folder)
    for part in parts:
        yield {name: read_table(part, name, columns[name]) for name in columns}
    if journal and not _moved(folder, journal):
        waiting = to_tables([_whole(row, folder / JOURNAL) for row in journal])
        yield {name: waiting[name].select(columns[name]) for name in columns}


def read_table(part: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    """One table of a part, or some columns of it.  Raises `BadInput` when it is damaged."""
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
    """Whether a kill came between a part and the emptying of the journal."""
    parts, first = part_folders(folder), journal[0]
    if not parts:
        return False
    last = read_table(parts[-1], "searches", ["id", "run"]).to_pylist()
    return {"id": first["id"], "run": first.get("run")} in last


def _ids(folder: Path) -> set[str]:
    return {id for part in part_folders(folder) for id in _part_ids(part)}


def _part_ids(part: Path) -> list[str]:
    return [str(id) for id in read_table(part, "searches", ["id"])["id"].to_pylist()]
