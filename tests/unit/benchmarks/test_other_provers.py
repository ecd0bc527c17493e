"""Results of other provers, in small files of their forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.report.other_provers import other_prover_sections, read_other_prover
from lean_env.errors import BadInput
from tests.support.runs import entry, run_of


def internlm(name: str, statement: str, success: bool) -> dict[str, object]:
    return {
        "attempt_results": [{"theorem": name, "success": success}],
        "success": success,
        "example": {"full_name": name, "statement": statement, "split": "test"},
    }


def test_internlm_shards(tmp_path: Path) -> None:
    for shard, rows in enumerate(
        ([internlm("a", "theorem a :\n  1 = 1", True)], [internlm("b", "theorem b : 1 = 2", True)])
    ):
        found = {"results": rows, "args": {"max_iters": 100, "num_samples": 32, "timeout": 600}}
        (tmp_path / f"results__internlm_7b__{shard}.json").write_text(json.dumps(found))
    peer = read_other_prover(tmp_path)
    assert peer.proved == peer.tried == {"a", "b"}
    assert peer.budget == "max_iters 100, num_samples 32, timeout 600"
    run = run_of(tmp_path / "run", {entry("a"): [None], entry("b"): [1], entry("c"): [1]})
    (section,) = other_prover_sections(run, [peer])
    assert section.table
    assert section.table.rows[0][:4] == ("InternLM step prover", "1", "1", "0")  # b says otherwise


def test_goedel_samples(tmp_path: Path) -> None:
    rows = [
        {"name": "a_g0", "code": "… := by rfl", "compilation_result": {"complete": False}},
        {"name": "a_g1", "code": "… := by simp", "compilation_result": {"complete": True}},
        {"name": "b_g0", "code": "… := by exact?", "compilation_result": {"complete": True}},
    ]
    (tmp_path / "code_compilation.json").write_text(json.dumps(rows))
    peer = read_other_prover(tmp_path / "code_compilation.json")
    assert (peer.tried, peer.proved) == ({"a", "b"}, {"a"})
    assert peer.budget == "2 samples a theorem"


def test_deepseek_logs(tmp_path: Path) -> None:
    for name in ("0_a", "1_b_c"):
        (tmp_path / name / "run0").mkdir(parents=True)
    (tmp_path / "1_b_c" / "success-sampling-run0.pkl").touch()
    peer = read_other_prover(tmp_path)
    assert (peer.tried, peer.proved) == ({"a", "b_c"}, {"b_c"})


def test_what_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "results.pickle").touch()
    (tmp_path / "text.json").write_text("no")
    (tmp_path / "rows.json").write_text('[{"name": "a"}]')
    (tmp_path / "results.json").write_text('{"results": [{"success": true}]}')
    (tmp_path / "empty").mkdir()
    for name, says in (
        ("results.pickle", "a pickle, which is a program"),
        ("text.json", "not JSON"),
        ("rows.json", "not results of Goedel-Prover"),
        ("results.json", "not results of InternLM"),
        ("empty", "no results that are known here"),
        ("none.json", "no such file"),
    ):
        with pytest.raises(BadInput, match=says):
            read_other_prover(tmp_path / name)
