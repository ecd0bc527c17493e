"""The gate: found is not proved.

Two processes take part.  The candidate's one elaborates the text that is to be checked, whatever
that text does to it, and gives out theorems as terms.  The trusted one never sees that text: it
elaborates the statement by itself, lets the kernel check the terms over nothing but the imported
modules, compares the theorem with the statement, and walks the terms for axioms.  What it accepts
it writes out for a second, independent kernel (`second_kernel`), which has to accept it too.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import indent
from types import TracebackType
from typing import Self, TypeAlias

from lean_env.errors import (
    BadInput,
    ImportsNeeded,
    InvalidHeader,
    InvalidStatement,
    LeanProcessError,
)
from lean_env.gate.checker_process import CheckerProcess
from lean_env.gate.complete_export import CompleteExport
from lean_env.gate.forbidden import first_forbidden
from lean_env.gate.header_code import code_of
from lean_env.gate.second_kernel import SecondKernel
from lean_env.types import (
    STANDARD_AXIOMS,
    Accepted,
    Kernels,
    RefusalReason,
    Refused,
    Theorem,
    Undecided,
    Verdict,
)
from lean_env.wire.client import DEFAULT_IMPORTS, Imports, LaunchFactory, LeanClient
from lean_env.wire.protocol import (
    EXAMPLE_PREFIX,
    DeclarationRecord,
    ExportAnswer,
    JudgeAnswer,
    Name,
    SorryRecord,
    StartAnswer,
)

Terms: TypeAlias = Mapping[str, object]
VerificationProgress: TypeAlias = Callable[[int, int], None]
"""Called with how many theorems are checked, and how many there are."""


@dataclass(frozen=True, slots=True)
class CheckedProof:
    """A verdict, with the text it is about.

    Attributes:
        declaration: The statement with the proof in the place of its `sorry`.
        verdict: Whether that is a proof.
        auto_bound: As in `ProofState`: what Lean took for variables of the statement.
    """

    declaration: str
    verdict: Verdict
    auto_bound: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedTheorem:
    """The verdict on one theorem of a file; `line`, from 1, is where it is stated."""

    name: str
    line: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Claim:
    """The theorem `name`, stated by `source` after `header`, over `imports`.

    Without `source` it is taken to state what it proves.  `before` is as in `Theorem`; the values
    of the definitions `fill` are the candidate's to choose.
    """

    name: Name
    imports: Imports
    header: str = ""
    source: str = ""
    before: str = ""
    fill: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Text that is to prove something: `proof` after `header`.

    With `examples`, those of the header count as theorems.
    """

    header: str
    proof: str = ""
    examples: bool = False


MAX_STARTED = 256
"""How many elaborated statements are remembered: many proofs of one are checked in a row."""

_MODIFIERS = r"(?:@\[[^\]]*\]\s*|(?:private|protected|noncomputable|nonrec|public)\s+)*"
_DECLARATION = re.compile(
    rf"""
    (?:\s|--[^\n]*\n|/-.*?-/)*                        # comments
    (?:(?:open|set_option|omit|include)\b[^\n]*?\bin\s+)*
    {_MODIFIERS}
    (?:theorem|lemma|example|def|abbrev|instance|structure|inductive|mutual)\b
    """,
    re.VERBOSE | re.DOTALL,
)
_LEMMA = re.compile(rf"^(\s*{_MODIFIERS})lemma\b", re.MULTILINE)


