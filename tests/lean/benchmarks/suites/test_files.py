"""Statements from any file, and which suite a name means."""

from __future__ import annotations

import hashlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from benchmarks.suites.catalog import find_suite
from benchmarks.suites.minif2f import Download, download
from benchmarks.suites.types import select
from lean_env.errors import BadInput, BrokenEnvironment
from lean_env.wire.client import LaunchFactory
from prover.problems.source import last_theorem, needs
from tests.support.samples import write_rows


async def test_any_json_lines(tmp_path: Path, launch: LaunchFactory) -> None:
    rows = [
        {"formal_statement": "theorem t : True", "split": "a", "group": "easy"},
        {"formal_statement": "theorem t : 1 = 1", "header": "import Std.Data.HashMap\n"},
        {"formal_statement": "example : True", "name": "mine", "header": "import Batteries"},
    ]
    suite = await find_suite(str(write_rows(tmp_path / "rows.jsonl", rows)), launch)
    assert (suite.name, suite.variant) == ("rows", "rows.jsonl")
    assert [e.id for e in suite.entries] == ["t", "t (2)", "mine"]
    assert [e.needs for e in suite.entries] == [(), (), ("Batteries",)]
    assert (suite.entries[0].split, suite.entries[0].group) == ("a", "easy")


async def test_a_lean_file(tmp_path: Path, launch: LaunchFactory) -> None:
    file = tmp_path / "f.lean"
    file.write_text(
        "def two := 2\ntheorem a : two = 2 := by\n  sorry\ntheorem b : True := trivial\n"
        "theorem c : two = 2 ∧ True := sorry\n"
    )
    suite = await find_suite(str(file), launch)
    assert [e.id for e in suite.entries] == ["a", "c"]
    assert suite.entries[0].theorem.header == "def two := 2\n"
    file.write_text("theorem a : Nat.two = 2 := sorry\n")
    with pytest.raises(BadInput, match=r"f\.lean:1"):
        await find_suite(str(file), launch)


async def test_what_is_no_suite(tmp_path: Path, launch: LaunchFactory) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "rows.json").write_text('[{"name": "t"}]')
    (tmp_path / "text.json").write_text("theorem")
    for name, says in (
        ("minif3f", "no such suite and no such file"),
        (str(tmp_path / "notes.txt"), "neither .jsonl, .json nor .lean"),
        (str(tmp_path / "none.jsonl"), "no such file"),
        (str(tmp_path / "rows.json"), "not in LeanDojo Benchmark's form"),
        (str(tmp_path / "text.json"), "not JSON"),
        (str(tmp_path / "folder"), "no .lean file here states a theorem"),
    ):
        with pytest.raises(BadInput, match=says):
            await find_suite(name, launch)


async def test_a_part_of_a_suite(tmp_path: Path, launch: LaunchFactory) -> None:
    rows = [{"formal_statement": f"theorem t{i} : True", "split": "ab"[i % 2]} for i in range(6)]
    whole = await find_suite(str(write_rows(tmp_path / "rows.jsonl", rows)), launch)
    part = select(whole, split="b", limit=2)
    assert [e.id for e in part.entries] == ["t1", "t3"]
    assert part.left_out == {"beyond --limit": 1}
    assert (part.whole, whole.whole) == (3, 6)
    assert part.digest != whole.digest
    assert select(whole) is whole
    with pytest.raises(BadInput, match="no split `c`") as caught:
        select(whole, split="c")
    assert caught.value.remedy == "it has a, b"


def test_what_a_header_needs() -> None:
    header = "/- import Foo -/\nimport Mathlib.Tactic\npublic import all Lean\n-- import Bar\n"
    assert needs(header) == ("Mathlib",)
    assert needs("open Nat\n") == ()


def test_a_text_is_cut_before_its_last_theorem() -> None:
    text = (
        "open Nat\n-- theorem no\ntheorem a : True := trivial\n\n/-- theorem? -/\n@[simp] lemma b"
    )
    assert last_theorem(text) == (text[: text.index("/--")], text[text.index("/--") :])
    assert last_theorem("-- theorem a\ndef b := 1\n") is None


def test_a_file_is_downloaded_once_and_checked(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "f.jsonl").write_bytes(b"{}\n")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "web"))
    right = hashlib.sha256(b"{}\n").hexdigest()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/f.jsonl"
        with pytest.raises(BrokenEnvironment, match="not the file that it should be"):
            download(Download(name="f.jsonl", url=url, sha256="0" * 64), tmp_path)
        source = Download(name="f.jsonl", url=url, sha256=right)
        path = download(source, tmp_path)
        server.shutdown()
    assert path.read_bytes() == b"{}\n"
    assert download(source, tmp_path) == path  # the server is gone
    with pytest.raises(BrokenEnvironment, match="cannot be downloaded"):
        download(source, tmp_path / "elsewhere")
