"""`qstar prove`: statements, statement files and Lean files, proved and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from lean_env.errors import BadInput, BrokenEnvironment, InvalidStatement, LeanEnvError
from lean_env.types import Kernels
from prover.cli.support import options
from prover.cli.support.exits import Exit, explain, finish
from prover.cli.support.messages import complain, warn
from prover.config import DEFAULT, LeanChoice
from prover.types import Style

if TYPE_CHECKING:
    import asyncio

    from lean_env.types import Theorem
    from lean_env.wire.client import LaunchFactory
    from prover.cli.support.display import Display
    from prover.cli.support.report import Report
    from prover.config import Settings
    from prover.problems.lean_file import LeanFile
    from prover.problems.read import SourceFile, Target
    from prover.result import SearchResult
    from prover.result_json import Outcome
    from prover.session import ProverSession
    from prover.types import Problem


def prove(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET",
            help="A statement like 'theorem t (a b : Nat) : a + b = b + a', a .lean file whose "
            "`sorry`s are to be proved, FILE.lean:LINE for those of one line, a folder of these, a "
            ".jsonl or .txt file of statements, or - for any such text on standard input.  Without "
            "one, the `sorry`s of the Lake project here.",
            show_default=False,
        ),
    ] = None,
    policy: options.Policy = DEFAULT,
    search: options.Search = DEFAULT,
    value: options.Value = DEFAULT,
    timeout: options.Timeout = 60.0,
    max_lean_calls: options.MaxLeanCalls = None,
    max_tokens: options.MaxTokens = None,
    workers: options.Workers = None,
    lean: options.Lean = LeanChoice.AUTO,
    kernels: options.Kernels = Kernels.BOTH,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="With one worker and --max-lean-calls, the same seed gives the same search; the "
            "shipped model is waited for.",
            show_default="0, without waiting",
            rich_help_panel=options.SEARCHING,
        ),
    ] = None,
    polish: options.Polish = False,
    style: options.Style = Style.READABLE,
    disprove: Annotated[
        bool,
        typer.Option(
            "--disprove",
            help="Search for a proof of the negation as well.",
            rich_help_panel=options.SEARCHING,
        ),
    ] = False,
    no_refute: Annotated[
        bool,
        typer.Option(
            "--no-refute",
            help="Do not look for a counterexample before the search.",
            rich_help_panel=options.SEARCHING,
        ),
    ] = False,
    trace: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write what `qstar explain` explains into this folder.",
            file_okay=False,
            rich_help_panel=options.GOING_ON,
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the searches whose traces are in --trace.",
            rich_help_panel=options.GOING_ON,
        ),
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Only the theorem or definition of this name; may be given several times.",
            show_default="all",
            rich_help_panel=options.SELECTION,
        ),
    ] = None,
    json: Annotated[
        bool,
        typer.Option(
            "--json", help="One JSON line a theorem on stdout.", rich_help_panel=options.OUTPUT
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the JSON lines to this file, too.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    all: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Without TARGET: prove all `sorry`s of the project, and do not ask.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = False,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Put the proofs into the .lean files.", rich_help_panel=options.OUTPUT
        ),
    ] = False,
) -> None:
    """Prove theorems.  Exit code: 0 proved, 1 not, 2 bad input, 3 broken set-up, 4 false."""

    def command() -> Exit:
        from prover.config import Settings

        if resume and trace is None:
            raise BadInput(
                "there is nothing to go on with",
                where="--resume",
                remedy="name the folder with --trace DIR",
            )
        settings = Settings(
            search=search,
            policy=policy,
            value=value,
            timeout=timeout,
            max_lean_calls=max_lean_calls,
            max_tokens=max_tokens,
            workers=workers,
            kernels=kernels,
            seed=seed or 0,
            wait_for_model=seed is not None,
            polish=polish,
            style=style,
            disprove=disprove,
            refute=not no_refute,
            trace=trace,
        )
        return run(
            Options(
                targets=targets or _project(ask=not all),
                settings=settings,
                json=json,
                out=out,
                write=write,
                resume=resume,
                only=tuple(only or ()),
                lean=lean,
            )
        )

    finish(command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What `qstar prove` was asked for on the command line."""

    targets: Sequence[str]
    settings: Settings
    json: bool
    out: Path | None
    write: bool
    resume: bool
    only: tuple[str, ...]
    lean: str