class Verifier:
    """Checks proofs with two Lean processes; to be used as an async context.

    Calls may overlap: while the trusted process decides on one proof, the candidate's elaborates
    the next, and the second kernel checks the one before.

    Processes are kept from proof to proof while proofs are accepted: the kernels decide on the
    terms of each by themselves, whatever the process that gave them out has run before.  A refusal
    counts only from a process that has run no other candidate.
    """

    def __init__(
        self,
        launch: LaunchFactory,
        *,
        axioms: Sequence[str] = STANDARD_AXIOMS,
        kernels: Kernels = Kernels.BOTH,
        seconds: float = 60,
        memory_mb: float = 3072,
        setup_seconds: float = 300,
        export: CompleteExport | None = None,
    ) -> None:
        """Create a verifier; its processes start when they are needed.

        Args:
            launch: How to start Lean.
            axioms: The axioms that a proof may use.
            kernels: Which kernels have to accept a proof.
            seconds: The time limit of a check in each of the two processes.
            memory_mb: The limit of private memory of each process, in MiB.
            setup_seconds: The time limit of elaborating a header in the trusted process.
            export: Where what is accepted is collected.
        """
        self._axioms, self._seconds = tuple(axioms), seconds
        self._trusted = CheckerProcess(launch, memory_mb=memory_mb, setup_seconds=setup_seconds)
        self._candidate = CheckerProcess(launch, memory_mb=memory_mb, setup_seconds=seconds)
        self._second = SecondKernel() if kernels is Kernels.BOTH else None
        self._export = export
        self._started: dict[Theorem, StartAnswer] = {}  # those used last come last

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        closing = [part.close() for part in (self._trusted, self._candidate, self._second) if part]
        await asyncio.gather(*closing)

    async def prepare(self) -> None:
        """Start both processes, so that they run when they are needed."""
        sides = (self._trusted, self._candidate)
        async with self._candidate.turn, self._trusted.turn:  # in the order of `_check`
            trusted, _ = await asyncio.gather(*(side.client(DEFAULT_IMPORTS) for side in sides))
            if self._second:
                self._second.warm(trusted)

    # One proof

    async def verify(self, theorem: Theorem, script: str) -> CheckedProof:
        """Check that a script proves a theorem.

        Args:
            theorem: The theorem.
            script: A block of tactics; or a whole declaration of the theorem with its proof, which
                may come after others that it uses.  What it states is compared, so it may state the
                theorem in other words.

        Returns:
            The verdict, with the declaration that was checked.

        Raises:
            InvalidHeader: Lean reports an error in the theorem's header.
            InvalidStatement: Lean does not elaborate the statement.
        """
        began = time.monotonic()
        checked = await self._verify(theorem, script)
        return replace(checked, verdict=replace(checked.verdict, seconds=time.monotonic() - began))

    async def _verify(self, theorem: Theorem, script: str) -> CheckedProof:
        try:
            start = await self._start(theorem)
        except LeanProcessError as error:
            return CheckedProof("", Undecided(str(error)))
        declaration = as_declaration(script) or fill_sorry(start.source, start.hole, script)
        if word := first_forbidden(script):
            why = f"`{word}` is not allowed in a proof"
            return CheckedProof(
                declaration, Refused(RefusalReason.FORBIDDEN, why), start.auto_bound
            )
        verdict = await self._proves(theorem, start, declaration)
        return CheckedProof(declaration, verdict, start.auto_bound)

    async def recheck(self, theorem: Theorem, declaration: str) -> Verdict:
        """Check a declaration that `verify` made earlier.

        Args:
            theorem: The theorem.
            declaration: The statement with its proof.

        Returns:
            The verdict.

        Raises:
            InvalidHeader: Lean reports an error in the theorem's header.
            InvalidStatement: Lean does not elaborate the statement.
        """
        began = time.monotonic()
        try:
            start = await self._start(theorem)
        except LeanProcessError as error:
            return Undecided(str(error))
        verdict = await self._proves(theorem, start, declaration)
        return replace(verdict, seconds=time.monotonic() - began)

    async def _proves(self, theorem: Theorem, start: StartAnswer, declaration: str) -> Verdict:
        imports = self._trusted.imports_of(theorem.header)
        claim = _Claim(
            start.name,
            imports,
            theorem.header,
            start.source,
            theorem.before,
            fill=(start.name,),  # where it is a definition with proofs that are missing
        )
        [verdict] = await self._decide(_Candidate(theorem.header, declaration), [claim])
        return verdict

    async def _start(self, theorem: Theorem) -> StartAnswer:
        """Elaborate the statement, while the other process gets ready."""
        start = self._started.pop(theorem, None)
        if start is None:
            elaborated, ready = await asyncio.gather(
                self._elaborate(theorem), self._ready(theorem.header), return_exceptions=True
            )
            for outcome in (elaborated, ready):
                if isinstance(outcome, BaseException):
                    raise outcome
            assert isinstance(elaborated, StartAnswer)
            start = elaborated
        self._started[theorem] = start
        if len(self._started) > MAX_STARTED:
            del self._started[next(iter(self._started))]
        return start

    async def _elaborate(self, theorem: Theorem) -> StartAnswer:
        async with self._trusted.turn:

            async def start(lean: LeanClient) -> StartAnswer:
                answer = await lean.start(theorem)
                lean.release([answer.state.id])
                return answer

            code = code_of(theorem.header, theorem.statement)
            return await self._trusted.ask(theorem.header, start, code)

    async def _ready(self, header: str) -> None:
        """Start the candidate's process, unless it has work to do."""
        if not self._candidate.turn.locked():
            async with self._candidate.turn:
                await self._candidate.client(self._trusted.imports_of(header))

    # Files

    async def verify_file(
        self, source: str, statements: str, progress: VerificationProgress | None = None
    ) -> list[CheckedTheorem]:
        """Check that a file proves what another file leaves open with a `sorry`.

        Theorems are found by their names, examples by their number among the examples.  Of a
        definition whose value is `sorry` only the type has to be as stated.

        Args:
            source: The text of the file with the proofs.
            statements: The text of the file with the statements.
            progress: Called with how many theorems are checked, and how many there are.

        Returns:
            The verdict on each declaration with a `sorry`, in the order of `statements`.

        Raises:
            InvalidHeader: `statements` has an error outside of its theorems with a `sorry`.
            BadInput: None of its theorems has a `sorry`.
        """
        async with self._trusted.turn:
            posed = await self._trusted.ask(
                statements,
                lambda lean: lean.scan(statements, examples=True),
                code_of(statements),
            )
        imports = self._trusted.imports_of(statements)
        rows = [row for record in posed.sorries for row in _rows(record)]
        if not rows:
            raise BadInput("no theorem here has a `sorry`: there is nothing to prove")
        fill = tuple(row.name for _, row in rows if row and row.kind == "definition")
        claims = [
            _Claim(row.name, imports, statements[: record.start], record.text, fill=fill)
            for record, row in rows
            if row
        ]
        verdicts = iter(await self._decide(_Candidate(source, examples=True), claims, progress))
        return [
            CheckedTheorem(_shown(row), row.line, next(verdicts))
            if row
            else CheckedTheorem("", record.line, Undecided(NAMELESS))
            for record, row in rows
        ]

    async def audit_file(
        self, source: str, progress: VerificationProgress | None = None
    ) -> list[CheckedTheorem]:
        """Check every theorem and example of a file by its terms: kernel and axioms.

        Args:
            source: The text of the file.
            progress: Called with how many theorems are checked, and how many there are.

        Returns:
            The verdict on each theorem; a single row without a name when Lean does not come to
            the end of
            the file.

        Raises:
            InvalidHeader: The file has errors.
        """
        candidate = _Candidate(source, examples=True)
        async with self._candidate.turn:
            if self._candidate.used:
                await self._candidate.close()
            try:
                scan = await self._candidate.ask(
                    source, lambda lean: lean.scan(source, examples=True)
                )
            except LeanProcessError as error:
                return [CheckedTheorem("", 1, Undecided(str(error)))]
            finally:
                self._candidate.used = True
            imports = self._candidate.imports_of(source)
            verdicts: list[Verdict] = []
            for theorem in scan.theorems:
                began = time.monotonic()
                terms = await self._terms(candidate, theorem.name)
                verdict = await self._judge(_Claim(theorem.name, imports), terms)
                verdicts.append(replace(verdict, seconds=time.monotonic() - began))
                if progress:
                    progress(len(verdicts), len(scan.theorems))
            if not _all_accepted(verdicts):
                self._candidate.retire(self._candidate.running)
        return [
            CheckedTheorem(_shown(theorem), theorem.line, verdict)
            for theorem, verdict in zip(scan.theorems, verdicts, strict=True)
        ]

    # The two halves

    async def _decide(
        self,
        candidate: _Candidate,
        claims: Sequence[_Claim],
        progress: VerificationProgress | None = None,
    ) -> list[Verdict]:
        """Check what a candidate proves, if need be again in a process of its own."""
        if not claims:
            return []
        verdicts, first = await self._check(candidate, claims, progress)
        if not first and not _all_accepted(verdicts):
            verdicts, _ = await self._check(candidate, claims, progress, fresh=True)
        return verdicts

    async def _check(
        self,
        candidate: _Candidate,
        claims: Sequence[_Claim],
        progress: VerificationProgress | None,
        *,
        fresh: bool = False,
    ) -> tuple[list[Verdict], bool]:
        """Check claims, the last one while the candidate's process is free for others.

        Args:
            candidate: The text.
            claims: What it has to prove, at least one thing.
            progress: Called with how many claims are checked, and how many there are.
            fresh: Whether to start a new process for the candidate.

        Returns:
            The verdicts, and whether the candidate was the first that its process has run.
        """
        verdicts: list[Verdict] = []

        async def judge(claim: _Claim, terms: Terms | Refused | Undecided, began: float) -> None:
            try:
                verdict = await self._judge(claim, terms)
            except InvalidStatement as error:
                if candidate.proof:
                    raise
                verdict = Refused(RefusalReason.SORRY, error.message)  # the others count anyhow
            verdicts.append(replace(verdict, seconds=time.monotonic() - began))
            if progress:
                progress(len(verdicts), len(claims))

        async with self._candidate.turn:
            if fresh:
                await self._candidate.close()
            try:
                failed = await self._open(candidate)
            finally:
                first, self._candidate.used = not self._candidate.used, True
            for claim in claims:
                began = time.monotonic()
                terms = failed or await self._terms(candidate, claim.name)
                if claim is not claims[-1]:
                    await judge(claim, terms, began)
            lean = self._candidate.running
        await judge(claims[-1], terms, began)
        if not _all_accepted(verdicts):
            self._candidate.retire(lean)
        return verdicts, first

    async def _open(self, candidate: _Candidate) -> Refused | Undecided | None:
        """Elaborate what stands before the proof.  What to say of all claims if that fails."""
        try:
            await self._candidate.ask(
                candidate.header,
                lambda lean: lean.open(candidate.header, examples=candidate.examples),
            )
        except LeanProcessError as error:
            return Undecided(str(error))
        except InvalidHeader as error:
            return Refused(RefusalReason.COMPILE, f"line {error.line}: {error.message}")
        except (BadInput, ImportsNeeded) as error:
            return Refused(RefusalReason.COMPILE, str(error))
        return None

    async def _terms(self, candidate: _Candidate, name: Name) -> Terms | Refused | Undecided:
        """What the candidate's process gives out.  Nothing that it says makes a proof accepted."""
        try:
            lean = await self._candidate.client(self._candidate.imports_of(candidate.header))
            answer = await lean.export(
                candidate.header,
                name,
                candidate.proof,
                self._seconds,
                examples=candidate.examples,
            )
        except LeanProcessError as error:
            return Undecided(str(error))
        except (BadInput, ImportsNeeded) as error:
            return Refused(RefusalReason.COMPILE, str(error))
        if isinstance(answer, ExportAnswer):
            return answer.export
        if answer.refused == "undecided":
            return Undecided(answer.message)
        if answer.refused != "missing":
            return Refused(RefusalReason.COMPILE, answer.message)
        example = str(name[-1]).removeprefix(EXAMPLE_PREFIX) if candidate.examples else ""
        message = f"there is no example number {example}" if example.isdigit() else answer.message
        return Refused(RefusalReason.MISSING, message)

    async def _judge(self, claim: _Claim, terms: Terms | Refused | Undecided) -> Verdict:
        """Decide on terms; why there are none is a verdict already."""
        if not isinstance(terms, Mapping):
            return terms
        try:
            async with self._trusted.turn:
                code = code_of(claim.header, claim.source)
                lean = await self._trusted.client(claim.imports, code)
                if self._second:
                    self._second.warm(lean, ran_code=bool(code))
                answer = await lean.judge(
                    claim.header,
                    claim.name,
                    claim.source,
                    terms,
                    self._axioms,
                    self._seconds,
                    claim.before,
                    claim.fill,
                )
            verdict = await self._with_second(lean, answer, ran_code=bool(code))
            if self._export is not None and verdict.ok:
                await self._export.add(lean, answer)
            return verdict
        except LeanProcessError as error:
            return Undecided(str(error))
        except (InvalidHeader, InvalidStatement):
            raise
        except (BadInput, RecursionError) as error:  # terms that cannot even be sent
            return Refused(RefusalReason.KERNEL, f"malformed terms: {error}")

    async def _with_second(
        self, lean: LeanClient, answer: JudgeAnswer, *, ran_code: bool
    ) -> Verdict:
        """The verdict of Lean's kernel, and of the second one on what the first accepts."""
        verdict = _verdict(answer, f"Lean {lean.hello.lean}")
        if self._second is None or not isinstance(verdict, Accepted):
            return verdict
        second = await self._second.check(lean, answer, self._axioms, ran_code=ran_code)
        if not isinstance(second, Accepted):
            return second
        return replace(verdict, checkers=(*verdict.checkers, *second.checkers))


