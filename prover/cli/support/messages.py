"""What is said on stderr: complaints, notices and progress, as text or as JSON lines.

All of it goes through `logging`, and so does what the library logs.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import TextIO

OWN = "qstar"
"""The logger of the command line itself."""

QUIET, NORMAL, VERBOSE = logging.ERROR, logging.INFO, logging.DEBUG


def configure(level: int, *, as_json: bool) -> None:
    """Print messages of at least this level on stderr.

    Args:
        level: Of the commands' own messages.  The library's are printed from warnings on, with
            `VERBOSE` all of them.
        as_json: Whether each message is a JSON object on a line.
    """
    handler = _Stderr()
    handler.setFormatter(_Json() if as_json else _Text())
    logging.root.handlers = [handler]
    logging.root.setLevel(max(level, logging.WARNING))
    logging.getLogger(OWN).setLevel(level)
    for package in ("benchmarks", "lean_env", "prover"):
        logging.getLogger(package).setLevel(level if level != NORMAL else logging.WARNING)


def wants_progress() -> bool:
    """Whether progress is to be shown at all."""
    return logging.getLogger(OWN).isEnabledFor(logging.INFO)


def for_people() -> bool:
    """Whether stderr is a terminal on which text, not JSON, is written."""
    formatters = [handler.formatter for handler in logging.root.handlers]
    return sys.stderr.isatty() and not any(isinstance(f, _Json) for f in formatters)


def complain(message: str, remedy: str = "") -> None:
    """Say what is wrong, and what to do."""
    _say(logging.ERROR, message, remedy)


def warn(message: str, remedy: str = "") -> None:
    """Say what people should know although all goes on."""
    _say(logging.WARNING, message, remedy)


def inform(message: str) -> None:
    """Say how far something is."""
    _say(logging.INFO, message, "")


def _say(level: int, message: str, remedy: str) -> None:
    logging.getLogger(OWN).log(level, "%s", message, extra={"remedy": remedy})


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what stderr is now: a live display puts itself in its place for a while."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        place = "" if record.name == OWN else f"{record.name}: "
        text = f"qstar: {place}{record.getMessage()}"
        if remedy := getattr(record, "remedy", ""):
            text += f"\n       {remedy}"
        if record.exc_info:
            text += f"\n{self.formatException(record.exc_info)}"
        return text


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        row = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if remedy := getattr(record, "remedy", ""):
            row["remedy"] = remedy
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)
