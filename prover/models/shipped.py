"""The model weights that are shipped in the package, if there are any."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prover.models.background import BackgroundLoad
from prover.models.folders import SETTINGS_FILE

if TYPE_CHECKING:
    from prover.models.inference import ProofModel

FOLDER = Path(__file__).resolve().parent.parent / "weights"


def is_available() -> bool:
    """Check whether the package contains weights."""
    return (FOLDER / SETTINGS_FILE).is_file()


def is_promoted() -> bool:
    """Check whether `qstar loop` promoted the shipped model over the incumbent."""
    if not is_available():
        return False
    lineage = json.loads((FOLDER / SETTINGS_FILE).read_text("utf-8"))["lineage"]
    return any(step.get("promoted", False) for step in lineage)


def load_model() -> ProofModel:
    """Load the shipped model, which takes seconds the first time.

    Raises:
        BadInput: There is no shipped model.
    """
    from prover.models.inference import InferenceConfig, ProofModel

    return ProofModel.shared(FOLDER, InferenceConfig())


@cache
def shared_load() -> BackgroundLoad[ProofModel]:
    """Return the process-wide background load, so that policy, value and scorer share a model."""
    return BackgroundLoad(load_model)
