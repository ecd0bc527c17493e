"""Write the reports of a run into its folder."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.report.document import html, markdown
from benchmarks.report.other_provers import OtherProver, other_prover_sections
from benchmarks.report.proofs import lean_file
from benchmarks.report.sections import sections, title
from benchmarks.report.summary import Summary, summarize
from benchmarks.report.theorems import theorems_section
from benchmarks.results import Run
from lean_env.errors import BadInput
from lean_env.gate.gate import make_gate
from lean_env.wire.client import LaunchFactory
from prover.runs.files import reporting_disk_errors

PROOFS = "proofs.lean"


def write_report(run: Run, launch: LaunchFactory, peers: Sequence[OtherProver] = ()) -> Summary:
    """Write `report.md`, `report.html`, `report.json` and `proofs.lean` into the run's folder.

    Args:
        run: The run, which may be unfinished.
        launch: Starts Lean, to check all proofs in one file.
        peers: Results of other provers to compare with.

    Returns:
        The figures of the reports.
    """
    summary = summarize(run)
    proofs = lean_file(run)
    if proofs:
        _store(run.folder / PROOFS, proofs)
    check = asyncio.run(verify_proofs(proofs, launch)) if proofs else ""
    lengths = [len(attempt.tactics) for attempt in run.attempts if attempt.proved]
    found = [*sections(summary, lengths, check), *other_prover_sections(run, peers)]
    _store(run.folder / "report.md", markdown(title(summary), found))
    _store(run.folder / "report.html", html(title(summary), [*found, theorems_section(run)]))
    figures = asdict(summary) | {"proofs": check}
    _store(run.folder / "report.json", json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    return summary


async def verify_proofs(proofs: str, launch: LaunchFactory) -> str:
    """Verify the file with all proofs, as `qstar verify` does.

    Args:
        proofs: Lean source.
        launch: Starts Lean.

    Returns:
        A sentence for the report.
    """
    async with make_gate(launch, seconds=300) as verifier:
        try:
            found = await verifier.audit_file(proofs)
        except BadInput as error:
            return f"`{PROOFS}` does not compile by itself: {error}"
    accepted = sum(theorem.verdict.ok for theorem in found)
    refused = [theorem.name for theorem in found if not theorem.verdict.ok]
    sentence = f"`qstar verify {PROOFS}` accepts {accepted} of its {len(found)} theorems"
    return f"{sentence}; not {', '.join(refused)}." if refused else f"{sentence}."


def _store(path: Path, text: str) -> None:
    new = path.with_name(f"{path.name}.new")
    with reporting_disk_errors(new):
        new.write_text(text, "utf-8")
        new.replace(path)
