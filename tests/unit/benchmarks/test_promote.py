"""A model is shipped only when two collections that may be compared say so."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.studies.promote import main
from prover.datasets.records import SCHEMA
from prover.datasets.store import KIND, SearchStore
from prover.models.checkpoint import load, save
from prover.models.folders import weights_digest
from prover.runs.ledger import LEDGER_FILE, Ledger
from prover.runs.manifest import Manifest
from tests.support.searches import SETTINGS, search_of
from tests.support.tiny_model import tiny

LIMITS = {"lean_calls": 25, "seconds": 60.0, "theorems": 20, "policy": "portfolio"}


def collection(folder: Path, proved: int, *, split: str = "valid", **settings: object) -> Path:
    folder.mkdir()
    known = SETTINGS | LIMITS | {"value": "constant"} | settings
    Manifest(kind=KIND, schema=SCHEMA, settings=known, facts={}).write(folder)
    store, ledger = SearchStore(folder), Ledger(folder / LEDGER_FILE)
    for i in range(20):
        search = search_of(str(i), {0: [()] if i < proved else [None]})
        store.append(replace(search, split=split))
        ledger.append({"id": str(i), "status": search.status, "edges": len(search.edges)})
    store.seal()
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *arguments: Path) -> object:
    monkeypatch.setattr(sys, "argv", ["promote", *map(str, arguments)])
    try:
        main()
    except SystemExit as end:
        return end.code
    return 0


@pytest.mark.slow
def test_what_proves_more_is_shipped_with_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tiny(), tmp_path / "model")
    before = collection(
        tmp_path / "before", 5, policy="portfolio,model:/home/me/m", value="learned:old"
    )
    weights = [weights_digest(tmp_path / "model")]
    after = collection(
        tmp_path / "after", 15, search="qstar", value="learned:model", weights=weights
    )
    out = tmp_path / "weights"
    arguments = (tmp_path / "model", before, after, Path("--out"), out)
    assert run(monkeypatch, *arguments) == 0
    last = load(out).lineage[-1]
    assert last["promoted"] is True
    assert (last["proved before"], last["proved"], last["theorems"]) == (5, 15, 20)
    assert last["against"] == "bestfirst, portfolio,model, learned"
    assert (last["measured on"], last["search"], last["lean calls"]) == ("some, valid", "qstar", 25)
    assert all(file.stat().st_mode & 0o044 == 0o044 for file in out.iterdir())


def test_what_does_not_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tiny(), tmp_path / "model")
    weights = [weights_digest(tmp_path / "model")]
    before = collection(tmp_path / "before", 5)
    after = collection(tmp_path / "after", 6, weights=weights)
    assert run(monkeypatch, tmp_path / "model", before, after, Path("--out"), tmp_path / "w") == 1
    assert not (tmp_path / "w").exists()


def test_what_cannot_be_compared_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = collection(tmp_path / "before", 5)
    more = collection(tmp_path / "more calls", 15, lean_calls=50)
    assert run(monkeypatch, tmp_path / "model", before, more) == 2
    assert "not the same lean_calls" in capsys.readouterr().err
    trained = collection(tmp_path / "train a", 5, split="train")
    save(tiny(), tmp_path / "model")
    weights = [weights_digest(tmp_path / "model")]
    better = collection(tmp_path / "train b", 15, split="train", weights=weights)
    assert run(monkeypatch, tmp_path / "model", trained, better) == 2
    assert "trained on" in capsys.readouterr().err
    save(tiny(1), tmp_path / "another")
    assert run(monkeypatch, tmp_path / "another", trained, better) == 2
    assert "was not made with" in capsys.readouterr().err
