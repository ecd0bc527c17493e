"""Lean as an environment, without a prover: a goal, and the results of three tactics."""

import asyncio
from functools import partial

from lean_env import Applied, LeanPool, PoolConfig, Rejected, Theorem
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch


async def main() -> None:
    """Run three tactics on a goal and print each transition."""
    launch = partial(embedded_launch, default_cache_dir())
    async with LeanPool(launch, PoolConfig(workers=1)) as lean:
        state = await lean.start(Theorem(statement="theorem t (a b : Nat) : a + b = b + a"))
        tactics = ["omega", "induction a", "exact foo"]
        [transitions] = await lean.step([(state, tactics)])
        for tactic, transition in zip(tactics, transitions, strict=True):
            match transition:
                case Applied(states=()):
                    print(f"{tactic}: closes the goal")
                case Applied(states=states):
                    print(f"{tactic}: leaves {len(states)} states, the first one\n{states[0].text}")
                case Rejected(reason=reason, message=message):
                    print(f"{tactic}: {reason}, {message}")


if __name__ == "__main__":
    asyncio.run(main())
