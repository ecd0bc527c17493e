"""The prover as tools for coding agents, over the Model Context Protocol (MCP)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from lean_env.errors import InvalidStatement, LeanEnvError
from lean_env.types import Applied, ProofState, Theorem, Transition
from prover.problems.names import explained, require_declared
from prover.problems.read import parse_statement
from prover.problems.refutation import refute
from prover.proofs.replay import Replay, replay
from prover.result import SearchResult
from prover.runs.manifest import package_version
from prover.runs.progress import count
from prover.server.config import Address
from prover.server.request_limits import RequestGuard
from prover.server.verify import VerifyReply, check_proof, verify_reply
from prover.session import ProverSession
from prover.tracing import terminal
from prover.tracing.trace import Trace
from prover.types import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp

ABOUT = (
    "Lean 4.  A statement declares a theorem, like `theorem t (a b : Nat) : a + b = b + a`; a "
    "header is Lean source before it (imports, opens, definitions).  Nothing is called proved that "
    "the kernel did not accept."
)
Statement = Annotated[
    str,
    Field(
        description="A theorem's declaration, like `theorem t (a b : Nat) : a + b = b + a`.",
        examples=["theorem t (a b : Nat) : a + b = b + a"],
    ),
]
Header = Annotated[
    str,
    Field(description="Lean source before the statement: imports, `open`s, definitions."),
]
Seconds = Annotated[float, Field(gt=0, description="Time limit of the search in seconds.")]

REMEMBERED = 20
"""Number of searches that `explain` can show."""

PROGRESS_SECONDS = 1.0
"""Time between two reports of progress."""

BODY_BYTES, BODY_SECONDS = 2**20, 30.0
"""Limits of a request's body: size, and time to arrive."""


class ProveReply(BaseModel):
    """The result of a search.

    `status` is proved, disproved (`proof` is one of the negation, and `counterexample` has the
    values), open (not settled within the limits) or failed (nothing left to try).
    `search` is the argument of `explain`.  `auto_bound` lists names that nothing declares, so that
    Lean took them for variables.
    """

    search: str
    status: str
    stop: str
    proof: str
    counterexample: tuple[tuple[str, str], ...]
    tactics: tuple[str, ...]
    lean_calls: int
    seconds: float
    auto_bound: tuple[str, ...]


class RefuteReply(BaseModel):
    """Values with which a statement is false, and a verified proof of its negation.

    Both are empty where there is none: then the statement may be true or false.
    """

    counterexample: tuple[tuple[str, str], ...] = ()
    proof: str = ""


class GoalsReply(BaseModel):
    """The proof states that are left, each with its goals.

    There are none when all goals are closed; `verify` has then still to accept the proof.  If a
    tactic was rejected, `message` is Lean's, and the states are those before it.  `auto_bound` is
    as in the answer of `prove`.
    """

    states: list[str]
    rejected: str = ""
    message: str = ""
    auto_bound: tuple[str, ...]


class TacticReply(BaseModel):
    """The outcome of a tactic: the states that it leaves, or why Lean rejected it."""

    tactic: str
    taken: bool
    states: list[str] = []
    message: str = ""


class TacticsReply(BaseModel):
    """The outcome of each tactic; `auto_bound` is as in the answer of `prove`."""

    outcomes: list[TacticReply]
    auto_bound: tuple[str, ...]


def make_server(prover: ProverSession) -> MCPServer[None]:
    """Make an MCP server with the methods of `Tools` as its tools."""
    version = package_version() or "unknown"
    server: MCPServer[None] = MCPServer(
        "qstar", instructions=ABOUT, version=version, log_level="WARNING"
    )
    tools = Tools(prover)
    for tool in (
        tools.prove,
        tools.verify,
        tools.refute,
        tools.goals,
        tools.try_tactics,
        tools.explain,
    ):
        server.add_tool(tool)
    return server


def http_app(server: MCPServer[None], address: Address) -> ASGIApp:
    """Wrap the server as an ASGI application: streamable HTTP at /mcp, guarded by a token."""
    app = server.streamable_http_app(host=address.host)
    return RequestGuard(app, token=address.token, body_bytes=BODY_BYTES, body_seconds=BODY_SECONDS)


