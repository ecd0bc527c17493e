"""Speed of `qstar serve`, relative to its own workers and to a Lean process for each proof.

    python -m benchmarks.perf.service [--out FILE] [--requests N] [--gate]

The service and its clients are in one process: all costs of HTTP are included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from itertools import count, islice
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.perf.measurement import Measurement, table
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.types import Kernels
from lean_env.wire.client import LaunchFactory, LeanClient

if TYPE_CHECKING:
    from prover.server.app import Service

BATCH = 8
"""Proofs in a request, as Kimina's clients send them."""

IN_FLIGHT = 8
"""Requests at a time."""

WARM_UP = 80
"""Proofs that go through the gate before it is measured."""

MEMORY_SAMPLES = 20
"""How often Lean's memory is looked at."""

PROOFS = (
    "theorem t{0} (a b : Nat) : a + b + {0} = b + a + {0} := by omega",
    "theorem t{0} (a b : Nat) : a + (b + {0}) = a + b + {0} := by simp [Nat.add_assoc]",
    "theorem t{0} (p q : Prop) (h : p ∧ q) : q ∧ p ∧ {0} = {0} := ⟨h.2, h.1, rfl⟩",
    "theorem t{0} (xs : List Nat) : (xs ++ [{0}]).length = xs.length + 1 := by simp",
    "theorem t{0} : {0} + {0} = 2 * {0} := by decide",
    "theorem t{0} (n : Nat) (h : n < {0}) : n ≤ {0} := Nat.le_of_lt h",
)

Post = Callable[[str, object], Awaitable[tuple[int, dict[str, Any]]]]


def main() -> None:
    """Read the options, measure, print a table, and write the JSON file that `--out` names."""
    parser = argparse.ArgumentParser(description="Measure the speed of qstar serve.")
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    parser.add_argument("--runs", type=int, default=3, help="samples of each rate (default: 3)")
    parser.add_argument(
        "--requests", type=int, default=20_000, help="for the memory (default: 20000)"
    )
    parser.add_argument("--gate", action="store_true", help="measure the gate alone")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.runs, 0 if options.gate else options.requests))
    print(table(figures))
    if options.out:
        rows = [figure.record() for figure in figures]
        options.out.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


async def measure(runs: int, requests: int) -> list[Measurement]:
    """Measure throughput, latency, lost requests and memory.

    Args:
        runs: The number of samples of each rate.
        requests: The number of requests for the growth of memory; with 0 only the gate is measured.

    Returns:
        The measurements, in the order of the table.
    """
    cache = default_cache_dir()
    embedded_launch(cache)  # sets up what is missing, before anything is timed
    launch = partial(embedded_launch, cache)
    through_gate = await gate(launch, runs)
    if not requests:
        return through_gate
    async with RunningService.start(launch) as running:
        await running.over_http(200)  # compiles what is hot
        rates = [(await running.over_http(400), await running.direct(400)) for _ in range(runs)]
        http, direct = [a for a, _ in rates], [b for _, b in rates]
        p99 = await running.p99(max(http) / 2, seconds=20)
        lost = await running.lost(clients=200, each=5)
        alone = await processes(launch, 6)
        grown, most = await running.growth(requests)
    return [
        *through_gate,
        Measurement(
            name="over HTTP, two workers", unit="proofs/s", samples=tuple(http), at_least=40
        ),
        Measurement(name="the same workers, no HTTP", unit="proofs/s", samples=tuple(direct)),
        Measurement(
            name="HTTP against no HTTP",
            unit="ratio",
            samples=tuple(a / b for a, b in rates),
            at_least=0.9,
        ),
        Measurement(name="p99 at half that load", unit="ms", samples=(p99,), at_most=200),
        Measurement(name="lost, 200 clients at once", unit="requests", samples=(lost,), at_most=0),
        Measurement(name="a Lean process for each proof", unit="proofs/s", samples=(alone,)),
        Measurement(
            name="HTTP against a Lean process each",
            unit="ratio",
            samples=tuple(rate / alone for rate in http),
            at_least=20,
        ),
        Measurement(
            name=f"memory gained over {requests} requests", unit="MB", samples=(grown,), at_most=64
        ),
        Measurement(name="all Lean processes meanwhile, at most", unit="MB", samples=(most,)),
    ]


async def gate(launch: LaunchFactory, runs: int) -> list[Measurement]:
    """Measure throughput of the gate.

    Args:
        launch: Starts Lean.
        runs: The number of samples of each rate.

    Returns:
        Proofs a second over HTTP: with both kernels, also for several proofs of each statement, and
        with Lean's kernel alone.
    """
    async with RunningService.start(launch) as running:
        await running.verified(WARM_UP)
        pairs = [
            (await running.verified(240), await running.verified(240, samples=BATCH))
            for _ in range(runs)
        ]
    async with RunningService.start(launch, Kernels.LEAN) as running:
        await running.verified(WARM_UP)
        one_kernel = [await running.verified(240) for _ in range(runs)]
    both, samples = [a for a, _ in pairs], [b for _, b in pairs]
    return [
        Measurement(
            name="through the gate, both kernels", unit="proofs/s", samples=tuple(both), at_least=30
        ),
        Measurement(
            name=f"the same, {BATCH} proofs of each statement",
            unit="proofs/s",
            samples=tuple(samples),
        ),
        Measurement(
            name="the same, Lean's kernel alone", unit="proofs/s", samples=tuple(one_kernel)
        ),
    ]


