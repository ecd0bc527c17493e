"""Reference pages of the documentation that are made from the code, so that they agree with it.

They describe the command line, the HTTP API, stored proof data, traces, and the cases that the
second kernel is tested on.
"""

from __future__ import annotations

import html
import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from prover.cli.support.reference import Command, Option

ROOT = Path(__file__).resolve().parent.parent

Page = Callable[[], str]
JSON = dict[str, Any]


# The command line


def command_line() -> str:
    """Every command with its arguments and options, from the records that `--help` is made of."""
    import typer

    from prover.cli import app
    from prover.cli.support.reference import commands
    from prover.registry import forms, policies, searches, values

    lines = [
        "# Commands",
        "",
        "Made from the code, as `qstar COMMAND --help` is.  Exit codes are the same for all: "
        "0 success, 1 not everything was proved or accepted, 2 bad input, 3 the set-up is broken, "
        "130 after Ctrl-C.  An environment variable sets an option as well, for instance "
        "`QSTAR_MAX_LEAN_CALLS` sets `--max-lean-calls`.",
    ]
    for command in commands(typer.main.get_command(app)):
        lines += ["", f"## {command.name}", "", *_command(command)]
    lines += ["", "## Names of policies, values and searches"]
    for option, components in (("policy", policies()), ("value", values()), ("search", searches())):
        lines += ["", f"| `--{option}` | |", "|---|---|"]
        named = zip(forms(components), components.values(), strict=True)
        lines += [f"| `{form}` | {_help(component.help)} |" for form, component in named]
    return "\n".join(lines) + "\n"


def _command(command: Command) -> list[str]:
    lines = [
        "```text",
        command.usage,
        "```",
        "",
        _paragraphs(command.description or command.summary),
    ]
    if command.arguments:
        lines += ["", "| Argument | |", "|---|---|"]
        lines += [f"| {_code(a.usage)} | {_help(a.help)} |" for a in command.arguments]
    if command.subcommands:
        lines += ["", "Commands: " + ", ".join(f"`{name}`" for name in command.subcommands) + "."]
    for group, options in command.groups().items():
        lines += ["", f"| {group} | |", "|---|---|"]
        lines += [f"| {_code(o.usage)} | {_help(_about(o))} |" for o in options]
    return lines


def _about(option: Option) -> str:
    from prover.cli.support.reference import PREFIX

    usual = PREFIX + option.key.upper().replace("-", "_")
    other = option.environment not in ("", usual)
    return f"{option.help} {option.details} {f'[{option.environment}]' if other else ''}"


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n|\f", text))


def _help(text: str) -> str:
    """Brackets and stars in help texts are no markup."""
    return _cell(text).replace("[", "\\[").replace("*", "\\*")


def _code(text: str) -> str:
    """In a cell, where a backslash before a bar would show between backticks."""
    return f"<code>{html.escape(text).replace('|', '&#124;')}</code>"


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


# The HTTP API


def http_api() -> str:
    """Every endpoint of `qstar serve`, from its OpenAPI description."""
    schema = openapi()
    lines = [
        "# HTTP API",
        "",
        "Made from the OpenAPI description, which a running `qstar serve` gives at `/openapi.json` "
        "and shows at `/docs`.  With a token, every request needs the header "
        "`Authorization: Bearer TOKEN`.",
    ]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            lines += ["", f"## {method.upper()} {path}", "", *_operation(operation)]
    lines += ["", "## Objects"]
    for name, found in schema["components"]["schemas"].items():
        if not name.startswith(("HTTPValidationError", "ValidationError")):
            lines += ["", f"### {name}", "", *_object(found)]
    return "\n".join(lines) + "\n"


def openapi() -> JSON:
    """The OpenAPI description; nothing is started."""
    from prover.server.app import Service, make_app
    from prover.server.config import ServiceConfig
    from prover.server.job_store import JobStore

    def launch(*_: object) -> Any:
        raise AssertionError("nothing is started for a description")

    with tempfile.TemporaryDirectory() as folder:
        store = JobStore(Path(folder) / "jobs.sqlite")
        app = make_app(Service(launch, ServiceConfig(), store, {}))
        store.close()
        return app.openapi()


def _operation(operation: JSON) -> list[str]:
    lines = [_paragraphs(operation.get("description", ""))]
    for parameter in operation.get("parameters", ()):
        kind, need = parameter["in"], "required" if parameter.get("required") else "optional"
        lines += [
            "",
            f"Parameter `{parameter['name']}` ({kind}, {_type(parameter['schema'])}, {need}).",
        ]
    if body := operation.get("requestBody"):
        lines += ["", f"Body: {_type(body['content']['application/json']['schema'])}"]
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if status.startswith("2"):
            kinds = [
                f"`{media}`" + (f", {_type(found['schema'])}" if found.get("schema") else "")
                for media, found in content.items()
            ]
            lines += ["", f"Answer {status}: {'; '.join(kinds)}"]
    return lines