def run(options: Options) -> Exit:
    """Prove everything and report it; the exit code is that of the worst outcome."""
    import asyncio
    from contextlib import ExitStack

    from prover.cli.support.display import Display
    from prover.cli.support.report import reporter
    from prover.cli.support.targets import read_targets, split_line
    from prover.lean_setup import prepare_lean

    work = read_targets(options.targets, write=options.write)
    with ExitStack() as stack:
        out = None
        if options.out:
            out = stack.enter_context(_opened(options.out))
        interrupted = asyncio.Event()
        files = [split_line(name)[0] for name in options.targets if _is_file(name)]
        launch, launch_for = prepare_lean(options.lean, files, interrupted.is_set)
        report = reporter(options.json, out, launch.lean)
        display = stack.enter_context(Display())
        return asyncio.run(_run(options, work, launch_for, report, display, interrupted))


def _is_file(name: str) -> bool:
    """Does it lie in a project, of which it may take Lean?"""
    from prover.cli.support.targets import split_line

    if name.endswith((".lean", ".jsonl")) or split_line(name)[1]:
        return True
    return len(name) < 256 and Path(name).exists()


def _project(*, ask: bool) -> list[str]:
    """The folder of the Lake project here, once its `sorry`s are listed and are to be proved.

    Raises:
        BadInput: There is no project, nothing to prove, or nobody to ask.
    """
    import sys

    from lean_env.toolchain.native import project_root
    from prover.cli.support.targets import holes_in
    from prover.problems.read import EXAMPLE
    from prover.runs.progress import count

    folder = project_root(Path.cwd())
    if folder is None:
        raise BadInput(
            "nothing to prove: no TARGET is given, and no Lake project is here",
            remedy=f"name a file or a folder, give - for standard input, or a statement: {EXAMPLE}",
        )
    holes = holes_in(folder)
    if not holes:
        raise BadInput("nothing to prove: the project has no `sorry`", where=str(folder))
    if not ask:
        return [str(folder)]
    for hole in holes:
        print(f"{hole.path.relative_to(folder)}:{hole.line}: {hole.text}")
    print(f"{count(len(holes), 'line')} with `sorry` in {folder}", flush=True)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput(
            "no TARGET is given, and there is no terminal to ask whether to prove all of these",
            remedy="give --all, or name the files to prove",
        )
    if not typer.confirm("Prove them all?"):
        raise typer.Exit(Exit.DONE)
    return [str(folder)]


def _opened(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="name a file in a folder that is there",
        ) from None


async def _run(
    options: Options,
    work: Sequence[Target],
    launch_for: LaunchFactory,
    report: Report,
    display: Display,
    interrupted: asyncio.Event,
) -> Exit:
    from prover.session import open_prover

    async with open_prover(options.settings, launch_for, theorems=len(work)) as prover:
        run = Run(prover, report, display, interrupted, options)
        return await run.all(work)


