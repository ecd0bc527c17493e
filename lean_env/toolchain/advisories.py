"""Known errors of Lean's own kernel that let it accept a proof of what is false.

Numbers are those of the pull requests at leanprover/lean4 that mend them.  Which release has a
mend, and what it mends, is taken from Lean's release notes (4.32.1 to 4.34.1).  Errors that were
mended before 4.32 are not listed: for most of them no list says in which releases they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(-.+)?")


class Reach(StrEnum):
    """What an attack takes, and so what the second kernel can do against it."""

    DECLARATIONS = "declarations"
    """Declarations alone: another process with the same kernel accepts them too."""

    PROCESS = "process"
    """A metaprogram in the process of the kernel that is deceived."""

    MEMORY = "memory"
    """Inputs of gigabytes, which corrupt the memory of Lean's runtime."""


@dataclass(frozen=True, slots=True)
class Advisory:
    """An error of Lean's kernel or of the runtime that it is built on.

    Attributes:
        number: The pull request that mends it.
        fixed_in: The first release that has the mend.
        what: What the kernel does wrong.
        reach: What an attack takes.
    """

    number: int
    fixed_in: str
    what: str
    reach: Reach


ADVISORIES = (
    Advisory(
        14498,
        "4.32.1",
        "values of opaque constants may contain free variables (issue 14484)",
        Reach.PROCESS,
    ),
    Advisory(
        14577,
        "4.32.2",
        "parameters of a nested inductive type are not type-checked (issue 14576)",
        Reach.DECLARATIONS,
    ),
    Advisory(14607, "4.33.0", "some free variables are not refused", Reach.PROCESS),
    Advisory(14609, "4.33.0", "an error in the module system", Reach.PROCESS),
    Advisory(
        14613,
        "4.33.0",
        "a type is a proposition only if its sort is written as `Prop`",
        Reach.DECLARATIONS,
    ),
    Advisory(
        14616,
        "4.33.0",
        "declarations may name the kernel's auxiliary types of nested inductive types",
        Reach.PROCESS,
    ),
    Advisory(
        14582,
        "4.33.1",
        "a type that is being declared may occur at other parameters or universe levels where no "
        "check looks",
        Reach.DECLARATIONS,
    ),
    Advisory(
        14806,
        "4.33.1",
        "whether two terms are equal depends on what was compared before",
        Reach.DECLARATIONS,
    ),
    Advisory(
        14807,
        "4.33.1",
        "a type whose sort is stuck counts as no proposition",
        Reach.DECLARATIONS,
    ),
    Advisory(
        14833, "4.33.1", "GMP before 6.3.0 computes some numerals wrongly", Reach.DECLARATIONS
    ),
    Advisory(14838, "4.33.1", "reference counts overflow", Reach.MEMORY),
    Advisory(14843, "4.33.1", "14807, for inductive types", Reach.DECLARATIONS),
    Advisory(
        15241, "4.34.1", "objects are freed after their reference count overflowed", Reach.MEMORY
    ),
    Advisory(15288, "4.34.1", "reference counts overflow between threads", Reach.MEMORY),
    Advisory(15289, "4.34.1", "references of shared subterms overflow", Reach.MEMORY),
)


def known_advisories(version: str) -> tuple[Advisory, ...]:
    """The advisories that apply to a version of Lean.

    Args:
        version: Like `4.28.0`, `v4.33.0-rc1` or `4.28.0-pre`.  What comes before a release counts
            as if it lacked what is new in it.

    Returns:
        All that are not mended; all there are for a version that cannot be read.
    """
    found = _parse(version)
    return tuple(a for a in ADVISORIES if found is None or found < _release(a.fixed_in))


def advisory_numbers(version: str) -> list[int]:
    """The numbers of the advisories that apply to a version of Lean."""
    return [advisory.number for advisory in known_advisories(version)]


_Version = tuple[int, int, int, bool]
"""The last part is whether it is a release."""


def _parse(version: str) -> _Version | None:
    match = _VERSION.fullmatch(version.strip())
    if match is None:
        return None
    major, minor, patch, suffix = match.groups()
    return int(major), int(minor), int(patch), suffix is None


def _release(version: str) -> _Version:
    parsed = _parse(version)
    if parsed is None:
        raise ValueError(version)
    return parsed
