"""The pages of the documentation that are made from the code have all of it."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

from lean_env.toolchain.advisories import ADVISORIES
from tests.support.kernel_cases.all_cases import BAD, GOOD

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pages", ROOT / "tools" / "reference_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_and_option_has_its_line(pages: ModuleType) -> None:
    page = pages.command_line()
    for part in ("## qstar prove", "## qstar data verify", "## qstar train policy"):
        assert part in page
    assert "| <code>--max-lean-calls" in page
    assert "| `hf:PATH_OR_NAME` | any Hugging Face model |" in page
    assert "| <code>--allow-axiom NAME</code> |" in page


def test_every_case_of_the_second_kernel_is_listed(pages: ModuleType) -> None:
    page = pages.kernel_cases()
    assert "* rose trees" in page.partition("## Refused")[0]
    assert "* type in type" in page.partition("## Refused")[2]
    assert page.count("\n* ") == len(GOOD) + len(BAD)


def test_every_known_error_of_lean_s_kernel_has_its_line() -> None:
    page = (ROOT / "docs" / "concepts" / "trust.md").read_text(encoding="utf-8")
    for advisory in ADVISORIES:
        assert f"| {advisory.number} | {advisory.what} | {advisory.fixed_in} |" in page


def test_every_endpoint_and_every_object_that_one_names_is_there(pages: ModuleType) -> None:
    page = pages.http_api()
    for path in ("POST /api/check", "POST /v1/verify", "DELETE /v1/jobs/{id}", "GET /metrics"):
        assert f"## {path}\n" in page
    anchors = {title.lower() for title in re.findall(r"^### (\w+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", page)) <= anchors


def test_every_column_of_stored_data_is_there(pages: ModuleType) -> None:
    page = pages.proof_data()
    for column in ("`message_class`", "`on_proof`", "`state_steps`"):
        assert f"| {column} |" in page


def test_every_key_of_a_trace_is_explained(pages: ModuleType) -> None:
    page = pages.traces()  # which raises when keys differ from what the code writes
    for key in ("exhausted", "positions", "reason"):
        assert f"| `{key}` |" in page


def test_a_key_that_nobody_explained_is_found(
    pages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(pages.TRACE_KEYS["node"], "exhausted")
    with pytest.raises(ValueError, match="exhausted"):
        pages.traces()


def test_every_object_of_the_api_pages_is_there() -> None:
    for page in (ROOT / "docs" / "reference").glob("*.md"):
        for name in re.findall(r"^::: ([\w.]+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert pkgutil.resolve_name(name), f"{page.name}: {name}"


def test_every_path_that_a_page_names_is_there() -> None:
    named = re.compile(r"`((?:lean_env|prover|benchmarks|tests|tools|examples|data)/[\w./-]+)`")
    for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]:
        for path in named.findall(page.read_text(encoding="utf-8")):
            assert (ROOT / path).exists(), f"{page.relative_to(ROOT)}: {path}"


def test_links_of_the_documents_at_the_top_lead_somewhere() -> None:
    for document in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)[^)]*\)", text):
            assert (ROOT / target).exists(), f"{document}: {target}"
