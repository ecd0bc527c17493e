"""Lean processes stay with their imports until memory is short."""

from __future__ import annotations

import asyncio

from lean_env.wire.client import LaunchFactory
from prover.server.config import ServiceConfig
from prover.server.pool_cache import PoolCache, imports_of
from tests.support.hard import is_running, until


def test_texts_with_the_same_imports_share_processes() -> None:
    one = imports_of("import B\npublic import A -- why\n\ntheorem t : True := trivial")
    assert one == imports_of("public import A\nimport B\nopen Nat")
    assert one != imports_of("import A\n")
    assert imports_of("theorem t : True") == ()


async def test_what_was_not_asked_for_longest_goes_first(launch: LaunchFactory) -> None:
    config = ServiceConfig(workers=1, memory_mb=1)
    async with PoolCache(launch, config) as pools:
        async with pools.entry("") as plain:
            await plain.pool.check("", "#check Nat", 60)
            [old] = plain.pool.pids
            async with pools.entry("import Init") as other:
                await other.pool.check("import Init\n", "#check Nat", 60)
                [new] = other.pool.pids
            assert len(pools) == 2  # one is in use, the other was used last
        await until(lambda: len(pools) == 1 and not is_running(old))
        assert is_running(new)
    assert not is_running(new)


async def test_only_so_many_imports_are_in_use_as_memory_allows(launch: LaunchFactory) -> None:
    async with PoolCache(launch, ServiceConfig(workers=2, memory_mb=12 * 1024)) as pools:
        enough = asyncio.Event()
        entered: list[str] = []

        async def use(text: str) -> None:
            async with pools.entry(text):
                entered.append(text)
                await enough.wait()

        a, b, c, d, e = (f"import {name}" for name in "ABCDE")
        using = {text: asyncio.create_task(use(text)) for text in (a, b, c, d, e)}
        late = asyncio.create_task(use(a))
        await until(lambda: len(entered) == 3)
        assert len(pools) == 3
        using[d].cancel()  # the others wait behind it
        using[b].cancel()
        await until(lambda: len(entered) == 5)
        assert entered == [a, b, c, e, a]
        enough.set()
        ended = await asyncio.gather(*using.values(), late, return_exceptions=True)
        assert sum(isinstance(end, asyncio.CancelledError) for end in ended) == 2
