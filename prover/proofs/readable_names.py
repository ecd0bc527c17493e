"""Names for variables and hypotheses, as Mathlib chooses them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence

from lean_env.types import Goal, Hypothesis

_NUMBERED = re.compile(r"(.+?)(?:_\d+)+")
_ALTERNATIVES = {
    "h": ("h'",),
    "ih": ("ih'",),
    "n": ("m", "k"),
    "m": ("n", "k"),
    "k": ("m", "n"),
    "i": ("j", "k"),
    "a": ("b", "c"),
    "b": ("c", "d"),
    "x": ("y", "z"),
    "y": ("z", "w"),
    "xs": ("ys", "zs"),
    "l": ("l'",),
}
_BY_TYPE = {"Nat": "n", "Int": "z", "Bool": "b", "List": "l", "Prop": "p", "Type": "α", "Fin": "i"}
_BY_FIELD = {"head": "x", "tail": "xs", "val": "x", "fst": "a", "snd": "b"}


def is_readable(name: str) -> bool:
    """Whether a name is one that a person may have chosen: not `h_1_2`, not `a✝`."""
    return not _NUMBERED.fullmatch(name) and "✝" not in name


def readable(name: str, taken: Container[str]) -> str:
    """A name like `name`, without a number that only makes it unique, that is not in `taken`."""
    match = _NUMBERED.fullmatch(name)
    return next(new for new in _like(match[1] if match else name) if new not in taken)


def _like(base: str) -> Iterator[str]:
    """`base` and others of its kind, the more usual ones first."""
    yield base
    yield from _ALTERNATIVES.get(base, (f"{base}'",))
    yield from _numbered(base)


def _numbered(base: str) -> Iterator[str]:
    for number in range(1, 10_000):
        yield base + "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))


LONGEST_FIELD = 4
"""Names of fields that are longer describe a structure, not a variable."""


def constructor_names(
    before: Goal, after: Goal, eliminated: str, *, only: bool, induction: bool
) -> list[str]:
    """Names for what a case of `cases` or `induction` brings.

    Args:
        before: The goal that is divided into cases.
        after: The goal of one case, in which what is new has no accessible name.
        eliminated: The variable that is replaced.
        only: Whether there is no other case.
        induction: Whether what a property says of a field of the same type is assumed.

    Returns:
        A name for each new hypothesis, in order.  The only field with the type of the variable, and
        the only field of the only case, take its name; an induction hypothesis is `ih`, and a
        property of a field `x` is `hx`.
    """
    unnamed = sum(not h.accessible for h in before.hypotheses)
    new = [h for h in after.hypotheses if not h.accessible][unnamed:]
    kinds = {h.name: h.type for h in before.hypotheses if h.accessible}
    data = [h for h in new if not h.is_prop]
    is_data = any(h.name == eliminated and not h.is_prop for h in before.hypotheses)
    structure = only and is_data and len(data) == 1
    same = data if structure else [h for h in data if h.type == kinds.get(eliminated)]
    variables = {h.name: eliminated if same == [h] else _variable(h) for h in data}
    recursive = [h.name for h in data if induction and h.type == kinds.get(eliminated)]
    bases = [variables.get(h.name) or _property(h, variables, kinds, recursive) for h in new]
    taken, names = {h.name for h in after.hypotheses if h.accessible}, list[str]()
    for base in bases:
        likes = _numbered(base) if bases.count(base) > 1 else _like(base)
        names.append(next(name for name in likes if name not in taken))
        taken.add(names[-1])
    return names


def _variable(h: Hypothesis) -> str:
    """How a field would be called if no name was taken."""
    own = re.sub(r"✝.*", "", h.name)
    if own in _BY_FIELD:
        return _BY_FIELD[own]
    if own and own not in ("a", "w") and not own.startswith("x") and len(own) <= LONGEST_FIELD:
        return own
    head = h.type.split(" ")[0].rpartition(".")[2]
    return _BY_TYPE.get(head) or (head[0].lower() if head[:1].isalpha() and len(head) > 1 else "x")


def _property(
    h: Hypothesis,
    variables: Mapping[str, str],
    kinds: Mapping[str, str],
    recursive: Sequence[str],
) -> str:
    """How a property would be called: `ih`, `hp` for a proposition `p`, `hx` of the only field."""
    assumed = any(field in h.type for field in recursive)
    if assumed or re.sub(r"✝.*", "", h.name).endswith("ih"):
        return "ih"
    if kinds.get(h.type) == "Prop":
        return f"h{h.type}"
    about = [name for field, name in variables.items() if field in h.type]
    return f"h{about[0]}" if len(variables) == 1 and about and len(about[0]) <= 2 else "h"
