"""Write the lemmas of the policy `lemmas`: public theorems of Init and Std of embedded Lean.

    python tools/library_lemmas.py

They are written in Lean's order, with their statements.  Takes two minutes.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from functools import partial

from benchmarks.suites.library import is_internal, restate
from lean_env import LeanPool, PoolConfig
from lean_env.gate.forbidden import first_forbidden
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.wire.client import LeanClient
from lean_env.wire.protocol import LibraryTheorem
from prover.policies.lemmas import FILE

LONGEST = 300
"""Of a statement, in characters: it is looked at for its symbols."""


async def main() -> None:
    """Read the theorems from Lean, print their types, and write the file."""
    launch = partial(embedded_launch, default_cache_dir())
    lean = await LeanClient.launch(launch(("Init", "Std")))
    modules = {module: (await lean.library(module)).theorems for module in await lean.modules()}
    await lean.close()
    lines = []
    async with LeanPool(launch, PoolConfig()) as pool:
        for module, theorems in modules.items():
            found = [t for t in theorems if not is_internal(t.name) and not first_forbidden(t.name)]
            lines += [f"# {module}"] if found else []
            lines += await _written(pool, module, found)
    FILE.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    print(f"{FILE}: {len(lines)} lines")


async def _written(pool: LeanPool, module: str, theorems: Sequence[LibraryTheorem]) -> list[str]:
    states = await asyncio.gather(*(pool.start(restate(module, t).theorem) for t in theorems))
    await pool.release(states)
    statements = [" ".join(state.text.split())[:LONGEST] for state in states]
    return [f"{t.name}\t{text}" for t, text in zip(theorems, statements, strict=True)]


if __name__ == "__main__":
    asyncio.run(main())
