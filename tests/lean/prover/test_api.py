"""`from prover import prove, Prover`, as scripts, notebooks and coroutines use it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from xml.etree import ElementTree

import pytest

from lean_env.errors import BadInput
from lean_env.types import ProofState, Theorem
from lean_env.wire.client import LaunchFactory
from prover import Prover, Settings, TheoremStatus
from prover.search.best_first import AStar
from prover.types import Proposal, StopReason

BOTH = "theorem both (a b : Nat) (h : a < b) : a + b = b + a ∧ a ≤ b"
HARD = "theorem hard (f : Nat → Nat) (h : ∀ n, f (n + 1) > f (f n)) : ∀ n, f n = n"


@pytest.fixture(scope="module")
def prover(launch: LaunchFactory) -> Iterator[Prover]:
    with Prover(Settings(timeout=60, max_lean_calls=400), launch=launch) as prover:
        yield prover


def test_a_proof_and_how_a_notebook_shows_it(prover: Prover) -> None:
    result = prover.prove(BOTH)
    assert result.status is TheoremStatus.PROVED
    assert result.proof.startswith(BOTH)
    assert result.graph is not None
    assert len(result.graph.nodes) > 1
    shown = result._repr_html_()
    assert "a &lt; b" in shown
    drawing = re.findall(r"<svg.*?</svg>", shown, re.DOTALL)
    assert ElementTree.fromstring(drawing[0]).tag.endswith("svg")
    assert drawing[0] in result.graph._repr_html_()


async def test_coroutines_of_another_loop_side_by_side(prover: Prover) -> None:
    good, refuted = await asyncio.gather(
        prover.prove_async("theorem t : f 2 = 3", header="def f (n : Nat) : Nat := n + 1\n"),
        prover.prove_async(Theorem(statement="theorem u : 2 = 3", name="u")),
    )
    assert good.status is TheoremStatus.PROVED
    assert refuted.status is not TheoremStatus.PROVED
    assert "<pre" not in refuted._repr_html_()


async def test_cancelling_leaves_the_prover_usable(prover: Prover) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(prover.prove_async(HARD), 0.5)
    assert (await prover.prove_async("theorem t : True")).stop is StopReason.PROVED


def test_what_is_no_theorem_is_bad_input(prover: Prover) -> None:
    with pytest.raises(BadInput, match="not a declaration"):
        prover.prove("2 + 2 = 4")
    with pytest.raises(BadInput, match="statement:2"):
        prover.prove("theorem t : 2 +")


def test_a_script_of_one_line() -> None:
    script = "from prover import prove; print(prove('theorem t : 1 + 1 = 2').proof)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("theorem t : 1 + 1 = 2 := by")


def test_the_module_of_that_name_does_not_hide_the_function() -> None:
    import_module("prover.pipeline")
    assert callable(import_module("prover").prove)


class Decide:
    """A policy of somebody else."""

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        return [[Proposal("decide", -0.5)][:k] for _ in states]


def test_parts_may_be_objects(launch: LaunchFactory) -> None:
    with Prover(policy=Decide(), search=AStar(), timeout=30, workers=1, launch=launch) as prover:
        result = prover.prove("theorem t : 2 + 2 = 4")
    assert result.tactics == ("decide",)
