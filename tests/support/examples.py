"""Training examples for tests of losses and of their batches."""

from __future__ import annotations

from prover.training.examples import TacticTarget, TrainingExample
from tests.support.tiny_model import STATES, TACTICS

CAP = 32.0
"""What a dead end costs."""

PREFERENCE = TrainingExample(
    state=STATES[0],
    theorem="t",
    value=2.0,
    tactics=(
        TacticTarget(
            tactic=TACTICS[0], cost=2.0, weight=1.0, preferred=True, children=(STATES[2],)
        ),
        TacticTarget(tactic=TACTICS[1], cost=CAP, dispreferred=True),
    ),
)
NOTHING = TrainingExample(state=STATES[1], theorem="t", tactics=(TacticTarget(tactic=TACTICS[1]),))
