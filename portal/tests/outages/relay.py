"""A TCP relay before the database server that can be cut, which looks like a server that is gone."""

from __future__ import annotations

import socket
import socketserver
import threading
from contextlib import suppress


class Relay:
    """Forwards a port of this machine to the server. `cut` closes it with all connections, `join` opens it again."""

    def __init__(self, host: str, port: int) -> None:
        self.target, self.port = (host, port), 0
        self._pairs: list[socket.socket] = []
        self._server: socketserver.ThreadingTCPServer | None = None
        self.join()

    def join(self) -> None:
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                relay._connect(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def cut(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for end in self._pairs:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def _connect(self, client: socket.socket) -> None:
        with socket.create_connection(self.target) as server:
            self._pairs += [client, server]
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
