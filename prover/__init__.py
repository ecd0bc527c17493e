"""A Lean 4 prover: a policy proposes tactics, a search decides which to run, Lean says what holds.

For example::

    from prover import prove

    prove("theorem t (a b : Nat) : a + b = b + a")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prover.api import Prover, prove, prove_async
    from prover.config import Settings
    from prover.result import SearchResult
    from prover.types import TheoremStatus

__all__ = ["Prover", "SearchResult", "Settings", "TheoremStatus", "prove", "prove_async"]

_LATE = {
    "Prover": "prover.api",
    "SearchResult": "prover.result",
    "Settings": "prover.config",
    "TheoremStatus": "prover.types",
    "prove": "prover.api",
    "prove_async": "prover.api",
}
"""Where each of them is; `import prover` alone imports none."""


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module 'prover' has no attribute '{name}'")
    return getattr(import_module(_LATE[name]), name)