class Tools:
    """The MCP tools; agents see the docstrings of its methods."""

    def __init__(self, prover: ProverSession) -> None:
        self._prover = prover
        self._searches: dict[str, SearchResult] = {}  # with their graphs, the last one last
        self._numbers = itertools.count(1)

    async def prove(
        self, statement: Statement, ctx: Context, header: Header = "", seconds: Seconds = 60
    ) -> ProveReply:
        """Search for a proof of a theorem, for at most so many seconds."""
        settings = self._prover.settings
        allowed = min(seconds, settings.timeout or seconds)
        prover = replace(self._prover, settings=replace(settings, timeout=allowed))
        with _as_tool_error():
            result = await _reporting(prover, statement, header, ctx)
        name = str(next(self._numbers))
        self._searches[name] = result
        if len(self._searches) > REMEMBERED:
            del self._searches[next(iter(self._searches))]
        return ProveReply(
            search=name,
            status=result.status,
            stop=result.stop,
            proof=result.proof,
            counterexample=result.counterexample,
            tactics=result.tactics,
            lean_calls=result.stats.lean_calls,
            seconds=round(result.stats.seconds, 2),
            auto_bound=result.auto_bound,
        )

    async def verify(
        self,
        statement: Statement,
        proof: Annotated[
            str, Field(description="A block of tactics, or the whole declaration with its proof.")
        ],
        header: Header = "",
    ) -> VerifyReply:
        """Check whether `proof` proves the statement.

        The kernel decides, in a process that has not seen the proof's text; statement and axioms
        are compared.
        """
        with _as_tool_error():
            theorem = parse_statement(statement, header)
            return verify_reply("", await check_proof(self._prover.verifier, theorem, proof))

    async def refute(self, statement: Statement, header: Header = "") -> RefuteReply:
        """Look for small values with which a theorem is false, for a fraction of a second."""
        theorem, pool = parse_statement(statement, header), self._prover.pool
        with _as_tool_error():
            root = await pool.start(theorem)
            try:
                result = await refute(theorem, root, pool, self._prover.verifier, None)
            finally:
                await pool.release([root])
        if result is None:
            return RefuteReply()
        return RefuteReply(counterexample=result.counterexample, proof=result.proof)

    async def goals(
        self,
        statement: Statement,
        tactics: Annotated[list[str], Field(description="To run first, one after the other.")] = [],  # noqa: B006
        header: Header = "",
    ) -> GoalsReply:
        """Show the goals of a theorem, after tactics if given; each is run on the first goal."""
        with _as_tool_error():
            parsed = parse_statement(statement, header)
            async with self._walked(parsed, tactics) as (root, walked):
                states = [state.text for state in walked.open]
        return GoalsReply(
            states=states,
            rejected=walked.failed.tactic if walked.failed else "",
            message=_rejection(walked.failed.transition) if walked.failed else "",
            auto_bound=root.auto_bound,
        )

    async def try_tactics(
        self,
        statement: Statement,
        tactics: Annotated[list[str], Field(description="The alternatives, each tried alone.")],
        after: Annotated[
            list[str], Field(description="Tactics to run before, one after the other.")
        ] = [],  # noqa: B006
        header: Header = "",
    ) -> TacticsReply:
        """Try alternative tactics on the first goal of a theorem, as it is after other tactics.

        The result shows what each leads to; nothing is kept.
        """
        pool = self._prover.pool
        with _as_tool_error():
            parsed = parse_statement(statement, header)
            async with self._walked(parsed, after) as (root, walked):
                if walked.failed or not walked.open:
                    message = "there is no goal after these tactics: ask `goals` what they do"
                    raise ToolError(message)
                [outcomes] = await pool.step([(walked.open[0], tactics)])
            await pool.release([s for o in outcomes if isinstance(o, Applied) for s in o.states])
        tried = [_tried(tactic, outcome) for tactic, outcome in zip(tactics, outcomes, strict=True)]
        return TacticsReply(outcomes=tried, auto_bound=root.auto_bound)

    @asynccontextmanager
    async def _walked(
        self, theorem: Theorem, tactics: Sequence[str]
    ) -> AsyncIterator[tuple[ProofState, Replay]]:
        """Start a theorem, run tactics on it, and release all states when the context ends."""
        pool = self._prover.pool
        try:
            states = [await pool.start(theorem)]
        except InvalidStatement as error:
            raise explained(error, theorem) from error
        try:
            require_declared(theorem, states[0].auto_bound)
            walked = await replay(pool, states[0], tactics)
            states += walked.states
            yield states[0], walked
        finally:
            await pool.release(states)

    async def explain(
        self,
        search: Annotated[str, Field(description="`search` of an answer of `prove`.")],
        most: Annotated[int, Field(ge=1, description="States of the tree to show.")] = 40,
    ) -> str:
        """Explain a search of `prove`.

        Shows its tree of at most `most` states, what became of each and why, and where the budget
        went.
        """
        from rich.console import Console

        if (result := self._searches.get(search)) is None:
            known = ", ".join(self._searches) or "none yet"
            raise ToolError(f"there is no search {search}; the last ones are: {known}")
        assert result.graph is not None
        trace = Trace(
            name=result.theorem.name,
            search=self._prover.settings.search_name,
            graph=result.graph,
            status=result.status,
            stop=result.stop,
            proof=result.proof,
            stats=result.stats,
        )
        console = Console(width=120, no_color=True, force_terminal=False)
        with console.capture() as captured:
            for part in terminal.report(trace, most):
                console.print(part)
        return captured.get()


async def _reporting(
    prover: ProverSession, statement: str, header: str, ctx: Context
) -> SearchResult:
    """Prove, and report progress to the client.  Cancelling ends the search."""
    problems: list[Problem] = []

    def note(problem: Problem) -> None:
        problems[:] = [problem]

    theorem = parse_statement(statement, header)
    search = asyncio.create_task(
        prover.prove(
            theorem,
            workers=prover.workers,
            strict_names=True,
            keep_graph=True,
            on_progress=note,
        )
    )
    try:
        while not search.done():
            await asyncio.wait([search], timeout=PROGRESS_SECONDS)
            for problem in problems:
                used = problem.budget.stats
                states = count(len(problem.graph.nodes), "state")
                message = f"{count(used.lean_calls, 'tactic')} run, {states}"
                await ctx.report_progress(used.seconds, prover.settings.timeout, message)
        return await search
    finally:
        search.cancel()


@contextmanager
def _as_tool_error() -> Iterator[None]:
    """Convert errors of the library to tool errors, with their remedies."""
    try:
        yield
    except LeanEnvError as error:
        raise ToolError(error.explain()) from error


def _tried(tactic: str, outcome: Transition) -> TacticReply:
    if isinstance(outcome, Applied):
        return TacticReply(
            tactic=tactic,
            taken=True,
            states=[state.text for state in outcome.states],
            message="\n".join(outcome.messages),
        )
    return TacticReply(tactic=tactic, taken=False, message=_rejection(outcome))


def _rejection(outcome: Transition) -> str:
    return "" if isinstance(outcome, Applied) else f"{outcome.reason}: {outcome.message}"
