"""What both kernels say of stored proofs, and what the second one adds to a verdict.

    python -m benchmarks.studies.data_kernels DIR… [--most N] [--out FILE]

The proofs go through the gate one after the other, so that nothing waits for another proof.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from statistics import median, quantiles

from lean_env.gate.verifier import Verifier
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.types import Accepted, Theorem, Verdict
from lean_env.wire.client import LaunchFactory, LeanClient
from lean_env.wire.protocol import JudgeAnswer
from prover.datasets.recheck import recheck, stored_proofs

EVERY = 100
"""Proofs from one line of progress to the next."""


class TimedVerifier(Verifier):
    """A verifier that measures the second kernel.

    Attributes:
        added: Seconds of each check of the second kernel.
        most_mb: The most private memory of its process that was seen after a check, in MiB.
    """

    def __init__(self, launch: LaunchFactory) -> None:
        super().__init__(launch)
        self.added: list[float] = []
        self.most_mb = 0.0

    async def _with_second(
        self, lean: LeanClient, answer: JudgeAnswer, *, ran_code: bool
    ) -> Verdict:
        began = time.monotonic()
        verdict = await super()._with_second(lean, answer, ran_code=ran_code)
        assert self._second is not None
        if not answer.refused:
            self.added.append(time.monotonic() - began)
            self.most_mb = max(self.most_mb, self._second.memory_mb())
        return verdict


def main() -> None:
    """Read the options, check, print what came of it; exit code 1 when a proof is refused."""
    parser = argparse.ArgumentParser(description="Check stored proofs with both kernels.")
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="stored proofs")
    parser.add_argument("--most", type=int, help="only the first N proofs of all")
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    options = parser.parse_args()
    proofs = chain.from_iterable(stored_proofs(folder) for folder in options.folders)
    record = asyncio.run(measure(islice(proofs, options.most)))
    print(json.dumps(record, ensure_ascii=False, indent=1))
    if options.out:
        options.out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    sys.exit(1 if record["refused"] else 0)


async def measure(proofs: Iterator[tuple[str, Theorem, str]]) -> dict[str, object]:
    """Check proofs, and say on stderr how far it is.

    Args:
        proofs: Id, theorem and proof of each.

    Returns:
        The number of verdicts of each kind, the proofs that were not accepted with the reason, and
        the second kernel's seconds and MiB.
    """
    counts: Counter[str] = Counter()
    others: dict[str, str] = {}
    verifier = TimedVerifier(partial(embedded_launch, default_cache_dir()))
    async with verifier:
        async for name, verdict in recheck(proofs, verifier, at_once=1):
            counts[type(verdict).__name__.lower()] += 1
            if not isinstance(verdict, Accepted):
                others[name] = verdict.message
            if counts.total() % EVERY == 0:
                print(f"{counts.total()} checked: {dict(counts)}", file=sys.stderr)
    return {
        **{kind: counts[kind] for kind in ("accepted", "refused", "undecided")},
        "not accepted": others,
        **dict(_summary(verifier.added)),
        "memory of the second kernel, MiB": round(verifier.most_mb),
    }


def _summary(seconds: list[float]) -> Iterator[tuple[str, float]]:
    if len(seconds) > 1:
        yield "second kernel, median s", round(median(seconds), 4)
        yield "second kernel, 95th percentile s", round(quantiles(seconds, n=20)[18], 4)
        yield "second kernel, most s", round(max(seconds), 4)


if __name__ == "__main__":
    main()
