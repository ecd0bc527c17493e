"""What keeps a service going: the door and the admission."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from lean_env.errors import BadInput
from prover.server.config import Address
from prover.server.request_limits import AdmissionControl, QueueFull, RequestGuard


async def knock(
    parts: Iterable[bytes], *, headers: dict[str, str] | None = None, token: str | None = None
) -> tuple[int, bytes]:
    """Status and body of what comes of a request whose body comes in parts, and stops coming."""
    left = list(parts)
    said: list[Message] = []

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": part != b""}

    async def send(message: Message) -> None:
        said.append(message)

    scope: dict[str, Any] = {"type": "http", "path": "/x", "method": "POST"}
    scope["headers"] = [(k.encode(), v.encode()) for k, v in (headers or {}).items()]
    await RequestGuard(app, token=token, body_bytes=10, body_seconds=0.2)(scope, receive, send)
    return said[0]["status"], said[1]["body"]


async def test_a_request_comes_in_whole() -> None:
    assert await knock([b"ab", b"cd", b""]) == (200, b"abcd")


async def test_too_large_with_and_without_saying_so() -> None:
    for parts, headers in (([b""], {"content-length": "11"}), ([b"123456", b"123456"], {})):
        status, said = await knock(parts, headers=headers)
        assert (status, b"10 bytes" in said) == (413, True)


async def test_too_slow() -> None:
    status, said = await knock([b"ab"])
    assert (status, b"0.2 s" in said) == (408, True)


async def test_a_client_that_vanishes_within_its_body() -> None:
    gone: list[Message] = [
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.disconnect"},
    ]
    said: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("what is not whole is not for the application")

    async def receive() -> Message:
        return gone.pop(0)

    async def send(message: Message) -> None:
        said.append(message)

    scope: dict[str, Any] = {"type": "http", "path": "/x", "method": "POST", "headers": []}
    await RequestGuard(app, token=None, body_bytes=10, body_seconds=1)(scope, receive, send)
    assert (said[0]["status"], gone) == (400, [])


async def test_tokens() -> None:
    for given, status in (("Bearer right", 200), ("Bearer wrong", 401), ("right", 401)):
        found, _ = await knock([b""], headers={"authorization": given}, token="right")
        assert found == status


def test_no_token_no_other_machines() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        assert Address(host=host).host == host
    with pytest.raises(BadInput, match="no token"):
        Address(host="0.0.0.0")
    assert "secret" not in repr(Address(host="0.0.0.0", token="secret"))


def test_a_crowd_has_a_size_but_one_alone_gets_in() -> None:
    admission = AdmissionControl(3)
    with admission.admitted(5):
        pass
    with (
        admission.admitted(2),
        admission.admitted(1),
        pytest.raises(QueueFull),
        admission.admitted(1),
    ):
        pass
    assert admission.count == 0
