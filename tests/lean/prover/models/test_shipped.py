"""The model that comes along: the default where there is one, and nobody waits for it in vain."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from threading import enumerate as threads

import pytest

from lean_env.errors import BadInput
from lean_env.types import Goal, Hypothesis, Origin, ProofState
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.models import shipped
from prover.models.background import NAME, BackgroundLoad, any_load_running
from prover.models.checkpoint import save
from prover.models.inference import InferenceConfig, ProofModel, from_checkpoint
from prover.policies.lazy import LazyPolicy
from prover.policies.learned import LearnedPolicy
from prover.policies.mixture import Mixture
from prover.policies.portfolio import Portfolio
from prover.values.lazy import UNKNOWN, LazyScorer, LazyValue
from prover.values.learned import LearnedScorer, LearnedValue
from tests.support.command_line import EASY, HARD
from tests.support.synthetic import THEOREM
from tests.support.tiny_model import STATES, TACTICS, tiny


def tiny_model() -> ProofModel:
    return ProofModel(from_checkpoint(tiny()), InferenceConfig(samples=4), "tiny")


def late(loading: BackgroundLoad[ProofModel]) -> LazyPolicy:
    return LazyPolicy([(Portfolio(), 1.0)], [(loading, lambda model: (LearnedPolicy(model), 1.0))])


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "weights"
    model = tiny()
    save(replace(model, lineage=[*model.lineage, {"promoted": True}]), folder)
    return folder


@pytest.fixture
def shipping(weights: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(shipped, "FOLDER", weights)
    shipped.shared_load.cache_clear()
    yield weights
    shipped.shared_load.cache_clear()


@pytest.mark.usefixtures("shipping")
def test_the_default_is_the_portfolio_with_the_model_if_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named(settings: Settings) -> tuple[str, str, str]:
        return settings.search, settings.policy, settings.value

    assert named(Settings()) == ("qstar", "portfolio,lemmas", "shipped")
    assert named(Settings(policy="portfolio")) == ("bestfirst", "portfolio", "constant")
    assert named(Settings(search="astar")) == ("astar", "portfolio,lemmas", "shipped")
    assert named(Settings(value="size")) == ("qstar", "portfolio,lemmas", "size")
    assert isinstance(Settings(policy="portfolio").make_policy(), Portfolio)
    assert Settings().recorded == Settings(wait_for_model=True, workers=3).recorded
    before = Settings().recorded["weights"]
    save(tiny(1), tmp_path / "not promoted")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "not promoted")
    now = Settings(policy="shipped").recorded["weights"]
    elsewhere = Settings(policy=f"model:{shipped.FOLDER}").recorded["weights"]
    assert now == elsewhere
    assert [len(before), len(now)] == [1, 1]
    assert before != now
    both = Settings(policy="portfolio", value=f"shipped, learned:{tmp_path}").recorded["weights"]
    assert len(both) == 2
    assert Settings(policy="portfolio").recorded["weights"] == []
    assert shipped.is_available()
    assert named(Settings()) == ("bestfirst", "portfolio,lemmas", "constant")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    assert named(Settings()) == ("bestfirst", "portfolio,lemmas", "constant")
    with pytest.raises(BadInput, match="holds no model"):
        Settings(policy="shipped").make_policy()


@pytest.mark.usefixtures("shipping")
async def test_who_waits_has_the_model_at_once() -> None:
    settings = Settings(policy="portfolio,shipped", value="shipped", wait_for_model=True)
    policy, guide = settings.make_policy(), settings.make_guide()
    assert isinstance(policy, Mixture)
    assert isinstance(guide.value, LearnedValue)
    (mixed,) = await policy.propose(STATES[:1], 500)
    assert {p.source for p in mixed} > {"model.weights"}
    assert isinstance(Settings(wait_for_model=True).make_guide().scorer, LearnedScorer)
    assert isinstance(Settings().make_guide().scorer, LazyScorer)
    assert isinstance(Settings(policy="shipped", value="shipped").make_guide().value, LearnedValue)


CHILD = ProofState("4", THEOREM, (Goal("False"),), Origin(STATES[0], "skip", 0))


def loaded_by() -> None:
    """Wait for the thread that loads."""
    for thread in threads():
        if thread.name == NAME:
            thread.join()


async def test_the_portfolio_alone_answers_until_the_model_is_loaded() -> None:
    may_load, begun = Event(), Event()
    model = tiny_model()

    def load() -> ProofModel:
        begun.set()
        may_load.wait()
        return model

    loading = BackgroundLoad(load)
    policy, value, scorer = (
        late(loading),
        LazyValue(loading),
        LazyScorer(loading),
    )
    alone = await Mixture([(Portfolio(), 1.0)]).propose([*STATES, CHILD], 20)
    assert await policy.propose(STATES, 20) == alone[:-1]
    assert not begun.is_set() and not any_load_running(), (
        "the first tactics of a theorem need no model"
    )
    assert await policy.propose([CHILD], 20) == alone[-1:]
    assert begun.wait(60)
    assert any_load_running()
    assert await value.cost_to_go(STATES) == [UNKNOWN] * 3
    assert await scorer.score(STATES[0], TACTICS) == [UNKNOWN] * 4

    may_load.set()
    loaded_by()
    assert not any_load_running()
    (mixed,) = await policy.propose([CHILD], 500)
    assert any(p.source == "model.tiny" for p in mixed)
    assert await value.cost_to_go(STATES) == await LearnedValue(model).cost_to_go(STATES)
    assert UNKNOWN not in await scorer.score(STATES[0], TACTICS)


async def test_a_theorem_that_comes_back_for_more_needs_the_model() -> None:
    loading = BackgroundLoad(lambda: tiny_model())
    policy = late(loading)
    await policy.propose(STATES[:1], 64)
    assert loading.result() is None
    await policy.propose(STATES[:1], 128)
    loaded_by()
    assert loading.result() is not None


async def test_who_no_longer_waits_for_the_model_does_not_keep_it_from_loading() -> None:
    may_load, begun = Event(), Event()

    def load() -> ProofModel:
        begun.set()
        may_load.wait()
        return tiny_model()

    loading = BackgroundLoad(load)
    policy = late(loading)
    await policy.propose(STATES[:1], 64)
    waits = asyncio.create_task(policy.propose(STATES[:1], 128))
    assert await asyncio.to_thread(begun.wait, 60)
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
    may_load.set()
    (mixed,) = await policy.propose(STATES[:1], 128)
    assert any(p.source == "model.tiny" for p in mixed)


async def test_a_search_that_goes_on_needs_the_model_to_judge() -> None:
    below = ProofState("5", THEOREM, (Goal("False"),), Origin(CHILD, "skip", 0))

    def fresh() -> BackgroundLoad[ProofModel]:
        return BackgroundLoad(lambda: tiny_model())

    def begun(loading: BackgroundLoad[ProofModel]) -> bool:
        loaded_by()
        return loading.result() is not None

    loading = fresh()
    await LazyScorer(loading).score(STATES[0], TACTICS)
    await LazyValue(loading).cost_to_go([*STATES, CHILD])
    assert not begun(loading)
    await LazyScorer(loading).score(CHILD, TACTICS)
    assert begun(loading)
    loading = fresh()
    await LazyValue(loading).cost_to_go([below])
    assert begun(loading)


@pytest.mark.usefixtures("shipping")
async def test_what_keeps_it_from_loading_is_said() -> None:
    def load() -> ProofModel:
        raise BadInput("weights holds no model")

    loading = BackgroundLoad(load)
    policy = late(loading)
    loading.begin()
    loaded_by()
    with pytest.raises(BadInput, match="holds no model"):
        await policy.propose([CHILD], 1)


PROVE = """
import sys
from pathlib import Path
from threading import Event
from prover.models import shipped
from prover.cli import main

