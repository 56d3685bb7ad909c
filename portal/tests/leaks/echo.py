"""A text message provider that chats: its identifiers and its complaints repeat the number and the message."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Echo:
    url: str = ""
    is_down: bool = False
    taken: list[tuple[str, str]] = field(default_factory=list)  # to and text

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        to, text = asked["to"], asked["text"]
        if not self.is_down:
            self.taken.append((to, text))
        handler.send_response(503 if self.is_down else 200, f"cannot reach {to}" if self.is_down else "OK")
        handler.end_headers()
        handler.wfile.write(json.dumps({"id": f"{to}-{len(self.taken)}", "error": f"{to}: {text}"}).encode())


@contextmanager
def running_echo() -> Iterator[Echo]:
    echo = Echo()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            echo.answer(self)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    echo.url = f"http://127.0.0.1:{server.server_port}/messages"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield echo
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
