"""Proof data read back by people, by other tools, and by the gate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from lean_env.errors import BadInput
from lean_env.gate.verifier import Verifier
from lean_env.types import Refused, Theorem
from lean_env.wire.client import LaunchFactory, LeanClient
from prover.datasets.formats.export import deepseek_rows, export, leandojo_row, proof_edges
from prover.datasets.merge import merge
from prover.datasets.recheck import recheck, stored_proofs
from prover.datasets.records import Search
from prover.datasets.stats import summarize
from prover.datasets.store import SearchStore, read_data_manifest, read_searches
from tests.support.command_line import qstar
from tests.support.searches import MANIFEST


@pytest.fixture
def stored(folder: Path, searches: Sequence[Search]) -> Path:
    """Some in a part, some in the journal; one in another split."""
    writer = SearchStore(folder)
    for search in searches[:3]:
        writer.append(search)
    writer.seal()
    for search in searches[3:]:
        writer.append(replace(search, split="test"))
    return folder


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def proved(searches: Sequence[Search]) -> list[Search]:
    return [search for search in searches if search.proof]


async def test_every_stored_proof_compiles_by_itself_and_passes_the_gate(
    stored: Path, searches: list[Search], launch: LaunchFactory
) -> None:
    lean = await LeanClient.launch(launch(("Init",)))
    try:
        for search in proved(searches):
            scan = await lean.scan(search.theorem.header + search.proof)
            assert scan.sorries == ()
            assert len(scan.theorems) == 1
    finally:
        await lean.close()
    async with Verifier(launch) as verifier:
        proofs = stored_proofs(stored)
        checked = [(name, verdict.ok) async for name, verdict in recheck(proofs, verifier)]
        assert checked == [(search.id, True) for search in proved(searches)]
        export(stored, "hf", stored.with_name("released"))
        proofs = stored_proofs(stored.with_name("released"))
        again = [(name, verdict.ok) async for name, verdict in recheck(proofs, verifier)]
        assert sorted(again) == sorted(checked)
        writer = SearchStore(stored)
        swap = searches[0]
        writer.append(replace(swap, id="z", proof=swap.theorem.statement + " := by sorry"))
        *_, (_, verdict) = [pair async for pair in recheck(stored_proofs(stored), verifier)]
    assert isinstance(verdict, Refused)


def test_counts(stored: Path, searches: list[Search]) -> None:
    found = summarize(stored)
    edges = [edge for search in searches for edge in search.edges]
    assert found.searches == len(searches)
    assert found.proved == len(proved(searches))
    assert found.edges == len(edges) == sum(found.outcomes.values())
    assert found.states == sum(len(search.states) for search in searches)
    assert found.on_proof == sum(edge.on_proof for edge in edges)
    assert found.outcomes["applied"] == sum(edge.applied for edge in edges)
    assert sum(found.classes.values()) == len(edges) - found.outcomes["applied"]
    assert sum(found.lengths.values()) == found.proved
    assert found.depths["0"] == len(searches)
    assert sum(found.seconds.values()) == pytest.approx(sum(edge.seconds for edge in edges))
    assert found.repeated == 0
    SearchStore(stored).append(replace(searches[0], id="twice"))
    assert summarize(stored).repeated == len(searches[0].edges)


def test_the_hub_format_loads(
    stored: Path, searches: list[Search], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from datasets import load_dataset

    out = tmp_path / "hub"
    rows = export(stored, "hf", out)
    tactics = load_dataset(str(out), cache_dir=str(tmp_path / "cache"))
    assert "load_dataset(" in (out / "README.md").read_text("utf-8")
    proofs = load_dataset(str(out), "proofs", cache_dir=str(tmp_path / "cache"))
    assert sorted(tactics) == ["test", "train"]
    assert {f"tactics/{name}.parquet": len(split) for name, split in tactics.items()} == {
        name: count for name, count in rows.items() if name.startswith("tactics")
    }
    assert sum(len(split) for split in tactics.values()) == sum(len(s.edges) for s in searches)
    found = {row["theorem"]: row for split in proofs.values() for row in split}
    assert {id: row["proof"] for id, row in found.items()} == {
        search.id: search.proof for search in proved(searches)
    }
    first = tactics["train"][0]
    assert first["state"] == searches[0].states[0].text
    on_proof = [row for row in tactics["train"] if row["theorem"] == "a" and row["on_proof"]]
    assert [row["tactic"] for row in on_proof] == list(searches[0].tactics)
    assert on_proof[0]["steps"] == len(on_proof)
    card = (out / "README.md").read_text("utf-8")
    assert "some statements" in card
    assert all(f"`{column}`" in card for column in tactics["train"].column_names)


def test_lines(stored: Path, searches: list[Search], tmp_path: Path) -> None:
    export(stored, "jsonl", tmp_path / "lines")
    rows = lines(tmp_path / "lines" / "train.jsonl") + lines(tmp_path / "lines" / "test.jsonl")
    edges = [edge for search in searches for edge in search.edges]
    assert [(row["tactic"], row["message"]) for row in rows] == [
        (edge.tactic, edge.message) for edge in edges
    ]
    export(stored, "deepseek", tmp_path / "deepseek")
    first, *_ = lines(tmp_path / "deepseek" / "train.jsonl")
    swap = searches[0]
    assert set(first) == {
        "name", "split", "informal_prefix", "formal_statement", "goal", "header", "formal_proof",
    }  # fmt: skip
    assert first["formal_statement"] == f"{swap.theorem.statement} := by\n"
    assert first["formal_proof"] == "\n".join(f"  {tactic}" for tactic in swap.tactics)


P = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q"


@pytest.mark.parametrize("script", ["exact ⟨hp, hq⟩", "constructor\n· exact hp\n· exact hq"])
@pytest.mark.parametrize(
    ("statement", "begins"),
    [
        (P, f"{P} := by\n"),
        (f"{P} :=", f"{P} := by\n"),
        (f"{P} := by", f"{P} := by\n"),
        (f"{P} :=by\n", f"{P} := by\n"),
        (f"{P} := sorry", f"{P} := by\n"),
        (f"{P} := by sorry", f"{P} := by\n"),
        (f"{P} := by\n    sorry", f"{P} := by\n"),
        (f"{P} -- both", f"{P} -- both\n  := by\n"),
        (P.replace("theorem", "lemma"), f"{P} := by\n"),
        (f"{P} := by\n  have h : p := by assumption\n  sorry", P),
        ("theorem t (p q : Prop) (hp : p := by trivial) (hq : q) : p ∧ q", "theorem t "),
    ],
)
async def test_header_statement_and_proof_of_deepseek_are_a_file(
    statement: str, begins: str, script: str, searches: list[Search], launch: LaunchFactory
) -> None:
    theorem = Theorem(statement=statement, header="import Init\nopen Nat")
    async with Verifier(launch) as verifier:
        checked = await verifier.verify(theorem, script)
        assert checked.verdict.ok
        search = replace(searches[0], theorem=theorem, proof=checked.declaration)
        [row] = deepseek_rows(search)
        assert row["formal_statement"].startswith(begins)
        assert row["formal_statement"].endswith(":= by\n")
        assert row["formal_proof"].startswith("  ")
        text = row["header"] + row["formal_statement"] + row["formal_proof"]
        [found] = await verifier.audit_file(text)
    assert (found.name, found.verdict.ok) == ("t", True)


def test_what_is_no_tactic_block_has_no_row_of_deepseek(searches: list[Search]) -> None:
    term = Theorem(statement=f"{P} := ⟨hp, by sorry⟩")
    proved = replace(searches[0], theorem=term, proof=f"{P} := ⟨hp, by exact hq⟩")
    assert list(deepseek_rows(proved)) == list(deepseek_rows(replace(proved, proof=""))) == []


def test_leandojo_reads_it(stored: Path, searches: list[Search], tmp_path: Path) -> None:
    export(stored, "leandojo", tmp_path / "out")
    [theorem, *_] = json.loads((tmp_path / "out" / "train.json").read_text("utf-8"))
    assert set(theorem) == {
        "url", "commit", "file_path", "full_name", "start", "end", "traced_tactics",
    }  # fmt: skip
    tactics = theorem["traced_tactics"]
    assert [t["tactic"] for t in tactics] == [e.tactic for e in proof_edges(searches[0])]
    assert tactics[-1]["state_after"] == "no goals"
    for row, after in pairwise(tactics):
        assert row["state_after"] == "no goals" or after["state_before"] in row["state_after"]
    assert leandojo_row(searches[0], "4") == theorem


def test_merging(stored: Path, searches: list[Search], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    replace(MANIFEST, settings=MANIFEST.settings | {"shard": "2/2"}).write(other)
    more = replace(searches[0], id="more")
    for search in (searches[1], more):
        SearchStore(other).append(search)
    assert merge([stored, other], tmp_path / "both") == len(searches) + 1
    assert list(read_searches(tmp_path / "both")) == [*read_searches(stored), more]
    assert read_data_manifest(tmp_path / "both").settings["shard"] == ["1/1", "2/2"]
    with pytest.raises(BadInput, match="is not empty"):
        merge([stored], tmp_path / "both")
    suite = {"name": "other", "variant": "other", "digest": "1"}
    replace(MANIFEST, settings=MANIFEST.settings | {"suite": suite}).write(other)
    with pytest.raises(BadInput, match="suite is"):
        merge([stored, other], tmp_path / "again")


def test_commands(stored: Path, searches: list[Search], tmp_path: Path) -> None:
    counted = qstar("data", "stats", stored)
    assert counted.returncode == 0, counted.stderr
    assert f"5 theorems searched, {len(proved(searches))} (" in counted.stdout
    assert json.loads(qstar("data", "stats", stored, "--json").stdout)["searches"] == 5
    shown = qstar("data", "show", stored, "a")
    assert shown.returncode == 0, shown.stderr
    assert searches[0].proof in shown.stdout
    assert "✓ s0" in shown.stdout
    exported = qstar("export", stored, "--out", tmp_path / "out", "--format", "deepseek")
    assert exported.returncode == 0, exported.stderr
    for arguments, says in (
        (("data", "stats", tmp_path / "no"), "no proof data here"),
        (("data", "show", stored, "aa"), "no search for `aa`"),
        (("export", stored, "--out", tmp_path / "out"), "is not empty"),
        (("export", stored, "--out", tmp_path / "x", "--format", "csv"), "no format `csv`"),
    ):
        done = qstar(*arguments)
        assert done.returncode == 2, arguments
        assert says in done.stderr
