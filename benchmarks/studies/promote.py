"""Ship a trained model if it proves more than the current prover.

    python -m benchmarks.studies.promote MODEL BEFORE CANDIDATE [--out prover/weights]

BEFORE and CANDIDATE are collections of the same statements with equal limits, without the model and
with it, of a split that is never trained on.  The decision is that of `qstar loop`; the figures go
into the model card.  Exit code: 0 shipped, 1 not better, 2 bad input.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from lean_env.errors import BadInput
from prover.datasets.sources import splits
from prover.datasets.store import read_data_manifest
from prover.expert_iteration.promotion import PromotionDecision, decide_promotion
from prover.models import checkpoint, shipped
from prover.models.folders import weights_digest
from prover.training.export import export

_OF_FOLDER = re.compile(r"\b(model|sample|learned):[^,]*")
"""A policy or value with its folder, which says nothing to others."""


def main() -> None:
    """Read the options, decide, and ship the model if it is better."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("model", type=Path)
    parser.add_argument("before", type=Path)
    parser.add_argument("candidate", type=Path)
    parser.add_argument("--out", type=Path, default=shipped.FOLDER)
    options = parser.parse_args()
    try:
        facts = comparison(options.before, options.candidate, options.model)
        verdict = decide_promotion(options.before, options.candidate)
        print(verdict.why)
        if not verdict.promoted:
            sys.exit(1)
        promote(options.model, facts, verdict, options.out)
    except BadInput as error:
        print(error, file=sys.stderr)
        sys.exit(2)


def comparison(before: Path, candidate: Path, model: Path) -> dict[str, Any]:
    """Describe what is compared.

    Args:
        before: The collection without the model.
        candidate: The collection with the model.
        model: The model's folder.

    Returns:
        Facts for the model card.

    Raises:
        BadInput: The collections cannot be compared, or the candidate was not made with this model.
    """
    first, second = read_data_manifest(before).settings, read_data_manifest(candidate).settings
    for name in ("suite", "theorems", "shard", "lean_calls", "seconds", "lean"):
        if first.get(name) != second.get(name):
            raise BadInput(f"not the same {name} as in {before}", where=str(candidate))
    if weights_digest(model) not in second.get("weights", []):
        raise BadInput(f"was not made with {model}", where=str(candidate))
    found = splits(candidate)
    if found not in ({"valid"}, {"test"}):
        raise BadInput("of a split that may have been trained on", where=str(candidate))
    return {
        "measured on": f"{second['suite']['name']}, {found.pop()}",
        "lean calls": second["lean_calls"],
        "search": second["search"],
        "against": _OF_FOLDER.sub(r"\1", f"{first['search']}, {first['policy']}, {first['value']}"),
    }


def promote(model: Path, facts: dict[str, Any], verdict: PromotionDecision, out: Path) -> None:
    """Save the model among the shipped ones, with the figures of the decision.

    The weights are stored in half precision, half the size of what was measured.

    Args:
        model: The model's folder.
        facts: What was compared.
        verdict: The decision with its figures.
        out: Where the model is saved.
    """
    found = checkpoint.load(model, device="cpu")
    found.network.decoder.half()
    checkpoint.save(replace(found, lineage=[*found.lineage, facts | verdict.row()]), out)
    export(out)
    for file in out.iterdir():
        file.chmod(0o644)


if __name__ == "__main__":
    main()
