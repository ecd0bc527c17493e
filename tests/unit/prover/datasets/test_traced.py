"""A traced repository as examples: the proofs in it, those of the train split."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.suites.catalog import find_suite
from lean_env.errors import BadInput
from lean_env.wire.client import LaunchFactory
from prover.datasets.sources import digest, splits
from prover.datasets.sources import searches as searches_in
from prover.models.network import DecoderSize
from prover.runs.partition import split_of
from prover.training.fit import TrainingSchedule
from prover.training.targets import AnalyzedSearch, policy_examples
from prover.training.train import TrainingConfig, train
from prover.types import TheoremStatus
from tests.support.tracing import DONE, INDUCTION, PQ, SUCC, ZERO, P, Q, Tactic, Tracing
from tests.support.tracing import traced_repository as make

SIZE = DecoderSize(width=32, inner=64, layers=1, heads=2)
START = "n : Nat\n⊢ 0 + n = n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "small")


def examples(folder: Path) -> list[tuple[str, str]]:
    found = policy_examples(map(AnalyzedSearch.of, searches_in(folder)))
    return sorted((example.state.text, example.tactics[0].tactic) for example in found)


def test_tactics_are_taught_on_the_goals_that_they_were_run_on(root: Path) -> None:
    assert {split_of(name) for name in ("A.both", "A.zero_plus")} == {"train"}
    assert examples(root) == sorted(
        [
            (PQ, "constructor"),
            (P, "exact hp"),  # not the block around it
            (Q, "exact hq"),
            (START, INDUCTION),
            (ZERO, "rfl"),
            (SUCC, "omega"),
        ]
    )
    searches = {search.id: search for search in searches_in(root)}
    assert searches["A.both"].states[0].cost == 3.0
    assert {search.status for search in searches.values()} == {TheoremStatus.PROVED}
    assert {search.group for search in searches.values()} == {"A.both", "A.zero_plus"}
    assert splits(root) == {"train"}


def test_the_other_splits_are_not_taught(tmp_path: Path) -> None:
    """The suite poses them."""
    names = [f"t{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    text = "".join(f"theorem {name} : True := by\n  exact {name}.x\n" for name in names)
    file = Tracing(tmp_path, "A.lean", text)
    file.save(
        *(
            file.theorem(
                name,
                f"theorem {name} : True",
                f" := by\n  exact {name}.x",
                Tactic(f"exact {name}.x", f"{name} : Prop\n⊢ True"),
            )
            for name in names
        )
    )
    trained = {search.id for search in searches_in(tmp_path)}
    assert trained == {name for name in names if split_of(name) == "train"} != set(names)


def test_blocks_teach_nothing(tmp_path: Path) -> None:
    """Not with ASCII's bullet either, which may stand on a line of its own."""
    proof = "constructor\n  . exact hp\n  .\n    exact hq"
    statement = "theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q"
    file = Tracing(tmp_path, "A.lean", f"{statement} := by\n  {proof}\n")
    file.save(
        file.theorem(
            "both",
            statement,
            f" := by\n  {proof}",
            Tactic("constructor", PQ, f"{P}\n\n{Q}"),
            Tactic(". exact hp", f"{P}\n\n{Q}", Q, (Tactic("exact hp", P),)),
            Tactic(".\n    exact hq", Q, DONE, (Tactic("exact hq", Q),)),
        )
    )
    assert examples(tmp_path) == sorted([(PQ, "constructor"), (P, "exact hp"), (Q, "exact hq")])


async def test_a_name_of_two_files_makes_two_ids(tmp_path: Path, launch: LaunchFactory) -> None:
    for path in ("A.lean", "B.lean"):
        file = Tracing(tmp_path, path, "theorem both : True := by\n  trivial\n")
        steps = (Tactic("trivial", "⊢ True"),)
        file.save(file.theorem("both", "theorem both : True", " := by\n  trivial", *steps))
    assert split_of("both") == "train"
    ids = {search.id for search in searches_in(tmp_path)}
    assert ids == {"both", "both (2)"}
    suite = await find_suite(str(tmp_path), launch)
    assert ids == {entry.id for entry in suite.entries}


def test_a_model_is_trained_on_it(root: Path, tmp_path: Path) -> None:
    training = TrainingConfig(
        kind="policy", data=(root,), size=SIZE, schedule=TrainingSchedule(epochs=1)
    )
    report = train(training, tmp_path / "out")
    assert report["verified proofs"] == len(list(searches_in(root)))
    assert (tmp_path / "out" / "model").is_dir()


def test_the_digest_is_of_the_traces(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "copy")
    assert digest(tmp_path / "copy") == digest(root)
    (tmp_path / "copy" / ".lake" / "build" / "ir" / "Far.trace.xml").unlink()
    assert digest(tmp_path / "copy") != digest(root)


def test_bad_data_is_told(root: Path, tmp_path: Path) -> None:
    (root / "Far.lean").unlink()
    with pytest.raises(BadInput, match="the file that it traces"):
        list(searches_in(root))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="no proof data here") as caught:
        list(searches_in(tmp_path / "empty"))
    assert "`qstar data trace`" in caught.value.remedy
