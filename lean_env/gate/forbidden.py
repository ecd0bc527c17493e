"""What a tactic may not contain, because no proof needs it.

A convenience: it answers without Lean, and says why.  That a proof is one is for the gate to say
(`lean_env.gate.verifier`), which does not rely on this.
"""

from __future__ import annotations

import re

_WORDS = (  # tactics, terms and commands
    "sorry|admit|native_decide|bv_decide|bv_check|run_tac|run_cmd|run_elab|run_meta|by_elab|"
    "include_str|unsafe|axiom|initialize|builtin_initialize"
)

_NAMES = (  # constants and attributes, also as a part of a longer name
    "sorryAx|ofReduceBool|ofReduceNat|reduceBool|reduceNat|trustCompiler|lcProof|lcUnreachable|"
    "unsafeCast|addDeclWithoutChecking|implemented_by|extern|csimp"
)

_OPTIONS = "debug|bootstrap|compiler|interpreter|internal|experimental|Elab"

_NOT_BEFORE, _NOT_AFTER = r"(?<![\w'!?])", r"(?![\w'!?])"

_FORBIDDEN = re.compile(
    rf"""
      {_NOT_BEFORE}(?<![.«])({_WORDS}){_NOT_AFTER}
    | {_NOT_BEFORE}«?({_NAMES})»?{_NOT_AFTER}
    | {_NOT_BEFORE}(set_option\s+«?(?:{_OPTIONS})»?\.[\w.]*)
    | (\+\s*native){_NOT_AFTER}
    | {_NOT_BEFORE}(native\s*:=\s*true)
    | (?:^|[;(·\n]|=>|<;>|{_NOT_BEFORE}by\s)\s*(stop){_NOT_AFTER}(?!\s*:=)  # short for sorry
    | (?<!\w)(\#(?!v\[)[a-zA-Z]\w*)
    """,
    re.VERBOSE,
)

_NO_CODE = re.compile(
    r"""
      (?P<line>--[^\n]*)
    | (?P<block>/-)
    | (?P<raw>r(?P<hashes>\#*)".*?"(?P=hashes))
    | (?P<interpolated>\w+!"(?:\\.|[^"\\])*")
    | (?P<string>"(?:\\.|[^"\\])*")
    | (?P<char>'(?:\\'|\\[^']+|[^'\\])')
    | (?P<name>\w[\w'!?]*)  # may end in what looks like the start of a character
    """,
    re.VERBOSE | re.DOTALL,
)


def first_forbidden(text: str) -> str | None:
    """Find the first construct of a proof text that no proof needs.

    Args:
        text: The proof text.  Comments and string literals are ignored, code in interpolated
        strings is
            not.

    Returns:
        The construct as it is written; None if there is none.
    """
    if not _FORBIDDEN.search(text):
        return None
    match = _FORBIDDEN.search(_code(text))
    return match and match[match.lastindex or 0]


def _code(text: str) -> str:
    """`text` with a space in place of each comment and literal."""
    kept: list[str] = []
    at = 0
    while match := _NO_CODE.search(text, at):
        kept.append(text[at : match.start()])
        at = match.end()
        if match.lastgroup == "name":
            kept.append(match.group())
        elif match.lastgroup == "block":
            at = _end_of_comment(text, at)
            kept.append(" ")
        elif match.lastgroup == "interpolated":
            kept.append(" ".join(["", *re.findall(r"{([^{}]*)}", match.group()), ""]))
        else:
            kept.append(" ")
    return "".join([*kept, text[at:]])


def _end_of_comment(text: str, at: int) -> int:
    """Where the block comment ends inside which `at` is; block comments nest."""
    depth = 1
    for match in re.compile("/-|-/").finditer(text, at):
        depth += 1 if match.group() == "/-" else -1
        if not depth:
            return match.end()
    return len(text)
