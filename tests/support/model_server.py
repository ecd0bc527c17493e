"""A server of language models on this machine, which answers as it was scripted to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

Reply: TypeAlias = tuple[int, Any] | tuple[int, Any, Mapping[str, str]]
"""Status, body and headers; with status 0 nothing is sent for as many seconds as `body` says, and
with status -1 the connection is closed without an answer."""


class ModelServer:
    """Answers each request by what `plan` says, the last entry again and again, or by a function.

    `asked` holds the path and the body of each request, `keys` its `Authorization`.
    """

    def __init__(self, *plan: Reply, answer: Callable[[Any], Reply] | None = None) -> None:
        self.plan = list(plan)
        self.asked: list[tuple[str, Any]] = []
        self.keys: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply(None)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self.reply(json.loads(self.rfile.read(length)))

            def reply(self, request: Any) -> None:
                outer.asked.append((self.path, request))
                outer.keys.append(self.headers.get("Authorization"))
                if answer:
                    found = answer(request)
                else:
                    found = outer.plan.pop(0) if len(outer.plan) > 1 else outer.plan[0]
                status, body, *headers = found
                if status == 0:
                    time.sleep(body)
                if status <= 0:
                    self.close_connection = True
                    return
                text = body if isinstance(body, str) else json.dumps(body)
                self.send_response(status)
                for name, value in (headers[0] if headers else {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def bodies(self) -> list[Any]:
        """The bodies of the requests that had one."""
        return [body for _, body in self.asked if body]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def model_server(
    *plan: Reply, answer: Callable[[Any], Reply] | None = None
) -> Iterator[ModelServer]:
    server = ModelServer(*plan, answer=answer)
    try:
        yield server
    finally:
        server.close()


def chat(*answers: str | tuple[str, Sequence[float] | None], read: int = 0) -> dict[str, Any]:
    """A reply to a request for a chat completion: texts, perhaps with logprobs of their tokens."""
    pairs = [(a, None) if isinstance(a, str) else a for a in answers]
    choices = [
        {
            "message": {"role": "assistant", "content": text},
            "logprobs": {"content": [{"token": "", "logprob": p} for p in logprobs]}
            if logprobs is not None
            else None,
        }
        for text, logprobs in pairs
    ]
    written = sum(len(text.split()) for text, _ in pairs)
    return {"choices": choices, "usage": {"prompt_tokens": read, "completion_tokens": written}}


def completion(*answers: str) -> dict[str, Any]:
    """A reply to a request for completions."""
    return {"choices": [{"text": text} for text in answers]}
