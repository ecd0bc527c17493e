"""Reading a Lean file within a time limit, and finding the command that is too much for Lean."""

from __future__ import annotations

import asyncio
import re
from typing import Protocol

from lean_env.errors import InvalidHeader, LeanCrash, LeanOutOfMemory, LeanTimeout
from lean_env.wire.protocol import ScanAnswer
from prover.problems.source import IMPORT, without_comments

TOO_MUCH = (TimeoutError, LeanTimeout, LeanCrash, LeanOutOfMemory)
"""How a text shows that it is too much for Lean; other ends of a process may be chance."""

SEARCH_SECONDS = 20.0
"""The least time for finding the command; Lean is restarted after each attempt that fails."""

PROBE_SHARE, PROBE_SECONDS = 0.2, 2.0
"""What a beginning of the file gets then: a part of the time limit, and at least so much."""

_COMMAND = re.compile(r"^[^\s}\])|·]", re.MULTILINE)


class Scanner(Protocol):
    """The part of `lean_env.pool.LeanPool` that reads files."""

    async def scan(self, source: str) -> ScanAnswer:
        """Elaborate the text of a file and list its declarations."""
        ...


async def scan_within(scanner: Scanner, source: str, seconds: float | None) -> ScanAnswer:
    """Read a file.

    Args:
        scanner: Reads it.
        source: The text of the file.
        seconds: What reading may take once Lean has its imports; None for no limit.

    Returns:
        Its theorems, and its declarations with a `sorry`.

    Raises:
        InvalidHeader: The file has errors, or one of its commands does not end in time, needs too
            much memory or makes Lean crash; with its line.
    """
    imports = "\n".join(found[0] for found in IMPORT.finditer(without_comments(source)))
    try:
        return await _scan(scanner, imports, source, seconds)
    except TOO_MUCH as error:
        line, last = await _culprit(scanner, imports, source, seconds or 300.0)
        where = "" if line == last else f" (a command between lines {line} and {last})"
        raise InvalidHeader(
            f"{_what(error, seconds)}{where}",
            line=line,
            remedy="Take it out of the file, make it smaller, or give more time with --timeout.",
        ) from error


def _what(error: BaseException, seconds: float | None) -> str:
    if isinstance(error, LeanOutOfMemory):
        return "too much for Lean: it reached its memory limit"
    if isinstance(error, LeanCrash):
        return "too much for Lean: it crashed"
    limit = f" in {seconds:g} s" if seconds else " in time"
    return f"Lean does not come to the end of this{limit}"


async def _scan(scanner: Scanner, imports: str, source: str, seconds: float | None) -> ScanAnswer:
    await scanner.scan(imports)  # starting Lean, and building what it imports, is not the file's
    return await asyncio.wait_for(scanner.scan(source), seconds)


async def _culprit(scanner: Scanner, imports: str, source: str, seconds: float) -> tuple[int, int]:
    """Find the first command that Lean does not finish, by bisection, in limited time.

    Returns:
        The first and the last line between which it begins.
    """
    code = without_comments(source)
    starts = [match.start() for match in _COMMAND.finditer(code)] or [0]
    good, bad = 0, len(starts)  # so many commands are read; are not read
    try:
        async with asyncio.timeout(max(seconds, SEARCH_SECONDS)):
            while bad - good > 1:
                middle = (good + bad) // 2
                if await _reads(scanner, imports, source[: starts[middle]], seconds):
                    good = middle
                else:
                    bad = middle
    except TimeoutError:
        pass
    return _line(source, starts[good]), _line(source, starts[bad - 1])


async def _reads(scanner: Scanner, imports: str, beginning: str, seconds: float) -> bool:
    try:
        await _scan(scanner, imports, beginning, max(PROBE_SHARE * seconds, PROBE_SECONDS))
    except InvalidHeader:
        return True  # it has errors, but an end
    except TOO_MUCH:
        return False
    return True


def _line(source: str, place: int) -> int:
    return source.count("\n", 0, place) + 1
