"""Proof data that somebody or something has spoilt: one clear message, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lean_env.errors import BadInput, BrokenEnvironment
from prover.datasets.formats.export import FORMATS, export
from prover.datasets.merge import merge
from prover.datasets.records import SCHEMA, Search
from prover.datasets.stats import summarize
from prover.datasets.store import JOURNAL, PARTS, SearchStore, read_searches
from prover.runs.ledger import exclusive
from tests.support.command_line import qstar
from tests.support.disk import files_of_at_most

Row = dict[str, Any]
Damage = Callable[[Path], None]


@pytest.fixture
def stored(folder: Path, searches: Sequence[Search]) -> Path:
    """Two searches in a part, one in the journal."""
    writer = SearchStore(folder)
    for search in searches[:2]:
        writer.append(search)
    writer.seal()
    writer.append(searches[2])
    return folder


def cut(name: str, keep: int) -> Damage:
    def damage(folder: Path) -> None:
        file = folder / name
        file.write_bytes(file.read_bytes()[:keep])

    return damage


def zeros_in(name: str) -> Damage:
    def damage(folder: Path) -> None:
        file = folder / name
        content = file.read_bytes()
        at = len(content) // 3
        file.write_bytes(content[:at] + bytes(50) + content[at + 50 :])

    return damage


def cell(name: str, column: str, value: object, row: int = 0) -> Damage:
    """Another value in a table of the part."""

    def damage(folder: Path) -> None:
        file = folder / PARTS / "000000" / f"{name}.parquet"
        table = pq.read_table(file)
        rows = table.to_pylist()
        rows[row][column] = value
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), file)

    return damage


def journal(edit: Callable[[Row], object]) -> Damage:
    def damage(folder: Path) -> None:
        row = json.loads((folder / JOURNAL).read_text("utf-8"))
        edit(row)
        (folder / JOURNAL).write_text(json.dumps(row) + "\n", "utf-8")

    return damage


def manifest(edit: Callable[[Row], object]) -> Damage:
    def damage(folder: Path) -> None:
        file = folder / "manifest.json"
        content = json.loads(file.read_text("utf-8"))
        edit(content)
        file.write_text(json.dumps(content), "utf-8")

    return damage


EDGES = f"{PARTS}/000000/edges.parquet"
DAMAGES: dict[str, tuple[Damage, str]] = {
    "another schema": (manifest(lambda m: m.update(schema=SCHEMA + 1)), f"schema {SCHEMA + 1}"),
    "manifest cut short": (cut("manifest.json", 60), "not a manifest"),
    "settings of another kind": (manifest(lambda m: m.update(settings=[])), "not a manifest"),
    "no suite": (manifest(lambda m: m["settings"].pop("suite")), "no setting `suite.name`"),
    "no search": (manifest(lambda m: m["settings"].pop("search")), "no setting `search`"),
    "table cut short": (cut(EDGES, -40), "cannot be read"),
    "table emptied": (cut(EDGES, 0), "cannot be read"),
    "bytes of a table": (zeros_in(EDGES), "cannot be read"),
    "a state beyond the last": (cell("edges", "state", 999), "do not fit together"),
    "a search beyond the last": (cell("edges", "search", 99), "do not fit together"),
    "null for a state": (cell("edges", "state", None), "do not fit together"),
    "text for a number": (journal(lambda row: row.update(seconds="long")), "`c` is not a search"),
    "a word for a row": (journal(lambda row: row.update(edges=["x"])), "`c` is not a search"),
    "no states": (journal(lambda row: row.update(states=[])), "`c` is not a search"),
}
NOT_COUNTED: dict[str, tuple[Damage, str]] = {
    "a child beyond the last": (cell("edges", "children", [999]), "do not fit together"),
    "an origin that comes later": (
        cell("states", "origin", {"state": 5, "tactic": "x", "index": 0}, row=1),
        "do not fit together",
    ),
    "a status that is none": (cell("searches", "status", "victory"), "do not fit together"),
    "null for goals": (cell("states", "goals", None), "do not fit together"),
}
"""In columns that statistics do not look at."""


@pytest.mark.parametrize("name", [*DAMAGES, *NOT_COUNTED])
def test_damage_is_told(stored: Path, tmp_path: Path, name: str) -> None:
    damage, says = (DAMAGES | NOT_COUNTED)[name]
    damage(stored)
    before = {path: path.read_bytes() for path in stored.rglob("[!.]*") if path.is_file()}
    uses: list[Callable[[], object]] = [
        lambda: list(read_searches(stored)),
        lambda: merge([stored], tmp_path / "merged"),
        lambda: export(stored, "jsonl", tmp_path / "exported"),
    ]
    if name in DAMAGES:
        uses.append(lambda: summarize(stored))
    for use in uses:
        with pytest.raises(BadInput, match=says) as caught:
            use()
        assert str(caught.value.where).startswith(str(stored))
    assert {path: path.read_bytes() for path in before} == before


def test_a_full_disk(stored: Path, searches: Sequence[Search], tmp_path: Path) -> None:
    full, writer = "cannot write", SearchStore(stored)
    size = (stored / JOURNAL).stat().st_size + 100
    with files_of_at_most(size), pytest.raises(BrokenEnvironment, match=full):
        writer.append(searches[3])
    with files_of_at_most(500):
        with pytest.raises(BrokenEnvironment, match=full):
            writer.seal()
        with pytest.raises(BrokenEnvironment, match=full):
            merge([stored], tmp_path / "merged")
        for form in FORMATS:
            with pytest.raises(BrokenEnvironment, match=full):
                export(stored, form, tmp_path / form)
    assert list(read_searches(stored)) == list(searches[:3])
    again = SearchStore(stored)  # there is space again
    again.append(searches[3])
    again.seal()
    assert list(read_searches(stored)) == list(searches[:4])


def test_a_folder_that_is_written_is_not_merged(stored: Path, tmp_path: Path) -> None:
    with exclusive(stored), pytest.raises(BadInput, match="another process works in this folder"):
        merge([stored], tmp_path / "merged")


def test_commands_tell_another_schema(stored: Path, tmp_path: Path) -> None:
    DAMAGES["another schema"][0](stored)
    for command in (
        ("stats", stored),
        ("show", stored, "a"),
        ("verify", stored),
        ("merge", stored, "--out", tmp_path / "merged"),
    ):
        done = qstar("data", *command)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"qstar: {stored}: holds `collect` of schema {SCHEMA + 1}")
        assert len(done.stderr.splitlines()) == 2  # what is wrong, and what to do


def test_a_stored_proof_that_is_none(stored: Path, searches: Sequence[Search]) -> None:
    forged = replace(searches[0], id="forged", proof=f"{searches[0].theorem.statement} := by sorry")
    SearchStore(stored).append(forged)
    done = qstar("data", "verify", stored)
    assert done.returncode == 1, done.stderr
    assert "forged: refused: " in done.stdout
    proofs = sum(bool(search.proof) for search in searches[:3])
    assert f"{proofs} of {proofs + 1} proofs accepted" in done.stdout