def as_declaration(script: str) -> str | None:
    """Recognize a script that is whole declarations, not a block of tactics.

    Args:
        script: The script of a proof.

    Returns:
        The declarations, with `theorem` for Mathlib's `lemma`, which other Lean does not know; None
        for a block of tactics, since no tactic begins as a declaration does.
    """
    if not _DECLARATION.match(script):
        return None
    return _LEMMA.sub(r"\g<1>theorem", script.strip()) + "\n"


def fill_sorry(source: str, hole: tuple[int, int], script: str) -> str:
    """Put a tactic block in the place of a `sorry`.

    After `by` and `=>` several lines, and one that would be too long, begin on a line of their
    own; where other tactics follow on the same line, brackets keep the block together.

    Args:
        source: The declaration.
        hole: Where the `sorry` starts and ends, in code points.
        script: The tactic block, at any indentation of its own.
    """
    before, after = source[: hole[0]], source[hole[1] :]
    line, rest = before.rsplit("\n", 1)[-1], after.split("\n", 1)[0].lstrip()
    script = script.strip("\n")
    several = "\n" in script
    indented = _INDENTATION.match(line)
    column = len(indented[0]) if indented else 0
    chained = rest.startswith((";", "<;>", "|")) or line.rstrip().endswith("<;>")
    if chained and (several or any(mark in script for mark in (";", "|", "<;>"))):
        return before + _bracketed(script, len(line)) + after
    opens_block = bool(_OPENS_BLOCK.search(line))
    fits = not several and (not opens_block or len(line) + len(script) <= WIDTH)
    if fits or column == len(line):
        return before + indent(script, " " * len(line)).lstrip(" ") + after
    if opens_block:
        return f"{before.rstrip(' ')}\n{indent(script, ' ' * (column + 2))}{after}"
    return before + _bracketed(script, len(line)) + after


