"""Whether elaborating a statement may run code that comes with it.

A header's metaprograms run in the trusted process.  They belong to the statement, as its notation
does; but they must not reach what that process decides on other statements.
"""

from __future__ import annotations

import re

_IMPORT = re.compile(r"^\s*(?:public\s+|meta\s+)*import\b[^\n]*$", re.MULTILINE)

_RUNS_CODE = re.compile(
    r"macro|elab|simproc|run_|initialize|eval|guard|native|unsafe|implemented_by|extern|csimp|IO\b"
    r"|\b(?:open|namespace|export)\b[^\n]*\bLean\b"
    r"|\bLean\.(?:Elab|Meta|Parser|PrettyPrinter|Macro|Syntax|Environment)\b"
)
"""Commands that run code or declare some that Lean will call, and the types of the latter.

Words in comments and names count too: a match costs no more than a new process."""


def code_of(header: str, statement: str = "") -> str:
    """The part of a header and a statement whose code Lean may run; empty if there is none."""
    if may_run_code(statement):
        return f"{header}\n{statement}"
    return header if may_run_code(header) else ""


def may_run_code(text: str) -> bool:
    """Check whether Lean may run code of `text` when it elaborates it; if in doubt, it may."""
    return bool(_RUNS_CODE.search(_IMPORT.sub("", text)))
