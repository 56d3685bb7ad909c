"""gunicorn's threaded worker with a lane for `/healthz`, which answers while every request thread is busy.

gunicorn.conf.py names the class. The worker's main thread accepts a connection and hands it to the pool: the pool looks
at the request without reading it, and gives `/healthz` to threads that do nothing else.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEALTHZ = re.compile(rb"(?:GET|HEAD) /healthz(?:\?\S*)? HTTP/")
HEALTH_THREADS = 2
PEEKED = 4096  # bytes


class ThreadPoolWithHealthLane(ThreadPoolExecutor):
    def __init__(self, max_workers: int) -> None:
        super().__init__(max_workers, thread_name_prefix="request")
        self._health = ThreadPoolExecutor(HEALTH_THREADS, thread_name_prefix="health")

    def submit(self, handle: Callable[..., Any], conn: TConn) -> Future[Any]:  # type: ignore[override]
        return self._health.submit(handle, conn) if _asks_for_health(conn.sock) else super().submit(handle, conn)

    def shutdown(self, *args: Any, **options: Any) -> None:
        self._health.shutdown(*args, **options)
        super().shutdown(*args, **options)


class WebWorker(ThreadWorker):  # type: ignore[misc]
    def get_thread_pool(self) -> ThreadPoolWithHealthLane:
        for listener in self.sockets:
            _accept_with_data(listener)
        return ThreadPoolWithHealthLane(self.cfg.threads)


def _accept_with_data(listener: Any) -> None:
    """Let Linux accept a connection when its request is there, so that there is something to look at."""
    if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.family != socket.AF_UNIX:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)


def _asks_for_health(sock: socket.socket) -> bool:
    """Return whether a whole request for `/healthz` has arrived. Half a request could occupy the lane."""
    try:
        begun = sock.recv(PEEKED, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:  # nothing has arrived yet
        return False
    return HEALTHZ.match(begun) is not None and b"\r\n\r\n" in begun
