"""The page at /docs: the OpenAPI description as self-contained HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em }
pre { background: #8882; padding: 0.7rem; overflow-x: auto }
summary { cursor: pointer }
td, th { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0 }
:root { color-scheme: light dark }
"""


def docs_page(openapi: Schema) -> str:
    """Render an OpenAPI description as HTML.

    Args:
        openapi: The document that /openapi.json returns.
    """
    title = escape(openapi["info"]["title"])
    body = "\n".join(_body(openapi))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<style>{_STYLE}</style><body><h1>{title}</h1>{body}</body></html>"
    )


def _body(openapi: Schema) -> Iterator[str]:
    yield _text(openapi["info"].get("description", ""))
    yield '<p>The same for programs: <a href="openapi.json">openapi.json</a>.</p>'
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield from _operation(openapi, f"{method.upper()} {path}", operation)


def _operation(openapi: Schema, heading: str, operation: Schema) -> Iterator[str]:
    yield f"<h2><code>{escape(heading)}</code></h2>{_text(operation.get('description', ''))}"
    parameters = operation.get("parameters", [])
    if parameters:
        yield _table({p["name"]: p["schema"] | p for p in parameters})
    for kind, content in (
        ("Request", operation.get("requestBody", {}).get("content", {})),
        ("Answer", _success(operation).get("content", {})),
    ):
        schema = content.get("application/json", {}).get("schema")
        if schema:
            yield f"<h3>{kind}</h3>" + "".join(_schemas(openapi, schema))


def _success(operation: Schema) -> Schema:
    found: Schema = next((r for s, r in operation["responses"].items() if s.startswith("2")), {})
    return found


def _schemas(openapi: Schema, schema: Schema) -> Iterator[str]:
    """Render the fields of `schema`, and of the schemas that it refers to."""
    waiting, seen = list(_names(schema)), set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        found = openapi["components"]["schemas"][name]
        waiting += _names(found)
        if "properties" in found:
            yield f"<h4>{escape(name)}</h4>{_text(found.get('description', ''))}"
            yield _table(found["properties"], required=found.get("required", ()))
        for example in found.get("examples", ()):
            text = json.dumps(example, ensure_ascii=False, indent=2)
            yield f"<pre>{escape(text)}</pre>"


def _names(part: object) -> Iterator[str]:
    """Find the names of the schemas that `part` refers to."""
    if isinstance(part, Mapping):
        if isinstance(ref := part.get("$ref"), str):
            yield ref.rsplit("/", 1)[-1]
        for value in part.values():
            yield from _names(value)
    elif isinstance(part, list):
        for value in part:
            yield from _names(value)


def _table(fields: Mapping[str, Schema], required: object = ()) -> str:
    rows = []
    for name, field in fields.items():
        what = _type(field)
        if isinstance(required, list) and name in required:
            what += ", required"
        elif field.get("default") is not None:
            what += f", {json.dumps(field['default'])} by default"
        about = escape(field.get("description", ""))
        rows.append(f"<tr><td><code>{escape(name)}</code><td>{escape(what)}<td>{about}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return next(_names(schema))
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))


def _text(text: str) -> str:
    """Render paragraphs, with text between backquotes as code."""
    paragraphs = []
    for paragraph in text.split("\n\n"):
        parts = escape(paragraph).split("`")
        spans = [f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts)]
        paragraphs.append(f"<p>{''.join(spans)}</p>")
    return "".join(paragraphs)
