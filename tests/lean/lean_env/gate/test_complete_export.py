"""What `qstar verify --export` writes: the second kernel reads it by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lean_env.errors import BadInput
from lean_env.gate.complete_export import CompleteExport
from lean_env.gate.verifier import Verifier
from lean_env.wire.client import LaunchFactory
from tests.support.kernel import Kernel

FILE = """\
inductive Tree (α : Type u) | leaf | node (l : Tree α) (a : α) (r : Tree α)
def Tree.size : Tree α → Nat | leaf => 0 | node l _ r => l.size + r.size + 1
theorem size : (Tree.leaf : Tree Nat).size = 0 := rfl
theorem comm (a b : Nat) : a + b = b + a := by omega
theorem text : "ab".length = 2 := by decide
theorem em' (p : Prop) : p ∨ ¬p := Classical.em p
theorem wrong : 1 = 2 := sorry
"""
STATEMENTS = """\
theorem comm (a b : Nat) : a + b = b + a := by sorry
theorem em' (p : Prop) : p ∨ ¬p := by sorry
"""


@pytest.fixture(scope="module")
def files(launch: LaunchFactory, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The exports of what is accepted in a file, and of what it proves of given statements."""
    folder = tmp_path_factory.mktemp("exports")
    alone, against = CompleteExport(), CompleteExport()

    async def verify() -> None:
        async with Verifier(launch, export=alone) as verifier:
            await verifier.audit_file(FILE)
        async with Verifier(launch, export=against) as verifier:
            await verifier.verify_file(FILE, STATEMENTS)

    asyncio.run(verify())
    assert alone.theorems == [("size",), ("comm",), ("text",), ("em'",)]
    assert against.theorems == [("stated", 1), ("stated", 2)]
    for number, export in enumerate((alone, against)):
        export.write(folder / f"{number}.ndjson")
    assert sorted(file.name for file in folder.iterdir()) == ["0.ndjson", "1.ndjson"]
    return [file.read_text() for file in sorted(folder.iterdir())]


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as kernel:
        yield kernel


def check(kernel: Kernel, text: str, *theorem: str | int) -> dict[str, object]:
    return kernel.ask("file", export=text, theorem=theorem, axiomsCompute=True, seconds=60)


def test_the_second_kernel_accepts_the_file_by_itself(kernel: Kernel, files: list[str]) -> None:
    alone, against = files
    for name in ("size", "comm", "text", "em'"):
        answer = check(kernel, alone, name)
        assert answer["verdict"] == "accepted", answer
    assert check(kernel, alone, "size")["axioms"] == []
    assert check(kernel, alone, "em'")["axioms"] == [["Classical", "em"]]
    assert check(kernel, alone, "wrong")["verdict"] == "refused"
    for theorem in (("stated", 1), ("stated", 2), ("comm",)):
        assert check(kernel, against, *theorem)["verdict"] == "accepted"


def test_the_file_begins_with_its_format(files: list[str]) -> None:
    meta = json.loads(files[0].partition("\n")[0])["meta"]
    assert meta["format"] == {"version": "3.1.0"}
    assert meta["exporter"]["name"] == "qstar"
    assert meta["lean"]["version"].startswith("4.")


def test_a_file_that_is_cut_off_is_refused(kernel: Kernel, files: list[str]) -> None:
    text = files[0]
    for end in range(1, len(text), len(text) // 8):
        assert check(kernel, text[:end], "em'")["verdict"] == "refused"


def test_declarations_that_differ_cannot_be_in_one_file(tmp_path: Path) -> None:
    export = CompleteExport()
    for level in (0, 1):
        axiom = {"axiom": {"name": 1, "levelParams": [], "type": 0, "isUnsafe": False}}
        rows = [{"in": 1, "str": {"pre": 0, "str": "a"}}, {"il": 1, "succ": 0}]
        rows += [{"ie": 0, "sort": level}, axiom]
        export._read("\n".join(map(json.dumps, rows)), {})
    with pytest.raises(BadInput, match="different declarations of 'a'"):
        export.write(tmp_path / "export.ndjson")
    assert list(tmp_path.iterdir()) == []
