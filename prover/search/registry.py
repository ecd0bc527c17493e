"""The search algorithms by name."""

from __future__ import annotations

from collections.abc import Callable

from prover.search.best_first import AStar, BestFirst, QStar
from prover.search.experimental.beam import Beam
from prover.search.experimental.best_of_n import BestOfN
from prover.search.experimental.mpc import MPC
from prover.search.experimental.rmax import RMaxTS
from prover.search.mcts import MCTS
from prover.search.race import Race
from prover.types import SearchAlgorithm

GUIDED = QStar(prior_weight=0.5)
"""Tried with shipped models, on valid splits alone (miniF2F core, library): priors of 0, 0.5, 1."""

SEARCHES: dict[str, Callable[[], SearchAlgorithm]] = {
    "bestfirst": BestFirst,
    "astar": AStar,
    "qstar": lambda: GUIDED,
    "mcts": MCTS,
    "rmax": RMaxTS,
    "beam": Beam,
    "bestofn": BestOfN,
    "mpc": MPC,
    "portfolio": lambda: Race(searches=(BestFirst(), GUIDED, RMaxTS())),
}
