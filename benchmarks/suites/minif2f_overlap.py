"""Which statements are miniF2F's: what is evaluated on must not be trained on.

`minif2f.digests` has a hash of each statement of three variants of miniF2F (core translation,
DeepSeek-Prover-V1.5, Goedel-Prover-V2; both splits), not the statements themselves.
`tools/minif2f_digests.py` wrote it.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

_NOTATION = str.maketrans(
    {"ℕ": "Nat", "ℤ": "Int", "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4"}
)
_BINDERS = re.compile(r"[({\[]([^(){}\[\]:]+):|[∀∃λ∑∏]([^∀∃λ:,]+)[:,]")
_NAME = re.compile(r"[^\W\d][\w']*")
_REDUNDANT = re.compile(r"[()\s]|(?<=\d):(?:Nat|Int)(?!\w)|\^1(?!\d)|(?<![\d.])1\*|\+0(?!\d)")


def in_minif2f(statement: str) -> bool:
    """Whether a statement equals one of miniF2F up to names and notation."""
    return digest(statement) in _digests()


def digest(statement: str) -> str:
    """Hash a normalized statement; the first 16 hexadecimal digits of its SHA-256."""
    return sha256(normalize(statement).encode()).hexdigest()[:16]


def normalize(statement: str) -> str:
    """Remove from a theorem its name, its proof and whatever only notation decides.

    That is spaces, parentheses, `^ 1`, `1 *`, `+ 0`, and the names of variables and hypotheses.

    Args:
        statement: Lean source of a theorem.

    Returns:
        Text that is equal for theorems that differ in nothing else.
    """
    text = re.sub(r"\A.*^\s*theorem\s+\S+", "", statement, flags=re.DOTALL | re.MULTILINE)
    text = text.split(":=")[0].translate(_NOTATION)
    names = [n for found in _BINDERS.findall(text) for part in found for n in _NAME.findall(part)]
    number = {name: f"«{i}»" for i, name in enumerate(dict.fromkeys(names))}
    text = _NAME.sub(lambda found: number.get(found[0], found[0]), text)
    while (less := _REDUNDANT.sub("", text)) != text:
        text = less
    return text


@cache
def _digests() -> frozenset[str]:
    text = files("benchmarks.suites").joinpath("minif2f.digests").read_text("ascii")
    return frozenset(text.split())