WIDTH = 100
"""The longest line that Mathlib's style allows."""

_INDENTATION = re.compile(r"[ ]*(?:[·.] +)*")
_OPENS_BLOCK = re.compile(r"(?:by|=>) *$")


def _bracketed(script: str, column: int) -> str:
    """The script in brackets that open at `column`.

    All of it is to their right: Lean wants that of what follows on the last line.
    """
    lines = indent(script, " " * (column + 1)).lstrip(" ")
    end = "\n" + " " * (column + 1) if "--" in script.rsplit("\n", 1)[-1] else ""
    return f"({lines}{end})"


NAMELESS = "it has no name by which it could be found in the file that is checked"


def _rows(record: SorryRecord) -> list[tuple[SorryRecord, DeclarationRecord | None]]:
    """What is to be judged of a command; None where it declares nothing with a name.

    That are its theorems, and its definitions where the `sorry` is written, not made by a macro.
    """
    kinds = ("theorem", "definition") if record.sorries else ("theorem",)
    found = [row for row in record.declares if row.kind in kinds]
    if not found and not record.sorries:
        return []
    return [(record, row) for row in found] or [(record, None)]


def _shown(row: DeclarationRecord) -> str:
    return "example" if row.is_example else row.text


def _all_accepted(verdicts: Sequence[Verdict]) -> bool:
    return all(verdict.ok for verdict in verdicts)


def _verdict(answer: JudgeAnswer, kernel: str) -> Verdict:
    if not answer.refused:
        return Accepted(answer.axioms, checkers=(kernel,), definitions=answer.definitions)
    if answer.refused == "undecided":
        return Undecided(answer.message)
    return Refused(RefusalReason(answer.refused), answer.message, answer.axioms)
