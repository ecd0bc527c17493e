"""`qstar mcp`, asked by the SDK's own client: on stdin and stdout, and over HTTP."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from mcp import Client, StdioServerParameters
from mcp.server.mcpserver import MCPServer

from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.server.config import Address
from prover.server.mcp import Tools, http_app
from prover.session import open_prover
from tests.support import running as processes
from tests.support.hard import ENDLESS, HARD
from tests.support.pools import running, states_held
from tests.support.running import QSTAR

SWAP = "theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def agent(launch: LaunchFactory) -> AsyncIterator[Client]:
    launch(("Init",))
    command = StdioServerParameters(
        command=sys.executable, args=[*QSTAR[1:], "mcp"], env=dict(os.environ)
    )
    opened: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
    enough = asyncio.Event()

    async def use() -> None:  # the client has to be closed by the task that opened it
        async with Client(command) as client:
            opened.set_result(client)
            await enough.wait()

    using = asyncio.create_task(use())
    yield await opened
    enough.set()
    await using


async def ask(agent: Client, tool: str, **arguments: Any) -> Any:
    answer = await agent.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    return answer.structured_content.get("result", answer.structured_content)


async def complaint(agent: Client, tool: str, **arguments: Any) -> str:
    answer = await agent.call_tool(tool, arguments)
    assert answer.is_error
    return str(answer.content)


async def test_tools_are_described(agent: Client) -> None:
    tools = {tool.name: tool for tool in (await agent.list_tools()).tools}
    assert set(tools) == {"prove", "verify", "refute", "goals", "try_tactics", "explain"}
    assert all(tool.description for tool in tools.values())
    for tool in tools.values():
        fields = tool.input_schema["properties"]
        assert all(field.get("description") for field in fields.values()), tool.name


async def test_the_server_says_its_version(agent: Client) -> None:
    assert agent.server_info.version == importlib.metadata.version("qstar-prover")


async def test_prove_and_explain(agent: Client) -> None:
    found = await ask(agent, "prove", statement=SWAP, seconds=60)
    assert found["status"] == "proved"
    told = await ask(agent, "explain", search=found["search"])
    assert "swap: proved by qstar" in told
    assert "where the budget went" in told
    assert "no search 99" in await complaint(agent, "explain", search="99")


async def test_verify(agent: Client) -> None:
    good = await ask(agent, "verify", statement=SWAP, proof="exact ⟨h.2, h.1⟩")
    assert good["status"] == "accepted"
    bad = await ask(agent, "verify", statement=SWAP, proof="exact h")
    assert (bad["status"], bad["reason"]) == ("refused", "compile")


async def test_goals_and_tactics(agent: Client) -> None:
    [first] = (await ask(agent, "goals", statement=SWAP))["states"]
    assert first.endswith("⊢ q ∧ p")
    two = await ask(agent, "goals", statement=SWAP, tactics=["constructor"])
    assert [state.rsplit("⊢ ")[1] for state in two["states"]] == ["q", "p"]
    stuck = await ask(agent, "goals", statement=SWAP, tactics=["constructor", "rfl"])
    assert stuck["rejected"] == "rfl"
    assert len(stuck["states"]) == 2
    tried = await ask(
        agent,
        "try_tactics",
        statement=SWAP,
        after=["constructor", "exact h.2"],
        tactics=["exact h.1", "exact h.2"],
    )
    done, wrong = tried["outcomes"]
    assert (done["taken"], done["states"]) == (True, [])
    assert not wrong["taken"]
    assert "mismatch" in wrong["message"]


async def test_bad_input_is_told(agent: Client) -> None:
    assert "not a declaration" in await complaint(agent, "prove", statement="1 = 1")
    assert "statement:" in await complaint(agent, "goals", statement="theorem t : 1 = Nope.foo")
    no_goal = await complaint(agent, "try_tactics", statement=SWAP, after=["rfl"], tactics=["rfl"])
    assert "no goal" in no_goal


@pytest.mark.parametrize(
    ("tool", "more"),
    [("verify", {"proof": "rfl"}), ("goals", {}), ("try_tactics", {"tactics": ["rfl"]})],
)
async def test_unknown_names_are_refused_and_letters_listed(
    agent: Client, tool: str, more: dict[str, Any]
) -> None:
    real = await complaint(agent, tool, statement="theorem t (x : ℝ) : x = x", **more)
    assert "nothing declares `ℝ`" in real
    assert "embedded Lean has no Mathlib" in real
    misspelt = await complaint(agent, tool, statement="theorem t (x : Natt) : x = x", **more)
    assert "nothing declares `Natt`" in misspelt
    letter = await ask(agent, tool, statement="theorem t (x : α) : x = x", **more)
    assert letter["auto_bound"] == ["α"]


async def test_who_goes_away_leaves_no_state(launch: LaunchFactory) -> None:
    settings = Settings(policy="portfolio", workers=1)
    async with open_prover(settings, launch, theorems=1) as prover:
        tools, first = Tools(prover), "have : 1 = 1 := rfl"
        for asked in (
            tools.goals(HARD.statement, [first, ENDLESS]),
            tools.try_tactics(HARD.statement, [ENDLESS], after=[first]),
        ):
            asking = asyncio.create_task(asked)
            await running(prover.pool, ENDLESS)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            assert await states_held(prover.pool) == [0]


async def test_streamable_http() -> None:
    with processes.running("mcp", "--http") as server:
        async with Client(server.url) as agent:
            left = await ask(agent, "goals", statement="theorem t : 1 = 1", tactics=["rfl"])
            assert left["states"] == []
        assert server.stop() == 0


async def test_http_wants_the_token() -> None:
    app = http_app(MCPServer("qstar"), Address(token="secret"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as stranger:
        assert (await stranger.post("http://qstar/mcp", json={})).status_code == 401
