"""Searches on disk: what comes back, what a kill leaves, what is refused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lean_env.errors import BadInput
from prover.datasets import store
from prover.datasets.records import SCHEMA, Search
from prover.datasets.store import JOURNAL, PARTS, SearchStore, read_searches
from prover.graph.save import dump
from prover.graph.store import ProofGraph
from prover.runs.ledger import Ledger, read_rows
from prover.types import TheoremStatus
from tests.support.searches import MANIFEST, STATEMENTS


def filled(folder: Path, searches: Sequence[Search]) -> Path:
    """Some in parts, the last one in the journal."""
    writer = SearchStore(folder)
    for search in searches[:-1]:
        writer.append(search)
        if search.id == "b":
            writer.seal()
    writer.seal()
    writer.append(searches[-1])
    assert len(store.part_folders(folder)) == 2
    return folder


def test_the_graph_that_was_searched_comes_back(
    searched: Sequence[tuple[Search, ProofGraph]], folder: Path
) -> None:
    filled(folder, [search for search, _ in searched])
    back = list(read_searches(folder))
    for search, (written, graph) in zip(back, searched, strict=True):
        assert search == written
        again = search.graph()
        assert dump(again) == dump(graph)
        for node, other in zip(again.nodes, graph.nodes, strict=True):
            assert (node.status, node.cost, node.value) == (other.status, other.cost, other.value)
            assert (node.best and node.best.id) == (other.best and other.best.id)
    assert {search.status for search in back} == {TheoremStatus.PROVED, TheoremStatus.OPEN}


def test_what_a_record_says(searches: list[Search]) -> None:
    by_id = {search.id: search for search in searches}
    swap, false = by_id["a"], by_id["e"]
    assert swap.status is TheoremStatus.PROVED
    assert swap.verdict == "accepted"
    assert swap.proof.startswith(STATEMENTS[0])
    assert [edge.tactic for edge in swap.edges if edge.on_proof] == list(swap.tactics)
    assert swap.states[0].text.endswith("⊢ (xs ++ ys).length = ys.length + xs.length")
    assert swap.states[0].cost == len(swap.tactics)
    assert swap.stats.lean_calls == len(swap.edges)
    assert (false.proof, false.tactics, false.verdict) == ("", (), "")
    assert not any(edge.on_proof for edge in false.edges)
    for edge in false.edges:
        assert (edge.reason is None) == (edge.message_class == "")
    assert "gave up" in {edge.message_class for edge in false.edges}


def test_a_kill_at_any_point_loses_nothing(searches: list[Search], folder: Path) -> None:
    filled(folder, searches[:4])
    journal = folder / JOURNAL
    before = journal.read_bytes()
    SearchStore(folder).seal()
    assert journal.read_bytes() == b""
    journal.write_bytes(before)  # killed after the part, before the journal was emptied
    assert list(read_searches(folder)) == searches[:4]
    again = SearchStore(folder)
    assert journal.read_bytes() == b""
    assert again.ids == {"a", "b", "c", "d"}
    (folder / PARTS / ".new-000003").mkdir()  # killed within a part
    (folder / PARTS / ".new-000003" / "edges.parquet").write_bytes(b"PAR1")
    journal.write_bytes(before[:-20])  # killed within a line
    SearchStore(folder).append(searches[4])
    assert list(read_searches(folder)) == searches
    assert not list((folder / PARTS).glob(".new*"))


def test_a_part_that_was_removed_leaves_a_gap(searches: list[Search], folder: Path) -> None:
    filled(folder, searches[:4])
    shutil.rmtree(store.part_folders(folder)[0])
    again = SearchStore(folder)
    again.append(searches[4])
    again.seal()
    assert [part.name for part in store.part_folders(folder)] == ["000001", "000002"]
    assert list(read_searches(folder)) == searches[2:]


def test_a_part_is_on_disk_before_the_journal_is_emptied(
    searches: list[Search], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = SearchStore(folder)
    writer.append(searches[0])
    synced: list[int] = []
    on_disk_then: list[set[int]] = []
    fsync, clear = os.fsync, Ledger.clear

    def watched_fsync(number: int) -> None:
        fsync(number)
        synced.append(os.fstat(number).st_ino)

    def watched_clear(ledger: Ledger) -> None:
        on_disk_then.append(set(synced))
        clear(ledger)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(Ledger, "clear", watched_clear)
    writer.seal()
    [part] = store.part_folders(folder)
    paths = [*part.iterdir(), part, part.parent, folder]
    assert on_disk_then == [{path.stat().st_ino for path in paths}]


def test_a_part_is_made_when_enough_waits(
    searches: list[Search], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PART_EDGES", 100)
    writer = SearchStore(folder)
    for search in searches:
        writer.append(search)
        waiting = sum(len(row["edges"]) for row in read_rows(folder / JOURNAL))
        assert waiting < 100
    assert store.part_folders(folder)
    assert list(read_searches(folder)) == searches


def test_one_theorem_searched_in_two_runs_is_two_searches(
    searches: list[Search], folder: Path
) -> None:
    writer = SearchStore(folder)
    both = [searches[0], replace(searches[0], run="other")]
    writer.append(both[0])
    writer.seal()
    writer.append(both[1])
    writer.seal()
    assert list(read_searches(folder)) == both


def test_what_cannot_be_read(searches: list[Search], folder: Path, tmp_path: Path) -> None:
    filled(folder, searches)
    first = store.part_folders(folder)[0]

    def damaged(name: str) -> Path:
        copy = tmp_path / "copies" / name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("copies"))
        return copy

    short = damaged("short") / PARTS / first.name / "edges.parquet"
    short.write_bytes(short.read_bytes()[:-50])
    with pytest.raises(BadInput, match="cannot be read") as caught:
        list(read_searches(tmp_path / "copies" / "short"))
    assert caught.value.where == str(short)
    assert caught.value.remedy

    gone = damaged("gone")
    (gone / PARTS / first.name / "states.parquet").unlink()
    with pytest.raises(BadInput, match="cannot be read"):
        list(read_searches(gone))

    other = damaged("other") / PARTS / first.name
    shutil.copy(other / "states.parquet", other / "edges.parquet")
    with pytest.raises(BadInput, match="other columns"):
        list(read_searches(tmp_path / "copies" / "other"))

    edited = damaged("edited")
    row = json.loads((edited / JOURNAL).read_text())
    (edited / JOURNAL).write_text(json.dumps(row | {"status": "victory"}) + "\n")
    with pytest.raises(BadInput, match="`e` is not a search"):
        list(read_searches(edited))
    with pytest.raises(BadInput, match="`e` is not a search"):
        SearchStore(edited)

    later = damaged("later")
    replace(MANIFEST, schema=SCHEMA + 1).write(later)
    with pytest.raises(BadInput, match=f"schema {SCHEMA + 1}"):
        list(read_searches(later))
    with pytest.raises(BadInput, match="no proof data here"):
        list(read_searches(tmp_path / "nowhere"))