def _object(found: JSON) -> list[str]:
    lines = [_paragraphs(found.get("description", ""))]
    if "enum" in found:
        return [*lines, "", "One of " + ", ".join(f"`{value}`" for value in found["enum"]) + "."]
    required = found.get("required", ())
    lines += ["", "| field | type | |", "|---|---|---|"]
    for name, field in found.get("properties", {}).items():
        need = "required" if name in required else f"default `{json.dumps(field.get('default'))}`"
        lines.append(f"| `{name}` | {_cell(_type(field))} | {_cell(need)} |")
    return lines


def _type(schema: JSON) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if "items" in schema else "list"
    if isinstance(schema.get("additionalProperties"), Mapping) and schema["additionalProperties"]:
        return f"object with values {_type(schema['additionalProperties'])}"
    return str(schema.get("type", "any"))


# Stored proof data


def proof_data() -> str:
    """The tables of a collection and of a release, with the types of their columns."""
    from prover.datasets.formats import huggingface
    from prover.datasets.formats.huggingface import COLUMNS
    from prover.datasets.serialization import schemas

    lines = [DATA_INTRODUCTION.strip()]
    for name, schema in schemas().items():
        lines += ["", f"### Table `{name}`", "", *_columns(schema)]
    lines += ["", RELEASE_INTRODUCTION.strip()]
    for name, schema in huggingface.schemas().items():
        lines += ["", f"### Table `{name}` of a release", "", *_columns(schema, COLUMNS)]
    return "\n".join(lines) + "\n"


DATA_INTRODUCTION = """
# Proof data

Made from the code.  `qstar collect` writes a folder:

```
FOLDER/manifest.json            the settings and versions that the searches were made with
       ledger.jsonl             one line a theorem: what became of it
       journal.jsonl            whole searches, until they fill a part
       parts/000000/searches.parquet, states.parquet, edges.parquet
```

A search is on disk before the next one begins.  A part appears whole or not at all.

## A collection

Three tables a part.  `search` in `states` and `edges` is the row of the search within the same
part; a state's number is its place among the states of its search, and the root has number 0.  The
fields are explained with the records: [Search, State and TacticEdge](python.md#stored-proof-data).
"""

RELEASE_INTRODUCTION = """
## A release

`qstar export FOLDER --out RELEASE` writes two tables for each split, and a card, in the layout that
the `datasets` library loads.
"""


def _columns(schema: pa.Schema, meanings: Mapping[str, str] | None = None) -> list[str]:
    lines = [
        "| column | type |" + (" |" if meanings else ""),
        "|---|---|" + ("---|" if meanings else ""),
    ]
    for field in schema:
        row = f"| `{field.name}` | `{_cell(field.type)}` |"
        lines.append(row + (f" {_cell(meanings[field.name])} |" if meanings else ""))
    return lines


# Traces


def traces() -> str:
    """The format of a trace, by an example that the code itself writes."""
    record = example_trace()
    keys = {
        "trace": record,
        "graph": record["graph"],
        "node": record["graph"]["nodes"][1],
        "applied tactic": record["graph"]["edges"][0],
        "rejected tactic": record["graph"]["edges"][1],
    }
    lines = [TRACE_INTRODUCTION.strip()]
    for name, found in keys.items():
        meanings = TRACE_KEYS[name]
        if set(found) != set(meanings):
            raise ValueError(
                f"keys of a {name} that either TRACE_KEYS or the code does not have: "
                f"{set(found) ^ set(meanings)}"
            )
        lines += ["", f"## {name.capitalize()}", "", "| key | meaning |", "|---|---|"]
        lines += [f"| `{key}` | {_cell(meaning)} |" for key, meaning in meanings.items()]
    shown = json.dumps(record, indent=2, ensure_ascii=False)
    lines += [
        "",
        "## Example",
        "",
        "A search with one applied and one rejected tactic:",
        "",
        "```json",
        shown,
        "```",
    ]
    return "\n".join(lines) + "\n"


TRACE_INTRODUCTION = """
# Traces

Made from the code.  `qstar prove --trace FOLDER` writes one file for each theorem,
`NAME.trace.json`, which `qstar explain` shows and `--resume` continues from.  What follows from the
rest is not stored: statuses and least costs of states are computed when a trace is read.
"""

_TACTIC_KEYS = {
    "parent": "number of the state on which the tactic ran",
    "tactic": "Lean source of the tactic",
    "logprob": "natural logarithm of its probability under the policy",
    "source": "which policy proposed it",
    "tokens": "how many tokens a language model generated for it",
    "seconds": "how long Lean took",
}

