"""A whole file, through a program that elaborates commands: which declarations have a `sorry`.

The REPL does not say where commands begin.  So a file is cut before the lines that begin a command
in the first column, and each piece is elaborated after the one before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lean_env.errors import InvalidHeader
from lean_env.repl.answers import CommandReply
from lean_env.repl.statement import keyword_and_name, split_imports, without_comments
from lean_env.wire.protocol import DeclarationRecord, ScanAnswer, SorryRecord

if TYPE_CHECKING:
    from lean_env.repl.client import ReplClient

_COMMAND = re.compile(
    r"""^(?:@\[ | (?:
    theorem|lemma|example|def|abbrev|instance|structure|inductive|class|opaque|axiom|mutual
    |namespace|section|end|open|export|variable|variables|universe|set_option|attribute|deriving
    |private|protected|public|noncomputable|partial|unsafe|nonrec|meta|scoped|local|irreducible_def
    |macro|macro_rules|syntax|notation|infix|infixl|infixr|prefix|postfix|elab|elab_rules
    |declare_syntax_cat|initialize|builtin_initialize|register_simp_attr|include|omit|alias|run_cmd
    |\#\w+
    )\b)""",
    re.VERBOSE | re.MULTILINE,
)
_CONTINUED = re.compile(
    r"(?:@\[[^\]]*\]|\bin|\b(?:private|protected|public|noncomputable|partial|unsafe|nonrec|meta|scoped|local))\s*\Z"
)
_SORRY = re.compile(r"(?<![\w.'])sorry(?![\w'])")
_DEFINITIONS = ("def", "abbrev", "instance", "opaque")


def split_commands(text: str) -> list[tuple[int, int]]:
    """Cut a text before each line that begins a command.

    Args:
        text: Lean source without imports.

    Returns:
        Where the pieces start and end, in code points; they cover the whole text.  Attributes and
        modifiers on lines of their own stay with their declaration, and `mutual … end` together.
    """
    code = without_comments(text)
    cuts = [0]
    mutual = False
    for found in _COMMAND.finditer(code):
        if mutual:
            mutual = not re.match(r"end\b", found[0])
            continue
        if not _CONTINUED.search(code[cuts[-1] : found.start()].rstrip()):
            cuts.append(_with_docstring(text, code, cuts[-1], found.start()))
        mutual = found[0] == "mutual"
    cuts = sorted(set(cuts))
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _with_docstring(text: str, code: str, after: int, start: int) -> int:
    """Where a declaration starts with the docstring above it."""
    comment = text.rfind("/--", after, start)
    if comment >= 0 and not code[comment:start].strip():
        return comment
    return start


async def scan_file(client: ReplClient, source: str) -> ScanAnswer:
    """Elaborate a file piece by piece, and remember the environment after each.

    Args:
        client: Elaborates.
        source: The text of the file.

    Returns:
        The theorems, and the declarations with a `sorry`, in the order of the file.

    Raises:
        InvalidHeader: The file has errors.
    """
    imports, rest = split_imports(source)
    env = await client.open(imports)
    client.know(imports, env)
    records: list[SorryRecord] = []
    theorems: list[DeclarationRecord] = []
    for start, stop in split_commands(rest):
        piece = rest[start:stop]
        above = imports + rest[:start]
        if not without_comments(piece).strip():
            client.know(above + piece, env)
            continue
        reply = await client.command(piece, env)
        if error := reply.error:
            line, column = error.start
            place = above.count("\n") + line
            raise InvalidHeader(error.text, where="header", line=place, column=column)
        env = client.know(above + piece, reply.env)
        record = _record(above, piece, reply)
        if record and (record.sorries or reply.sorries):
            records.append(record)
        theorems += [d for d in (record.declares if record else ()) if d.kind == "theorem"]
    return ScanAnswer(tuple(records), tuple(theorems))


def _record(above: str, piece: str, reply: CommandReply) -> SorryRecord | None:
    """A piece as a declaration; None if it declares nothing."""
    code = without_comments(piece)
    keyword, name = keyword_and_name(piece)
    if not keyword and not reply.sorries:
        return None
    start = len(code) - len(code.lstrip())
    stop = len(code.rstrip())
    if (docstring := piece.find("/--")) >= 0 and docstring < start:
        start = docstring
    line = above.count("\n") + piece[:start].count("\n") + 1
    is_theorem = keyword in ("theorem", "lemma", "example")
    kind = "theorem" if is_theorem else "definition" if keyword in _DEFINITIONS else "other"
    declares = (DeclarationRecord(tuple(name.split(".")), name, line, kind),) if name else ()
    return SorryRecord(
        len(above) + start,
        len(above) + stop,
        line,
        piece[start:stop],
        len(_SORRY.findall(code)),
        declares,
    )
