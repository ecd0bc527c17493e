"""A prover that is ready: Lean processes, the gate, a policy, a value, a search."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from lean_env.errors import BrokenEnvironment
from lean_env.types import Theorem
from lean_env.wire.protocol import SorryRecord
from prover.config import Settings
from prover.result import SearchResult
from prover.types import Budget, Guide, Policy, Problem, SearchAlgorithm

if TYPE_CHECKING:
    from lean_env.gate.gate import Gate
    from lean_env.pool import LeanPool
    from lean_env.wire.client import LaunchFactory
    from prover.tracing.trace import Trace

logger = logging.getLogger(__name__)

WORKER_BYTES = 1_000_000_000
"""What a Lean process may take before one less is started by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProverSession:
    """A prover whose Lean processes and models are ready; may prove theorems concurrently."""

    settings: Settings
    workers: int
    pool: LeanPool
    verifier: Gate
    policy: Policy
    guide: Guide
    search: SearchAlgorithm

    async def prove(
        self,
        theorem: Theorem,
        *,
        workers: int = 1,
        sorries: int = 1,
        line: int | None = None,
        strict_names: bool = False,
        keep_graph: bool = False,
        resume: bool = False,
        on_progress: Callable[[Problem], None] | None = None,
        notice: Callable[[str], None] = logger.warning,
        cancel: asyncio.Event | None = None,
    ) -> SearchResult:
        """Search for a proof of one theorem; see `prover.pipeline.prove`.

        Args:
            theorem: The theorem.
            workers: How many Lean workers this theorem may keep busy.  With one, the search is
                reproducible.
            sorries: How many `sorry`s the declaration has.  Several are proved one after the other,
                within one budget.
            line: Of several `sorry`s, only those in this line of the declaration.
            strict_names: As in `prover.pipeline.prove`.
            keep_graph: Whether the result holds the proof graph.
            resume: Whether to continue the search whose trace `settings.trace` holds, if any.
            on_progress: Called after each response of Lean.
            notice: Called with a message about what could not be done beside proving.
            cancel: Setting it ends the search.

        Returns:
            The result; with `settings.disprove`, possibly a proof of the negation,
            and with `settings.refute` one from a counterexample.
        """
        from prover.pipeline import prove
        from prover.problems.negation import prove_or_disprove
        from prover.problems.sketch import prove_each_sorry
        from prover.search.budget import remaining

        settings, budget = self.settings, self.settings.budget
        if settings.disprove and budget.lean_calls is not None:
            budget = replace(budget, lean_calls=(budget.lean_calls + 1) // 2)

        async def one(
            claim: Theorem, ends: asyncio.Event | None, budget: Budget = budget
        ) -> SearchResult:
            before = self._trace_of(claim, notice) if resume else None
            if before:
                budget = remaining(budget, before.stats)  # limits are of the whole search
            return await prove(
                claim,
                env=self.pool,
                verifier=self.verifier,
                policy=self.policy,
                value=self.guide.value,
                scorer=self.guide.scorer,
                algorithm=self.search,
                budget=budget,
                seed=settings.seed,
                workers=workers,
                saved=before.graph if before else None,
                polished=settings.polish,
                style=settings.style,
                refuting=settings.refute and before is None and claim is theorem,
                strict_names=strict_names,
                keep_graph=keep_graph,
                on_progress=on_progress,
                on_end=partial(self._trace, before, notice),
                cancel=ends,
            )

        if sorries > 1:
            return await prove_each_sorry(
                theorem,
                sorries,
                budget,
                lambda claim, share: one(claim, cancel, share),
                line=line,
            )
        if settings.disprove:
            return await prove_or_disprove(theorem, one, cancel, notice)
        return await one(theorem, cancel)

    def _trace_of(self, theorem: Theorem, notice: Callable[[str], None]) -> Trace | None:
        from prover.tracing.trace import path_for, read

        path = path_for(self.settings.trace, theorem.name) if self.settings.trace else None
        if path is None or not path.exists():
            return None
        found = read(path)
        if found.graph.root.state.theorem.header != theorem.header:
            # As when a theorem above it in its file has been proved since.
            notice(f"{theorem.name}: begins anew, what stands before it has changed since {path}")
            return None
        return found

    def _trace(
        self,
        before: Trace | None,
        notice: Callable[[str], None],
        problem: Problem,
        result: SearchResult,
    ) -> None:
        from prover.tracing.trace import write

        if self.settings.trace:
            used = result.stats + before.stats if before else result.stats
            total = replace(result, stats=used)
            try:
                write(self.settings.trace, self.settings.search_name, problem, total)
            except BrokenEnvironment as error:  # no reason to lose the proof as well
                notice(f"{result.theorem.name}: its search is not kept: {error}")

    async def scan(self, source: str) -> tuple[SorryRecord, ...]:
        """The declarations of a file that contain `sorry`.

        Raises:
            InvalidHeader: The file has errors, or a command that is too much for Lean or does not
                end within the time for a theorem.
        """
        from prover.problems.bounded_scan import scan_within

        return (await scan_within(self.pool, source, self.settings.timeout)).sorries


@asynccontextmanager
async def open_prover(
    settings: Settings, launch: LaunchFactory, theorems: int
) -> AsyncIterator[ProverSession]:
    """Open a session; its Lean processes end with the `async with`.

    Args:
        settings: How to prove.
        launch: How to start Lean.
        theorems: About how many theorems will be proved, which limits the number of workers.

    Raises:
        BadInput: The folder of traces or a model cannot be used.
    """
    from lean_env.gate.gate import make_gate
    from lean_env.pool import LeanPool, PoolConfig

    if settings.trace:
        from prover.tracing.trace import prepare

        prepare(settings.trace)
    workers = settings.workers or default_workers(theorems)
    policy = await asyncio.to_thread(settings.make_policy)
    guide = await asyncio.to_thread(settings.make_guide)
    async with (
        LeanPool(launch, PoolConfig(workers=workers)) as pool,
        make_gate(launch, kernels=settings.kernels) as verifier,
    ):
        preparing = asyncio.create_task(verifier.prepare())
        try:
            yield ProverSession(
                settings=settings,
                workers=workers,
                pool=pool,
                verifier=verifier,
                policy=policy,
                guide=guide,
                search=settings.make_search(),
            )
        finally:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)  # to fail where it matters


def default_workers(theorems: int) -> int:
    """One worker per theorem, as far as processors and memory allow."""
    import psutil

    fitting = psutil.virtual_memory().available // WORKER_BYTES
    return max(1, min(theorems, os.cpu_count() or 1, fitting))
