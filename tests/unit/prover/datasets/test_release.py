"""What is taught by a release is what is taught by the collection that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_env.errors import BadInput
from lean_env.types import Goal, Hypothesis
from prover.datasets.formats.export import export
from prover.datasets.formats.printed_goals import parse_printed_goals
from prover.datasets.records import Search
from prover.datasets.sources import digest, splits
from prover.datasets.sources import searches as searches_in
from prover.datasets.store import SearchStore
from prover.training.examples import TrainingExample
from prover.training.targets import AnalyzedSearch, no_leaf_value, policy_examples, process_examples
from prover.types import TheoremStatus
from tests.support.searches import MANIFEST, search_of


@pytest.fixture
def collection(folder: Path, searches: Sequence[Search]) -> Path:
    store = SearchStore(folder)
    for search in searches:
        store.append(search)
    store.append(replace(searches[0], id="of another split", split="test"))
    store.seal()
    return folder


def training_data(searches: Iterable[Search]) -> dict[str, list[object]]:
    """All that the trainings see of them, by kind."""
    tried = [AnalyzedSearch.of(search) for search in searches]
    process = [
        example
        for t in tried
        for example in process_examples(t, 32.0, no_leaf_value, most=500, rng=Random(0))
    ]
    return {"policy": plain(policy_examples(tried)), "process": plain(process)}


def plain(examples: Iterable[TrainingExample]) -> list[object]:
    return sorted(
        (
            example.theorem,
            example.state.text,
            example.depth,
            example.value or 0.0,
            sorted((t.tactic, t.weight, t.cost or 0.0, t.share) for t in example.tactics),
        )
        for example in examples
    )


def test_a_release_teaches_what_its_collection_does(
    collection: Path, searches: list[Search], tmp_path: Path
) -> None:
    export(collection, "hf", tmp_path / "release")
    found = list(searches_in(tmp_path / "release"))
    assert [s.id for s in found] == [s.id for s in searches]
    expected, actual = training_data(searches), training_data(found)
    assert len(expected["policy"]) >= sum(bool(s.proof) for s in searches) > 0
    assert len(expected["process"]) > len(expected["policy"])
    assert actual == expected
    assert [s.proof for s in found] == [s.proof for s in searches]
    assert [s.states[0].text for s in found] == [s.states[0].text for s in searches]
    assert splits(tmp_path / "release") == {"train"}
    assert splits(collection) == {"train", "test"}


def released(searches: Sequence[Search], folder: Path) -> list[Search]:
    (folder / "data").mkdir(parents=True)
    MANIFEST.write(folder / "data")
    store = SearchStore(folder / "data")
    for search in searches:
        store.append(search)
    export(folder / "data", "hf", folder / "release")
    return list(searches_in(folder / "release"))


def test_rows_of_equal_states_count_for_all_theorems(tmp_path: Path) -> None:
    """The export has them once, of the theorem that was first."""
    first, same = (search_of(n, {0: [None, (1,)], 1: [None, ()]}) for n in ("first", "same"))
    more = search_of("more", {0: [None, (1,), None], 1: [None, ()]})
    found = released([first, same, more], tmp_path)
    assert [(s.id, len(s.edges), s.status) for s in found] == [
        ("first", 5, TheoremStatus.PROVED),
        ("more", 5, TheoremStatus.PROVED),
    ], "no row is left of the one that had nothing of its own"


def test_a_digest_is_of_the_rows(collection: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export(collection, "hf", tmp_path / name)
    assert digest(tmp_path / "a") == digest(tmp_path / "b") != digest(collection)


@pytest.mark.parametrize("damage", ["no train split", "damaged", "other columns"])
def test_a_bad_release_is_one_message(collection: Path, tmp_path: Path, damage: str) -> None:
    release = tmp_path / "release"
    export(collection, "hf", release)
    if damage == "no train split":
        (release / "tactics" / "train.parquet").unlink()
    elif damage == "damaged":
        (release / "tactics" / "train.parquet").write_bytes(b"PAR1")
    else:
        (release / "tactics" / "train.parquet").write_bytes(
            (release / "proofs" / "train.parquet").read_bytes()
        )
    with pytest.raises(BadInput, match=r"no such file|cannot be read"):
        list(searches_in(release))


NAMES = st.text("abcxyz₁✝", min_size=1, max_size=3)
TEXTS = st.text("abc :=∀{}(),\n→", min_size=1, max_size=20).filter(
    lambda text: "\n\n" not in text and "\n" not in (text[0], text[-1])
)


@given(
    st.lists(
        st.builds(
            Goal,
            TEXTS,
            st.lists(st.builds(Hypothesis, NAMES, TEXTS), max_size=3).map(tuple),
            st.sampled_from(["", "succ", "h.left"]),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_printed_goals_print_the_same(goals: list[Goal]) -> None:
    text = "\n\n".join(goal.text for goal in goals)
    found = parse_printed_goals(text)
    assert "\n\n".join(goal.text for goal in found) == text
    assert [goal.target for goal in found] == [goal.target for goal in goals]


def test_what_is_no_state_is_refused() -> None:
    with pytest.raises(ValueError, match="not a printed state"):
        parse_printed_goals("a : Nat")