class RunningService:
    """A running service, and a client of it."""

    def __init__(self, service: Service, post: Post) -> None:
        self._service, self._post = service, post
        self._texts = texts()
        self._claims = count()

    @classmethod
    @asynccontextmanager
    async def start(
        cls, launch: LaunchFactory, kernels: Kernels = Kernels.BOTH
    ) -> AsyncIterator[RunningService]:
        """Start a service on a free port; it stops when the context ends."""
        import httpx

        from prover.config import Settings
        from prover.server.app import Service, make_app
        from prover.server.config import Address, ServiceConfig
        from prover.server.graceful_server import GracefulServer, listen
        from prover.server.job_store import JobStore

        started = asyncio.Event()
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(JobStore(Path(folder) / "jobs.sqlite")) as store,
            listen(Address(port=0)) as socket,
        ):
            config = ServiceConfig(settings=Settings(kernels=kernels))
            service = Service(launch, config, store, {})
            server = GracefulServer(make_app(service), on_start=started.set, on_stop=service.stop)
            serving = asyncio.create_task(server.serve([socket]))
            await started.wait()
            url = f"http://127.0.0.1:{socket.getsockname()[1]}"
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
            async with httpx.AsyncClient(base_url=url, timeout=600, limits=limits) as client:

                async def post(path: str, body: object) -> tuple[int, dict[str, Any]]:
                    answer = await client.post(path, json=body)
                    return answer.status_code, answer.json()

                yield cls(service, post)
            server.should_exit = True
            await serving

    async def over_http(self, proofs: int) -> float:
        """Proofs a second, in batches over HTTP."""
        return await _rate(proofs // BATCH, lambda: self._check(BATCH)) * BATCH

    async def direct(self, proofs: int) -> float:
        """Proofs a second in the same batches, by calling the pool."""
        async with self._service.pools.entry("") as entry:

            async def batch() -> None:
                each = islice(self._texts, BATCH)
                answers = await asyncio.gather(*(entry.pool.check("", t, 60) for t in each))
                assert all(answer.ok for answer in answers)

            return await _rate(proofs // BATCH, batch) * BATCH

    async def verified(self, proofs: int, *, samples: int = 1) -> float:
        """Measure how many proofs the gate accepts in a second, in batches over HTTP.

        Args:
            proofs: The number of proofs.
            samples: How many proofs there are of each statement, one after the other.

        Returns:
            Proofs a second.
        """

        async def batch() -> None:
            numbers = [next(self._claims) // samples for _ in range(BATCH)]
            claims = [f"theorem t (a b : Nat) : a + b + {n} = b + a + {n}" for n in numbers]
            each = [{"statement": claim, "proof": "omega"} for claim in claims]
            _, response = await self._post("/v1/verify", {"proofs": each})
            assert all(word["status"] == "accepted" for word in response["results"]), response

        return await _rate(proofs // BATCH, batch) * BATCH

    async def p99(self, rate: float, seconds: float) -> float:
        """Measure the 99th percentile of latency under a steady load.

        Requests of one proof are sent at even intervals, whether earlier ones are answered or not.

        Args:
            rate: Requests a second.
            seconds: How long.

        Returns:
            Milliseconds from when a request was due to its response.
        """
        taken: list[float] = []

        async def one(due: float) -> None:
            await self._check(1)
            taken.append((time.perf_counter() - due) * 1e3)

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for i in range(int(rate * seconds)):
                due = began + i / rate
                await asyncio.sleep(max(due - time.perf_counter(), 0))
                group.create_task(one(due))
        return quantiles(taken, n=100)[98]

    async def lost(self, clients: int, each: int) -> int:
        """Count requests without a correct response, of clients that all start at once."""

        async def client() -> int:
            return sum([not await self._check(1, strict=False) for _ in range(each)])

        return sum(await asyncio.gather(*(client() for _ in range(clients))))

    async def growth(self, requests: int) -> tuple[float, float]:
        """Measure memory while requests are answered; the first fifth is warm-up.

        Args:
            requests: The number of requests.

        Returns:
            Megabytes that this process gains, and the most that all Lean processes have together.
            These are replaced when they have grown.
        """
        from prover.server.pool_cache import lean_memory_mb

        me = psutil.Process()
        await _rate(requests // 5, lambda: self._check(1))
        before, most = me.memory_info().rss, 0.0
        for _ in range(MEMORY_SAMPLES):
            await _rate((requests - requests // 5) // MEMORY_SAMPLES, lambda: self._check(1))
            most = max(most, lean_memory_mb())
        return (me.memory_info().rss - before) / 1e6, most * 2**20 / 1e6

    async def _check(self, proofs: int, *, strict: bool = True) -> bool:
        """Whether all proofs of a request were checked, and none has an error."""
        snippets = [{"id": str(i), "code": t} for i, t in enumerate(islice(self._texts, proofs))]
        status, response = await self._post("/api/check", {"snippets": snippets, "timeout": 60})
        good = status == 200 and all(reply["response"] == {} for reply in response["results"])
        assert good or not strict, response
        return good


def texts() -> Iterator[str]:
    """Generate short proofs, all different."""
    return (PROOFS[i % len(PROOFS)].format(i) for i in count(1))


async def _rate(times: int, work: Callable[[], Awaitable[object]]) -> float:
    """How often `work` is done in a second, several at a time."""
    left = iter(range(times))

    async def worker() -> None:
        for _ in left:
            await work()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return times / (time.perf_counter() - began)


async def processes(launch: LaunchFactory, proofs: int) -> float:
    """Proofs a second with a new Lean process for each, two at a time."""
    todo: Sequence[str] = list(islice(texts(), proofs))
    free = asyncio.Semaphore(2)

    async def one(text: str) -> None:
        async with free:
            client = await LeanClient.launch(launch(("Init",)))
            try:
                assert (await client.check("", text, 60)).ok
            finally:
                await client.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(text) for text in todo))
    return proofs / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