TRACE_KEYS: dict[str, dict[str, str]] = {
    "trace": {
        "name": "name of the theorem",
        "search": "name of the search algorithm",
        "status": "`proved`, `open` (the budget ended), or `failed` (nothing left to try)",
        "stop": "why the search ended",
        "proof": "the whole declaration with its proof; empty unless the gate accepted one",
        "stats": "what the search used: Lean calls, expanded states, tokens, and seconds in all, "
        "waiting for Lean, and waiting for the policy",
        "graph": "the proof graph",
    },
    "graph": {
        "format": "version of this format",
        "theorem": "statement, header, and how it was posed",
        "nodes": "the proof states, in the order in which they were met; the root comes first",
        "edges": "the tactics that Lean ran, in order",
    },
    "node": {
        "key": "Lean's hash of the state",
        "goals": "its goals; of a hypothesis only what differs from the usual",
        "origin": "how it was met first: number of the parent state, tactic, and index among the "
        "sub-states that the tactic left; null for the root",
        "exhausted": "no further tactic will be tried here",
        "priority": "how the search ranked it last, null where it did not",
    },
    "applied tactic": {
        **_TACTIC_KEYS,
        "children": "numbers of the states that it left, to be proved all; empty if none is left",
        "names": "goals of those children whose hypotheses have other names than the stored state",
        "positions": "places of each child's goals among all goals that Lean left",
        "messages": "what Lean printed",
    },
    "rejected tactic": {
        **_TACTIC_KEYS,
        "reason": "`parse`, `error`, `no_progress`, `timeout`, `memory`, `crash` or `forbidden`",
        "message": "what Lean said",
    },
}


def example_trace() -> JSON:
    """A small trace, written by the code that writes all traces."""
    from lean_env.types import (
        Applied,
        Goal,
        Hypothesis,
        Origin,
        ProofState,
        Rejected,
        RejectionReason,
        Theorem,
    )
    from prover.graph.save import dump
    from prover.graph.store import ProofGraph
    from prover.types import Proposal

    theorem = Theorem(statement="theorem t (p : Prop) (h : p) : p ∧ True", name="t")
    hypotheses = (Hypothesis("p", "Prop"), Hypothesis("h", "p", is_prop=True))
    root = ProofState("2f1d", theorem, (Goal("p ∧ True", hypotheses),))
    left, right = (
        ProofState(key, theorem, (Goal(target, hypotheses, case),), Origin(root, "constructor", i))
        for i, (key, target, case) in enumerate((("77a0", "p", "left"), ("c3e9", "True", "right")))
    )
    graph = ProofGraph(root)
    applied = Applied((left, right), ((0,), (1,)), (), 0.002)
    graph.add(graph.root, Proposal("constructor", -0.7, "portfolio"), applied)
    rejected = Rejected(RejectionReason.ERROR, "omega could not prove the goal", 0.004)
    graph.add(graph.root, Proposal("omega", -1.2, "portfolio"), rejected)
    return _trace_of(graph, dump(graph))


def _trace_of(graph: Any, dumped: JSON) -> JSON:
    from types import SimpleNamespace

    from prover.result import SearchResult
    from prover.tracing.trace import write
    from prover.types import Stats, StopReason, TheoremStatus

    theorem = graph.root.state.theorem
    result = SearchResult(
        theorem=theorem, status=TheoremStatus.OPEN, stop=StopReason.LEAN_CALLS,
        stats=Stats(lean_calls=2, expanded=1, seconds=0.01, lean_seconds=0.006),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), "qstar", SimpleNamespace(graph=graph), result)
        found: JSON = json.loads(path.read_text(encoding="utf-8"))
    assert found["graph"] == json.loads(json.dumps(dumped))
    return found


# The cases of the second kernel


def kernel_cases() -> str:
    """The environments that the second kernel is tested on, from the tests themselves."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from tests.support.kernel_cases.all_cases import BAD, GOOD

    lines = [
        "# Cases of the second kernel",
        "",
        f"Made from the tests: {len(GOOD)} environments that the second kernel must accept and "
        f"{len(BAD)} that it must refuse, each without any library; `make test` asks it about "
        "each.  Numbers are issues and pull requests at leanprover/lean4 that reported such.",
    ]
    for title, cases in (("Accepted", GOOD), ("Refused", BAD)):
        lines += ["", f"## {title}", ""]
        lines += [f"* {_case(name, case.__doc__)}" for name, case in cases.items()]
    return "\n".join(lines) + "\n"


def _case(name: str, about: str | None) -> str:
    words = name.replace("_", " ")
    about = " ".join((about or "").split())
    return f"{words} ({html.escape(about.rstrip('.'))})" if about else words


PAGES: dict[str, Page] = {
    "cli.md": command_line,
    "http.md": http_api,
    "data.md": proof_data,
    "traces.md": traces,
    "kernel-cases.md": kernel_cases,
}
"""File names in docs/reference, and what writes them."""
