"""The second kernel: what it accepts, what it refuses, and what it says of what is neither."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lean_env.toolchain.node import find_node
from tests.support.kernel import MAIN, Kernel
from tests.support.kernel_cases import basics, deep
from tests.support.kernel_cases.all_cases import BAD, GOOD
from tests.support.kernel_cases.malformed import MALFORMED
from tests.support.kernel_cases.terms import NAT, c, eq, lam, number, pi, refl
from tests.support.kernel_cases.writer import Export

pytestmark = pytest.mark.slow  # each of some hundred cases goes through the kernel's process

Case = Callable[[Export], None]


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as kernel:
        yield kernel


def export(*cases: Case) -> str:
    made = Export()
    for case in cases:
        case(made)
    return made.text


@pytest.mark.parametrize("case", GOOD.values(), ids=GOOD.keys())
def test_good_environments_are_accepted(case: Case, kernel: Kernel) -> None:
    answer = kernel.file(export(case))
    assert answer["verdict"] == "accepted", answer


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_bad_environments_are_refused(case: Case, kernel: Kernel) -> None:
    answer = kernel.file(export(case))
    assert answer["verdict"] == "refused", answer


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_exports_are_refused_with_their_line(text: str, kernel: Kernel) -> None:
    answer = kernel.file(text)
    assert answer["verdict"] == "refused"
    assert answer["reason"].startswith("line ")


def test_an_export_that_is_cut_off_anywhere_is_never_a_crash(kernel: Kernel) -> None:
    text = export(GOOD["rose_trees"])
    for end in range(0, len(text), 397):
        answer = kernel.file(text[:end])
        assert answer["verdict"] in {"accepted", "refused"}


DEEP: dict[str, tuple[Callable[[int], str], int, str]] = {
    "arrows": (deep.arrows, 200_000, "accepted"),
    "arrows to the left": (deep.left_arrows, 50_000, "accepted"),
    "applications": (deep.applications, 1_000_000, "refused"),
    "arguments": (deep.arguments, 300_000, "refused"),
    "levels": (deep.levels, 300_000, "refused"),
    "doubled levels": (deep.doubled_levels, 200, "refused"),
    "doubled terms": (deep.doubled_terms, 200, "accepted"),
}


@pytest.mark.parametrize(("make", "depth", "verdict"), DEEP.values(), ids=DEEP.keys())
def test_deep_terms(make: Callable[[int], str], depth: int, verdict: str, kernel: Kernel) -> None:
    answer = kernel.file(make(depth), seconds=60)
    assert answer["verdict"] == verdict, answer


def test_out_of_time_is_undecided(kernel: Kernel) -> None:
    assert kernel.file(deep.arrows(200_000), seconds=0.1)["verdict"] == "undecided"
    assert kernel.file(export(GOOD["two_and_two"]))["verdict"] == "accepted"


def add(e: Export, sum_: int = 4) -> None:
    claim = eq(1, NAT, c("Nat.add")(number(2), number(2)), number(sum_))
    e.theorem("t", claim, refl(1, NAT, number(4)))


def library(kernel: Kernel, key: str) -> dict[str, object]:
    absent = [["t"], ["s"], ["String"], ["String", "ofList"], ["Char", "ofNat"]]
    return kernel.ask("library", key=key, export=export(basics.base), absent=absent)


def test_declarations_over_a_library(kernel: Kernel) -> None:
    library(kernel, "basics")
    for _ in range(2):  # what is checked does not stay
        answer = kernel.ask("check", key="basics", export=export(add), theorem=["t"])
        assert answer["verdict"] == "accepted", answer
        assert answer["axioms"] == []
    wrong = Export()
    wrong.theorem("t", c("False"), c("True.intro"))
    assert kernel.ask("check", key="basics", export=wrong.text)["verdict"] == "refused"


def test_arithmetic_beside_a_term_with_a_free_variable(kernel: Kernel) -> None:
    """Of an operation that cannot be unfolded both sides are computed, redex or not."""
    library = Export()
    basics.base(library)
    library.opaque("Nat.lor", NAT >> (NAT >> NAT), c("Nat.add"))
    absent = [["t"], ["String"], ["String", "ofList"], ["Char", "ofNat"]]
    kernel.ask("library", key="lor", export=library.text, absent=absent)
    made = Export()
    five, lor = lam(NAT, number(5)), c("Nat.lor")
    claim = pi(NAT, lambda x: eq(1, NAT, lor(number(5), number(2)), lor(five(x), number(2))))
    made.theorem("t", claim, lam(NAT, lambda x: refl(1, NAT, lor(five(x), number(2)))))
    answer = kernel.ask("check", key="lor", export=made.text)
    assert answer["verdict"] == "accepted", answer


def test_what_the_library_lacks_is_named(kernel: Kernel) -> None:
    answer = kernel.ask("check", key="empty", export=export(add))
    assert answer["verdict"] == "missing"
    assert {("Nat", "add"), ("Eq",), ("t",)} <= {tuple(name) for name in answer["missing"]}


def test_a_name_of_the_library_cannot_be_taken_before_it_is_supplied(kernel: Kernel) -> None:
    """The caller is asked for each name that is declared."""
    text = export(basics.booleans)
    missing = kernel.ask("check", key="names", export=text)["missing"]
    assert ["Bool"] in missing
    absent = [name for name in missing if name[0] != "Bool"]
    kernel.ask("library", key="names", export=text, absent=absent)
    answer = kernel.ask("check", key="names", export=text)
    assert (answer["verdict"], answer["reason"]) == ("refused", "'Bool' is declared already")


def test_axioms_are_named(kernel: Kernel) -> None:
    library(kernel, "axioms")
    made = Export()
    made.axiom("s", c("False"))
    made.theorem("t", c("False"), c("s"))
    answer = kernel.ask("check", key="axioms", export=made.text, theorem=["t"])
    assert (answer["verdict"], answer["axioms"]) == ("accepted", [["s"]])


def test_an_axiom_is_no_proof(kernel: Kernel) -> None:
    library(kernel, "theorem")
    made = Export()
    made.axiom("t", c("False"))
    answer = kernel.ask("check", key="theorem", export=made.text, theorem=["t"])
    assert answer["verdict"] == "refused"
    assert answer["reason"] == "'t' is neither a theorem nor a definition here"


NO_REQUESTS = ("", "[]", "null", "{}", "{", '{"op":"dance"}', '{"op":"file","export":5}')


@pytest.mark.parametrize("line", NO_REQUESTS)
def test_what_is_no_request_is_answered(line: str, kernel: Kernel) -> None:
    kernel.send(line)
    assert "error" in kernel.receive()
    assert kernel.ask("hello")["format"] == "3.1"


@pytest.mark.parametrize(("case", "code"), [(GOOD["rose_trees"], 0), (BAD["type_in_type"], 1)])
def test_a_file_on_the_command_line(case: Case, code: int, tmp_path: Path) -> None:
    file = tmp_path / "export.ndjson"
    file.write_text(export(case))
    ran = subprocess.run([find_node().program, MAIN, file], capture_output=True, check=False)
    assert ran.returncode == code
