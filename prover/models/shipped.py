"""The model that comes with the package, if one does."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from prover.models.background import BackgroundLoad
from prover.models.folders import SETTINGS_FILE, model_folder

if TYPE_CHECKING:
    from prover.models.inference import ProofModel

FOLDER = Path(__file__).resolve().parent.parent / "weights"


def is_available() -> bool:
    return (FOLDER / SETTINGS_FILE).is_file()


def is_promoted() -> bool:
    """Whether it was seen to prove more than what stood before, as `qstar loop` decides that."""
    if not is_available():
        return False
    lineage = json.loads((FOLDER / SETTINGS_FILE).read_text("utf-8"))["lineage"]
    return any(step.get("promoted", False) for step in lineage)


def weights_digest(folder: Path) -> str:
    """A hash of a model's weights, wherever its folder lies and whatever its card says."""
    found = sha256()
    for file in sorted(model_folder(folder).glob("*.safetensors")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def load_model() -> ProofModel:
    """Takes seconds the first time.  Raises `BadInput` when there is none."""
    from prover.models.inference import InferenceConfig, ProofModel

    return ProofModel.shared(FOLDER, InferenceConfig())


@cache
def shared_load() -> BackgroundLoad[ProofModel]:
    """The same for all who ask: one model for policy, value and step scorer."""
    return BackgroundLoad(load_model)
