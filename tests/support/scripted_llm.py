"""A model server that does what a test tells it: an answer, or one of the ways to fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """What the server does next, and what it was asked."""

    behave: Callable[[Handler], object] = lambda handler: handler.say("")
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def page(self) -> str:
        """The page's text in the last question, without the lines around it."""
        content = self.asked[-1]["messages"][-1]["content"]
        if isinstance(content, list):
            content = content[0]["text"]
        return str(content.split(">>>\n", 1)[1].rsplit("\n<<<", 1)[0])


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    script: Script

    def do_POST(self) -> None:
        """Note the question, then behave."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.script.asked.append(json.loads(body))
        self.script.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):  # the client may have had enough
            self.script.behave(self)

    def say(
        self,
        text: str | None,
        *,
        finish: str | None = "stop",
        usage: dict[str, Any] | None = None,
        **message: Any,
    ) -> None:
        """A whole answer of the usual shape."""
        told = {"prompt_tokens": 100, "completion_tokens": 20} if usage is None else usage
        answer = {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": "scripted",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish,
                    "message": {"role": "assistant", "content": text, **message},
                }
            ],
            **({"usage": told} if told else {}),
        }
        self.send(200, json.dumps(answer).encode())

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """Any answer; the headers' underscores become hyphens."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def hang(self) -> None:
        """Say nothing until the client goes or the server stops."""
        self.script.stopping.wait(60)

    def drip(self, first: bytes, rest: bytes) -> None:
        """`first`, then a byte every 50 ms until the client goes or the server stops."""
        self.wfile.write(first)
        for byte in rest:
            if self.script.stopping.wait(0.05):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 http.server's signature
        """Nothing."""


@contextmanager
def serving() -> Iterator[Script]:
    """A server on a free port of the loopback interface, for the block."""
    script = Script()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (Handler,), {"script": script}))
    server.daemon_threads = True
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield script
    finally:
        script.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