def load_model():
    print("loading", file=sys.stderr, flush=True)
    Event().wait()

shipped.FOLDER, shipped.load_model = Path({weights!r}), load_model
sys.argv = ["qstar", {arguments}]
try:
    main()
finally:
    print("torch is", "there" if "torch" in sys.modules else "not there", file=sys.stderr)
"""


def qstar(weights: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """With a model in the package that never comes to be loaded."""
    code = PROVE.format(weights=str(weights), arguments=", ".join(map(repr, arguments)))
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )


def test_easy_theorems_come_without_torch(weights: Path, launch: LaunchFactory) -> None:
    launch(("Init",))
    done = qstar(weights, "prove", EASY)
    assert done.returncode == 0, done.stderr
    assert "torch is not there" in done.stderr
    assert "loading" not in done.stderr


def test_a_process_ends_whatever_still_loads(weights: Path, launch: LaunchFactory) -> None:
    launch(("Init",))
    done = qstar(weights, "prove", HARD, "--max-lean-calls", "90")
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("loading") == 1
    assert done.stdout.startswith("hard: not proved")


def test_doctor_names_it(weights: Path) -> None:
    done = qstar(weights, "doctor")
    assert f"shipped model  {weights}, " in done.stdout


async def test_what_comes_along_was_promoted_and_knows_some_arithmetic() -> None:
    assert shipped.is_promoted()
    target = Goal("a + b + 3 = b + 3 + a", (Hypothesis("a", "Nat"), Hypothesis("b", "Nat")))
    state = ProofState("0", THEOREM, (target,))
    tactics = ["constructor", "exfalso", "grind", "apply Classical.byContradiction; intro h"]
    q = await LearnedScorer(shipped.load_model()).score(state, tactics)
    assert q[2] == min(q) < 8
    [easy, false] = await LearnedValue(shipped.load_model()).cost_to_go(
        [state, ProofState("1", THEOREM, (Goal("False"),))]
    )
    assert easy < false
