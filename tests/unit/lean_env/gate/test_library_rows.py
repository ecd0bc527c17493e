"""Constants of a library that are kept on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lean_env.gate.library_rows import LibraryRows
from lean_env.gate.second_kernel import components
from lean_env.wire.protocol import ConstantsAnswer


def one(text: str) -> ConstantsAnswer:
    return ConstantsAnswer(text, (("no", "such"),))


def texts(library: LibraryRows) -> list[str]:
    return [json.loads(batch)["export"] for batch in library.batches]


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    library = LibraryRows.read("Init", tmp_path)
    assert library.batches == []
    request = json.loads(library.add(one("a\nb\u2028c")))
    assert request == {"key": "Init", "export": "a\nb\u2028c", "absent": [["no", "such"]]}
    library.save()
    assert LibraryRows.read("Init", tmp_path).batches == library.batches
    assert len(list(tmp_path.iterdir())) == 1


def test_two_processes_keep_what_the_other_learned(tmp_path: Path) -> None:
    first, second = LibraryRows.read("Init", tmp_path), LibraryRows.read("Init", tmp_path)
    first.add(one("a"))
    second.add(one("b"))
    first.save()
    second.save()
    assert texts(LibraryRows.read("Init", tmp_path)) == ["a", "b"]


@pytest.mark.parametrize("keep", [0, 10, -1])
def test_a_damaged_file_is_thrown_away(keep: int, tmp_path: Path) -> None:
    library = LibraryRows.read("Init", tmp_path)
    library.add(one("a"))
    library.save()
    [file] = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:keep])
    assert LibraryRows.read("Init", tmp_path).batches == []
    assert not file.exists()


def test_another_library_is_not_taken_for_this_one(tmp_path: Path) -> None:
    library = LibraryRows.read("Init", tmp_path)
    library.add(one("a"))
    library.save()
    assert LibraryRows.read("Lean", tmp_path).batches == []


def test_native_lean_keeps_nothing(tmp_path: Path) -> None:
    library = LibraryRows.read("process 7", None)
    library.add(one("a"))
    library.save()
    assert not list(tmp_path.iterdir())


def test_names_by_their_components() -> None:
    assert components("Classical.choice") == ("Classical", "choice")
    assert components("«Classical.choice»") == ("Classical.choice",)
    assert components("a.«b c».d") == ("a", "b c", "d")