class Run:
    """The work of one command: its outcomes, and what is still to be done."""

    def __init__(
        self,
        prover: ProverSession,
        report: Report,
        display: Display,
        cancel: asyncio.Event,
        options: Options,
    ) -> None:
        self._prover, self._report, self._cancel = prover, report, cancel
        self._display = display
        self._write, self._resume, self._only = options.write, options.resume, options.only
        self._outcomes: list[Outcome] = []
        self._known = self._unread = self._files = 0
        """Theorems known of, files not yet read by Lean, and all files."""

    async def all(self, work: Sequence[Target]) -> Exit:
        """Work on as many targets at a time as there are workers; a single one has all of them.

        The first Ctrl-C ends the searches and keeps what there is, the second ends everything.
        """
        import asyncio
        import signal

        from prover.problems.read import SourceFile

        work = [target for target in work if self._wants(target)]
        self._files = self._unread = sum(isinstance(target, SourceFile) for target in work)
        self._known = len(work) - self._files
        self._display.stage("proving", self._known)
        at_once = max(1, min(self._prover.workers, len(work)))
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._interrupt)
        todo = iter(work)

        async def take_turns() -> None:
            for target in todo:
                if not self._cancel.is_set():
                    await self._target(target, self._prover.workers // at_once)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(at_once):
                    group.create_task(take_turns())
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        if self._only and not self._outcomes and not self._cancel.is_set():
            raise BadInput(
                f"nothing of this name is to be proved: {', '.join(self._only)}",
                where="--only",
                remedy="give names as they are declared, with their namespaces or without",
            )
        return self._sum_up()

    def _wants(self, target: Target) -> bool:
        """Whether `--only` leaves a target; of a file it does so for each declaration."""
        from prover.problems.read import SourceFile

        return isinstance(target, SourceFile) or not self._only or target.theorem.name in self._only

    def _interrupt(self) -> None:
        import asyncio
        import signal

        self._cancel.set()
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)

    def _sum_up(self) -> Exit:
        from prover.cli.support.report import exit_of, worst
        from prover.runs.progress import count

        exits = [exit_of(outcome) for outcome in self._outcomes]
        known = max(self._known, len(exits))
        if known > 1 or self._unread:
            text = f"{exits.count(Exit.DONE)} of {known} proved"
            if self._files > 1:
                text += f" in {self._files} files"
            if left := known - len(exits):
                text += f", {left} not begun"
            if self._unread:
                text += f", {count(self._unread, 'file')} not read"
            self._report.text(text)
        if self._cancel.is_set():
            self._say_how_to_go_on()
            return Exit.INTERRUPTED
        return worst(exits)

    def _say_how_to_go_on(self) -> None:
        if self._prover.settings.trace:
            complain("interrupted", "The same command with --resume goes on.")
        else:
            complain("interrupted", "With --trace DIR, --resume could have gone on from here.")

    async def _target(self, target: Target, workers: int) -> None:
        from lean_env.errors import InvalidHeader
        from prover.problems.read import SourceFile

        if isinstance(target, SourceFile):
            await self._file(target, workers)
            return
        theorem = target.theorem
        outcome = await self._attempt(theorem, workers)
        if isinstance(outcome, InvalidHeader | InvalidStatement):
            part = "header" if isinstance(outcome, InvalidHeader) else "formal_statement"
            outcome.where = f"{target.place}, {part}" if target.place else theorem.name
        self._record(theorem.name, outcome, proof=True)

    async def _file(self, source: SourceFile, workers: int) -> None:
        """Prove what a file leaves open, in order; then show the change, or write it."""
        from dataclasses import replace

        from prover.problems.lean_file import LeanFile, selected
        from prover.types import TheoremStatus

        file = LeanFile(source.path, source.text)
        try:
            sorries = await self._prover.scan(file.text)
        except LeanEnvError as error:
            self._known += 1
            self._record(source.path.name, _in_file(error, source.path))
            return
        finally:
            self._unread -= 1
        try:
            chosen = selected(sorries, line=source.line, names=self._only)
        except BadInput as error:
            self._known += 1
            self._record(source.path.name, _in_file(error, source.path))
            return
        self._known += len(chosen)
        self._display.extend(len(chosen))
        if not sorries and not self._only:
            self._report.text(f"{source.path}: nothing to prove, no declaration has a `sorry`")
        for record in chosen:
            theorem = file.theorem(record)
            line = source.line and source.line - record.line + 1
            outcome = await self._attempt(theorem, workers, record.sorries, line)
            if isinstance(outcome, LeanEnvError):
                self._record(theorem.name, _in_file(outcome, source.path, record.line))
                continue
            if outcome.status is TheoremStatus.PROVED:
                file.put(record, outcome.proof)
            elif outcome.partial:
                file.put(record, outcome.partial)
            holes = [replace(hole, line=record.line + hole.line - 1) for hole in outcome.holes]
            self._record(theorem.name, replace(outcome, holes=tuple(holes)))
            if self._cancel.is_set():
                break
        await self._finish(file)

    async def _finish(self, file: LeanFile) -> None:
        from prover.runs.files import reporting_disk_errors

        if not file.changed:
            return
        try:
            await self._prover.scan(file.text)  # each proof was checked, the whole was not
            if self._write:
                with reporting_disk_errors(file.path):
                    file.write()
        except LeanEnvError as error:
            self._note(file.path.name, _in_file(error, file.path), proof=False)
        else:
            if self._write:
                self._report.text(f"written: {file.path}")
        self._report.text(file.diff())

    async def _attempt(
        self,
        theorem: Theorem,
        workers: int,
        sorries: int | None = None,
        line: int | None = None,
    ) -> SearchResult | LeanEnvError:
        """Prove a statement, or a declaration of a file.

        Args:
            theorem: What to prove.
            workers: Lean processes that search it side by side.
            sorries: For a declaration of a file, how many `sorry`s its text has; there, Lean's own
                rule for unknown names holds.
            line: Only the `sorry`s in this line of the declaration are to be proved, if it has some
                there and elsewhere.
        """
        from lean_env.errors import LeanCrash, LeanOutOfMemory, LeanTimeout
        from prover.problems.negation import negation_name
        from prover.problems.sketch import hole_lines, without_number
        from prover.runs.progress import search_detail

        def show(problem: Problem) -> None:
            name = problem.graph.root.state.theorem.name  # of the theorem or of its negation
            self._display.update(without_number(name), search_detail(problem))

        self._display.begin(theorem.name)
        try:
            if sorries == 0:
                raise InvalidStatement("a macro makes its `sorry`: there is none to be replaced")
            return await self._prover.prove(
                theorem,
                workers=workers,
                sorries=sorries or 1,
                line=line if line in hole_lines(theorem.statement) else None,
                strict_names=sorries is None,
                resume=self._resume,
                on_progress=show,
                notice=warn,
                cancel=self._cancel,
            )
        except (LeanCrash, LeanOutOfMemory, LeanTimeout) as error:
            return InvalidStatement(
                f"too much for Lean: {error}",
                remedy="Make it smaller: less deeply nested, shorter literals.",
            )
        except LeanEnvError as error:
            return error
        finally:
            self._display.forget(negation_name(theorem.name))
            self._display.end(theorem.name)

    def _record(
        self, name: str, result: SearchResult | LeanEnvError, *, proof: bool = False
    ) -> None:
        if self._cancel.is_set() and isinstance(result, BrokenEnvironment):
            return  # Ctrl-C reached the set-up of Lean as well
        self._note(name, result, proof=proof)

    def _note(self, name: str, result: SearchResult | LeanEnvError, *, proof: bool) -> None:
        from prover.result_json import Outcome

        outcome = Outcome(name, result)
        self._outcomes.append(outcome)
        self._report.outcome(outcome, proof=proof)
        if isinstance(result, LeanEnvError):
            explain(result)


def _in_file(error: LeanEnvError, path: Path, declaration: int = 1) -> LeanEnvError:
    """`error` with its place in a file; a statement's lines begin where its declaration does."""
    if isinstance(error, BadInput):
        error.where = str(path)
    if isinstance(error, InvalidStatement):
        error.line = declaration + max(error.line - 1, 0)
    return error
