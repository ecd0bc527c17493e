"""A search as one self-contained HTML page, and an index of several."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from prover.tracing.trace import Trace
from prover.tracing.view import search_view

FIRST = "stored.js"
"""The module of the page of `qstar ui` that a page of its own begins with."""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%TITLE%</title>
<style>%STYLE%</style>
<body>
<main id="main">%BODY%</main>
"""
_SCRIPTS = """<script id="data" type="application/json">%DATA%</script>
<script type="module">%SCRIPT%</script>
"""

_IMPORT = re.compile(r'^import [^;]*? from "\./(\w+\.js)";\n', re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^ *(?:/\*\*.*?\*/|// .*?)\n", re.MULTILINE | re.DOTALL)


def page(trace: Trace) -> str:
    """Render a trace as HTML with scripts and style inlined.

    The data is embedded as escaped JSON, so that the text of a goal is never read as markup.
    """
    data = json.dumps(search_view(trace), ensure_ascii=False).replace("<", "\\u003c")
    parts = {"TITLE": escape(trace.name or "theorem"), "STYLE": _style(), "BODY": ""}
    return _filled(_PAGE, parts) + _filled(_SCRIPTS, {"DATA": data, "SCRIPT": _script()})


def index_page(pages: Sequence[tuple[Path, Trace]]) -> str:
    """List searches with links to their pages, those without a proof first.

    Args:
        pages: The page of each search, in the same folder as the index.
    """
    ordered = sorted(pages, key=lambda pair: bool(pair[1].proof))
    rows = "\n".join(_row(path, trace) for path, trace in ordered)
    head = "<tr><th>theorem<th>outcome<th>why it ended<th>tactics run<th>seconds</tr>"
    body = f'<div class="card"><h1>Searches</h1><table>{head}\n{rows}</table></div>'
    return _filled(_PAGE, {"TITLE": "Searches", "STYLE": _style(), "BODY": body})


def _row(path: Path, trace: Trace) -> str:
    link = f'<a href="{escape(path.name)}">{escape(trace.name or "theorem")}</a>'
    tone = trace.status if trace.status in ("proved", "open") else "failed"
    return (
        f'<tr><td>{link}<td><span class="tag {tone}">{trace.status}</span>'
        f"<td>{trace.stop.replace('_', ' ')}<td>{trace.stats.lean_calls}"
        f"<td>{trace.stats.seconds:.1f}</tr>"
    )


def _filled(template: str, parts: dict[str, str]) -> str:
    return re.sub("%([A-Z]+)%", lambda match: parts[match[1]], template)


def _style() -> str:
    return _asset("style.css")


def _script() -> str:
    """The modules that `FIRST` needs as one: no two of them have a top-level name in common."""
    found: dict[str, str] = {}
    _collect(FIRST, found)
    return "\n".join(found.values())


def _collect(name: str, found: dict[str, str]) -> None:
    """Add a module to `found`, after those that it imports."""
    if name in found:
        return
    text = _asset(name)
    for imported in _IMPORT.findall(text):
        _collect(imported, found)
    found[name] = re.sub(
        "^export ", "", _COMMENT.sub("", _IMPORT.sub("", text)), flags=re.MULTILINE
    )


def _asset(name: str) -> str:
    return files("prover.server.web").joinpath("static", name).read_text(encoding="utf-8")
