"""A gate that needs of Lean only its command line: for versions that do not compile our server.

Three processes take part in a check.  Two compile files, one with the statement and a `sorry`, one
with the proof, each in a sandbox that can write nothing but its own folder.  The third has seen
neither text: it reads both compiled files, lets the kernel check what the proof rests on, and
compares (`Judge.lean`).
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from lean_env.errors import BadInput, InvalidHeader, InvalidStatement, LeanTimeout, UnsupportedLean
from lean_env.gate.compiled.program import judge_program
from lean_env.gate.forbidden import first_forbidden
from lean_env.gate.proof_text import with_proof
from lean_env.gate.verifier import (
    CheckedProof,
    CheckedTheorem,
    VerificationProgress,
    as_declaration,
)
from lean_env.repl.statement import (
    complete,
    keyword_and_name,
    with_theorem_for_lemma,
    without_comments,
)
from lean_env.toolchain.native import NativeLean
from lean_env.toolchain.sandbox import sandboxed_command
from lean_env.types import (
    STANDARD_AXIOMS,
    Accepted,
    RefusalReason,
    Refused,
    Theorem,
    Undecided,
    Verdict,
)

MEMORY_MB = 12288
"""Of a process that compiles or judges; the default has room for Mathlib."""

EXAMPLE_NAME = "qstar_example"
"""The theorem that an `example` is checked as: a compiled file does not hold examples."""

_MODULE = "Proof"
_EXAMPLE = re.compile(r"(?<![\w.'])example(?![\w'])")
_ERROR = re.compile(r"^[^\n]*?:(\d+):(\d+): error(?:\([^)]*\))?: (.*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _CompileError:
    """The first error of a file; lines from 1, columns from 0."""

    line: int
    column: int
    message: str


class CompiledGate:
    """Checks proofs by compiling them; to be used as an async context.

    It implements `lean_env.gate.gate.Gate`.
    """

    def __init__(
        self,
        lean: NativeLean,
        cache: Path,
        *,
        axioms: Sequence[str] = STANDARD_AXIOMS,
        seconds: float = 60,
        setup_seconds: float = 300,
    ) -> None:
        """Create a gate; nothing is compiled before it is needed.

        Args:
            lean: The Lean, with the modules of its project.
            cache: The cache folder, where the comparing program is kept.
            axioms: The axioms that a proof may use.
            seconds: The time limit of compiling a proof and of judging it, each.
            setup_seconds: The time limit of compiling a statement with its header.
        """
        self._lean, self._cache, self._axioms = lean, cache, tuple(axioms)
        self._seconds, self._setup_seconds = seconds, setup_seconds
        self._folder = Path()
        self._made = 0
        self._targets: dict[str, Path] = {}  # by the text of the file

    async def __aenter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="qstar-gate-"))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    async def prepare(self) -> None:
        """Make the program that compares, if this Lean compiles it."""
        try:
            await self._program()
        except UnsupportedLean:
            return  # told with each proof

    async def verify(self, theorem: Theorem, script: str) -> CheckedProof:
        """Check that a script proves a theorem.

        Args:
            theorem: The theorem.
            script: A block of tactics, or whole declarations with the theorem's proof.

        Returns:
            The verdict, with the declaration that was checked.

        Raises:
            InvalidStatement: Lean does not compile the statement after its header.
        """
        declaration = as_declaration(script) or with_proof(theorem, script)
        if word := first_forbidden(script):
            why = f"`{word}` is not allowed in a proof"
            return CheckedProof(declaration, Refused(RefusalReason.FORBIDDEN, why))
        return CheckedProof(declaration, await self.recheck(theorem, declaration))

    async def recheck(self, theorem: Theorem, declaration: str) -> Verdict:
        """Check a declaration that `verify` made earlier.

        Args:
            theorem: The theorem.
            declaration: The statement with its proof.

        Returns:
            The verdict.

        Raises:
            InvalidStatement: Lean does not compile the statement after its header.
        """
        began = time.monotonic()
        if theorem.before:
            verdict: Verdict = Undecided("theorems of the library are not checked by this gate")
        else:
            try:
                verdict = await self._recheck(theorem, declaration)
            except LeanTimeout as error:
                verdict = Undecided(str(error))
            except UnsupportedLean as error:
                verdict = Undecided(f"found, not verified: {error}", no_gate=True)
        return replace(verdict, seconds=time.monotonic() - began)

    async def _recheck(self, theorem: Theorem, declaration: str) -> Verdict:
        await self._program()
        stated = _named(with_theorem_for_lemma(complete(theorem.statement)))
        target = await self._target(theorem.header, stated)
        if isinstance(target, _CompileError):
            line = target.line - theorem.header.count("\n")
            raise InvalidStatement(
                target.message,
                where="statement" if line > 0 else "header",
                line=line if line > 0 else target.line,
                column=target.column,
            )
        proof = _named(with_theorem_for_lemma(declaration))
        submission = await self._compile(_joined(theorem.header, proof), self._seconds)
        if isinstance(submission, _CompileError):
            return Refused(RefusalReason.COMPILE, f"line {submission.line}: {submission.message}")
        _, name = keyword_and_name(stated)
        rows = [row for row in await self._judge(target, submission) if _is_called(row, name)]
        if len(rows) == 1:
            return self._verdict(rows[0])
        if not rows:
            return Undecided(f"'{name}' is not among the theorems that the statement leaves open")
        return Undecided(f"the header leaves open another theorem that is called '{name}'")

    async def verify_file(
        self, source: str, statements: str, progress: VerificationProgress | None = None
    ) -> list[CheckedTheorem]:
        """Check that a file proves what another file leaves open with a `sorry`.

        Examples and definitions are not compared.

        Args:
            source: The text of the file with the proofs.
            statements: The text of the file with the statements.
            progress: Called with how many theorems are checked, and how many there are.

        Returns:
            The verdict on each theorem with a `sorry`, in the order of `statements`.

        Raises:
            InvalidHeader: `statements` has an error.
            BadInput: None of its theorems has a `sorry`.
            UnsupportedLean: This Lean does not compile the program that compares.
        """
        await self._program()
        target = await self._target(statements, "")
        if isinstance(target, _CompileError):
            raise _invalid(target)
        submission = await self._compile(source, self._setup_seconds)
        if isinstance(submission, _CompileError):
            error = f"line {submission.line}: {submission.message}"
            rows = await self._judge(target, target)  # for the names
            verdicts: list[Verdict] = [Refused(RefusalReason.COMPILE, error) for _ in rows]
        else:
            rows = await self._judge(target, submission)
            verdicts = [self._verdict(row) for row in rows]
        if not rows:
            raise BadInput("no theorem here has a `sorry`: there is nothing to prove")
        return _in_order(statements, rows, verdicts, progress)

    async def audit_file(
        self, source: str, progress: VerificationProgress | None = None
    ) -> list[CheckedTheorem]:
        """Check every theorem of a file by its terms: kernel and axioms.

        Args:
            source: The text of the file.
            progress: Called with how many theorems are checked, and how many there are.

        Returns:
            The verdict on each theorem.

        Raises:
            InvalidHeader: The file has errors.
            UnsupportedLean: This Lean does not compile the program that compares.
        """
        await self._program()
        submission = await self._compile(source, self._setup_seconds)
        if isinstance(submission, _CompileError):
            raise _invalid(submission)
        rows = await self._judge(None, submission)
        return _in_order(source, rows, [self._verdict(row) for row in rows], progress)

    # Processes

    async def _program(self) -> Path:
        return await asyncio.to_thread(judge_program, self._lean, self._cache)

    async def _target(self, header: str, statement: str) -> Path | _CompileError:
        """Compile a statement, once: many proofs of it may come."""
        text = _joined(header, statement)
        if text not in self._targets:
            compiled = await self._compile(text, self._setup_seconds)
            if isinstance(compiled, _CompileError):
                return compiled
            self._targets[text] = compiled
        return self._targets[text]

    async def _compile(self, text: str, seconds: float) -> Path | _CompileError:
        """Compile a file in a folder of its own, the only one that Lean can write."""
        self._made += 1
        folder = self._folder / str(self._made)
        folder.mkdir()
        source, olean = folder / f"{_MODULE}.lean", folder / f"{_MODULE}.olean"
        source.write_text(text, encoding="utf-8")
        arguments = (f"--root={folder}", "-o", str(olean), str(source))
        status, said = await self._run(arguments, [], [folder], seconds)
        if status == 0 and olean.is_file():
            return olean
        if error := _ERROR.search(said):
            return _CompileError(int(error[1]), int(error[2]), error[3])
        return _CompileError(1, 0, said.strip()[:300] or f"Lean ended with status {status}")

    async def _judge(self, target: Path | None, submission: Path) -> list[Mapping[str, object]]:
        program = await self._program()
        files = [path.parent for path in (target, submission) if path]
        arguments = ("--run", str(program), str(target or "-"), str(submission), *self._axioms)
        limit = self._setup_seconds  # imports, and all theorems of a file
        status, said = await self._run(arguments, [program.parent, *files], [], limit)
        rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        if rows and "done" in rows[-1]:
            return rows[:-1]
        last = (said.strip().splitlines() or [f"status {status}"])[-1]
        why = f"the checker ended early: {last}"
        return [*rows, {"name": "", "verdict": "undecided", "message": why}]

    async def _run(
        self,
        arguments: Sequence[str],
        readable: Sequence[Path],
        writable: Sequence[Path],
        seconds: float,
    ) -> tuple[int, str]:
        command = sandboxed_command(
            (str(self._lean.program), *arguments),
            readable=(self._lean.sysroot, *self._lean.path, *readable),
            writable=writable,
            memory_mb=MEMORY_MB,
        )
        process = await asyncio.create_subprocess_exec(
            *command,
            env=self._lean.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), seconds)
        except TimeoutError:
            raise LeanTimeout(f"Lean ran out of time ({seconds:g} s)") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode or 0, said.decode("utf-8", "replace")

    def _verdict(self, row: Mapping[str, object]) -> Verdict:
        axioms = row.get("axioms")
        names = tuple(map(str, axioms)) if isinstance(axioms, list) else ()
        match row["verdict"]:
            case "accepted":
                return Accepted(names, checkers=(f"Lean {self._lean.version}",))
            case "refused":
                reason = RefusalReason(str(row["reason"]))
                return Refused(reason, str(row["message"]), names)
        return Undecided(str(row["message"]))


def _joined(header: str, statement: str) -> str:
    """A header and what comes after it, on a line of its own."""
    return header + ("\n" if header and not header.endswith("\n") else "") + statement


def _named(declaration: str) -> str:
    """An `example` as a theorem."""
    keyword, _ = keyword_and_name(declaration)
    if keyword != "example":
        return declaration
    found = _EXAMPLE.search(without_comments(declaration))
    assert found
    return f"{declaration[: found.start()]}theorem {EXAMPLE_NAME}{declaration[found.end() :]}"


def _is_called(row: Mapping[str, object], name: str) -> bool:
    full = str(row["name"])
    plain = name.removeprefix("_root_.")
    return full == plain or full.endswith(f".{plain}") or not full


def _invalid(error: _CompileError) -> InvalidHeader:
    return InvalidHeader(error.message, where="header", line=error.line, column=error.column)


def _in_order(
    text: str,
    rows: Sequence[Mapping[str, object]],
    verdicts: Sequence[Verdict],
    progress: VerificationProgress | None,
) -> list[CheckedTheorem]:
    """Theorems with the lines that state them, in the order of the file."""
    code = without_comments(text)
    checked = [
        CheckedTheorem(str(row["name"]), _line_of(code, str(row["name"])), verdict)
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
    if progress:
        progress(len(checked), len(checked))
    return sorted(checked, key=lambda theorem: theorem.line)


def _line_of(code: str, name: str) -> int:
    """Where a theorem is declared, by the longest part of its name that stands there."""
    parts = name.split(".")
    for i in range(len(parts)):
        last = re.escape(".".join(parts[i:]))
        if found := re.search(rf"\b(?:theorem|lemma)\s+{last}(?![\w.'])", code):
            return code.count("\n", 0, found.start()) + 1
    return 1
