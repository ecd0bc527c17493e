"""A report as sections of text, tables and plots, and how these become Markdown and HTML."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose first columns are text, `texts` of them, and whose others are figures."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    texts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a report; Markdown leaves the plot (a PNG) out, `code` is shown verbatim."""

    title: str
    text: tuple[str, ...] = ()
    table: Table | None = None
    plot: bytes | None = None
    code: str = ""


def markdown(title: str, sections: Sequence[Section]) -> str:
    """Write a report as Markdown.

    Args:
        title: The heading.
        sections: The sections, in order; one without a title gets no heading.

    Returns:
        The document, without the plots.
    """
    parts = [f"# {title}"]
    for section in sections:
        if section.title:
            parts.append(f"## {section.title}")
        parts += section.text
        if section.table:
            parts.append(_markdown_table(section.table))
        if section.code:
            parts.append(f"```\n{section.code}\n```")
    return "\n\n".join(parts) + "\n"


def _markdown_table(table: Table) -> str:
    figures = len(table.head) - table.texts
    rows = [table.head, (*["---"] * table.texts, *["--:"] * figures), *table.rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in rows)


STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c2733; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; margin: .6rem 0; }
th, td { padding: .2rem .9rem .2rem 0; text-align: right; border-bottom: 1px solid #e3e8ee;
  vertical-align: top; }
.text { text-align: left; overflow-wrap: anywhere; } .text code { white-space: pre-wrap; }
th { font-weight: 600; color: #516070; }
img { max-width: 100%; }
pre { background: #f5f7f9; padding: .8rem; overflow-x: auto; font-size: 13px; }
"""


def html(title: str, sections: Sequence[Section]) -> str:
    """Write a report as one self-contained HTML page, with the plots inside."""
    parts = [
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">',
        f"<title>{escape(title)}</title>",
        '<meta name="viewport" content="width=device-width">',
        f"<style>{STYLE}</style>\n<h1>{escape(title)}</h1>",
    ]
    for section in sections:
        if section.title:
            parts.append(f"<h2>{escape(section.title)}</h2>")
        parts += [f"<p>{_inline(text)}</p>" for text in section.text]
        if section.plot:
            data = b64encode(section.plot).decode()
            parts.append(f'<img alt="{escape(section.title)}" src="data:image/png;base64,{data}">')
        if section.table:
            parts.append(_html_table(section.table))
        if section.code:
            parts.append(f"<pre>{escape(section.code)}</pre>")
    return "\n".join(parts) + "\n</html>\n"


def _html_table(table: Table) -> str:
    rows = [_html_row("th", table.head, table.texts)]
    rows += [_html_row("td", row, table.texts) for row in table.rows]
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def _html_row(tag: str, row: Sequence[str], texts: int) -> str:
    kinds = [' class="text"' if i < texts else "" for i in range(len(row))]
    cells = [f"<{tag}{kind}>{_inline(cell)}</{tag}>" for kind, cell in zip(kinds, row, strict=True)]
    return f"<tr>{''.join(cells)}</tr>"


def _inline(text: str) -> str:
    """Markdown's `code` and **bold** as HTML; all other text is escaped."""
    parts = escape(text).split("`")
    for i in range(1, len(parts), 2):
        parts[i] = f"<code>{parts[i]}</code>"
    pieces = "".join(parts).split("**")
    for i in range(1, len(pieces), 2):
        pieces[i] = f"<b>{pieces[i]}</b>"
    return "".join(pieces)
