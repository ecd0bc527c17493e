"""`qstar verify`: does a Lean file prove what it should?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lean_env.types import Kernels as KernelChoice
from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.cli.support.messages import inform, warn
from prover.config import LeanChoice

if TYPE_CHECKING:
    from lean_env.gate.complete_export import CompleteExport
    from lean_env.gate.gate import Gate
    from lean_env.gate.verifier import CheckedTheorem
    from lean_env.toolchain.native import NativeLean
    from lean_env.types import Verdict

PROGRESS_SECONDS = 10.0


def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.lean", help="The proofs.", show_default=False)
    ],
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="STATEMENTS.lean",
            help="What is to be proved: each theorem and example here that has a `sorry`.  A "
            "definition that is `sorry` may have any value of its type.  Without it every theorem "
            "and example of FILE.lean is taken to state what it proves.",
        ),
    ] = None,
    allow_axiom: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="An axiom that proofs may rest on beside propext, Classical.choice and "
            "Quot.sound.",
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds for the file, and for each theorem.")
    ] = 60.0,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.ndjson",
            help="Write what is accepted, with all that it rests on, in lean4export's format for "
            "other checkers.",
        ),
    ] = None,
    lean: options.Lean = LeanChoice.AUTO,
    kernels: options.Kernels = KernelChoice.BOTH,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON line a theorem on stdout.")
    ] = False,
) -> None:
    """Check proofs with two kernels, in processes that have not seen their text.

    In a Lake project, `leanchecker` and, with --against, `comparator` are asked as well where they
    are installed.

    Exit code: 0 all accepted, 1 some not, 2 bad input, 3 broken set-up.
    """

    def command() -> Exit:
        import asyncio

        from lean_env.gate.complete_export import CompleteExport
        from lean_env.gate.gate import make_gate
        from lean_env.toolchain.launch import choose_lean
        from lean_env.types import STANDARD_AXIOMS
        from prover.lean_setup import prepare_lean
        from prover.problems.read import read_text
        from prover.problems.source import normalize_source

        source = normalize_source(read_text(file))
        statements = normalize_source(read_text(against)) if against else None
        files = [file, *([against] if against else [])]
        launch, launch_for = prepare_lean(lean, files)

        axioms = (*STANDARD_AXIOMS, *(allow_axiom or ()))

        collected = CompleteExport() if export else None

        async def check() -> list[CheckedTheorem]:
            async with make_gate(
                launch_for, axioms=axioms, kernels=kernels, seconds=timeout, export=collected
            ) as verifier:
                return await _check(verifier, source, statements, file, against)

        checked = asyncio.run(check())
        if native := choose_lean(lean, files):
            checked = _others(native, checked, file, against, axioms, timeout)
        _report(checked, against or file, launch.lean, as_json=json)
        if export and collected:
            _write_export(export, collected)
        return Exit.DONE if all(c.verdict.ok for c in checked) else Exit.NOT_PROVED

    finish(command)


def _write_export(file: Path, collected: CompleteExport) -> None:
    from lean_env.errors import BadInput

    if not collected.theorems:
        warn(f"{file} is not written: nothing was accepted")
        return
    try:
        collected.write(file)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(file)) from error
    names = ", ".join(".".join(map(str, name)) for name in collected.theorems)
    inform(f"{file}: exported {names}")


def _progress() -> Callable[[int, int], None]:
    """Says on stderr how far a long check is."""
    import time

    said = time.monotonic()

    def say(done: int, total: int) -> None:
        nonlocal said
        if done < total and time.monotonic() - said >= PROGRESS_SECONDS:
            said = time.monotonic()
            inform(f"{done} of {total} checked")

    return say


async def _check(
    verifier: Gate, source: str, statements: str | None, file: Path, against: Path | None
) -> list[CheckedTheorem]:
    """Raises `BadInput` with its place."""
    from lean_env.errors import BadInput

    try:
        if statements is not None:
            return await verifier.verify_file(source, statements, _progress())
        checked = await verifier.audit_file(source, _progress())
        if not checked:
            raise BadInput("no theorem is declared here: there is nothing to check")
        return checked
    except BadInput as error:
        error.where = str(against or file)
        raise


def _others(
    native: NativeLean,
    checked: list[CheckedTheorem],
    file: Path,
    against: Path | None,
    axioms: Sequence[str],
    timeout: float,
) -> list[CheckedTheorem]:
    """The verdicts as the checkers leave them that come with native Lean."""
    import os

    from lean_env.gate.external_checks import apply_check, run_comparator, run_leanchecker
    from lean_env.types import Accepted

    checked = apply_check(checked, run_leanchecker(native, file, timeout))
    # `comparator` knows neither examples nor definitions that are filled in.
    accepted = [
        theorem.name
        for theorem in checked
        if isinstance(theorem.verdict, Accepted)
        and theorem.name != "example"
        and not theorem.verdict.definitions
    ]
    if against is None or not accepted:
        return checked
    check = run_comparator(
        native, against, file, accepted, axioms=axioms, seconds=timeout, environ=os.environ
    )
    return apply_check(checked, check)


def _report(
    checked: Sequence[CheckedTheorem], place: Path, lean: dict[str, str], *, as_json: bool
) -> None:
    import json

    from lean_env.toolchain.advisories import advisory_numbers
    from prover.result_json import lean_record

    for theorem in checked:
        if as_json:
            row = {"name": theorem.name, "file": str(place), "line": theorem.line}
            row |= _facts(theorem.verdict) | {"lean": lean_record(lean)}
            print(json.dumps(row, ensure_ascii=False))
        else:
            name = f"{_printable(theorem.name)}: " if theorem.name else ""
            print(f"{place}:{theorem.line}: {name}{_words(theorem.verdict)}")
    if not as_json and (kernels := _kernels(checked)):
        print(f"checked by {' and '.join(kernels)}")
        if known := advisory_numbers(lean["version"]):
            print(f"Lean {lean['version']}'s kernel has {len(known)} known errors (`qstar doctor`)")
    if not as_json and lean["isolation"] == "unsandboxed":
        print("unsandboxed: the candidate's text ran with limits only, no sandbox")
    if not as_json and len(checked) > 1:
        print(f"{sum(c.verdict.ok for c in checked)} of {len(checked)} accepted")


def _kernels(checked: Sequence[CheckedTheorem]) -> tuple[str, ...]:
    """The programs that accept what is accepted, the same for all theorems of a file."""
    from lean_env.types import Accepted

    verdicts = (theorem.verdict for theorem in checked)
    return next((v.checkers for v in verdicts if isinstance(v, Accepted)), ())


def _facts(verdict: Verdict) -> dict[str, Any]:
    """`reason` is a `lean_env.types.RefusalReason`, empty when the status is not `refused`."""
    from lean_env.types import Accepted, Refused, Undecided

    facts: dict[str, Any] = {"ok": verdict.ok, "axioms": (), "allowed": (), "checkers": ()}
    facts |= {"definitions": (), "reason": "", "message": ""}
    match verdict:
        case Accepted(axioms=axioms, checkers=checkers, definitions=definitions):
            facts |= {"axioms": axioms, "allowed": verdict.assumed, "checkers": checkers}
            facts |= {"definitions": definitions}
        case Refused(reason=reason, message=message, axioms=axioms):
            facts |= {"axioms": axioms, "reason": reason, "message": message}
        case Undecided(message=message):
            facts |= {"message": message}
    status = type(verdict).__name__.lower()
    return {"status": status, "verdict": facts, "seconds": round(verdict.seconds, 4)}


def _words(verdict: Verdict) -> str:
    from lean_env.types import Accepted, Refused

    match verdict:
        case Accepted(axioms=axioms, definitions=definitions):
            by_leave = f"; allowed: {', '.join(verdict.assumed)}" if verdict.assumed else ""
            facts = [f"axioms: {', '.join(axioms)}{by_leave}"] if axioms else []
            if definitions:
                facts.append(f"with the file's own value of {', '.join(definitions)}")
            return f"accepted ({'; '.join(facts)})" if facts else "accepted"
        case Refused():
            return f"refused ({verdict.reason}): {_printable(verdict.message)}"
    return f"undecided: {_printable(verdict.message)}"


def _printable(text: str) -> str:
    """What the candidate had a say in, so that it cannot look like a line of ours."""
    lines = (
        "".join(c if c.isprintable() else repr(c)[1:-1] for c in line) for line in text.split("\n")
    )
    return "\n    ".join(lines)
