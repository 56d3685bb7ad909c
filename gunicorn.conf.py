"""Configuration of gunicorn, which loads this file from the working directory (`gunicorn portal.wsgi`)."""

import os
import shutil
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ["PORTAL_PROCESS"] = "web"

from portal.environment import Refused

try:
    from portal import settings
except Refused as refusal:
    sys.exit(str(refusal))
from portal import logs, refusals

METRICS = settings.VAR_DIR / f"metrics-{settings.PORT}"
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS)

bind = f"[{settings.WEB_BIND}]:{settings.PORT}" if ":" in settings.WEB_BIND else f"{settings.WEB_BIND}:{settings.PORT}"
worker_class = "portal.web_worker.WebWorker"
workers = settings.WEB_WORKERS
threads = settings.WEB_THREADS
timeout = 30
graceful_timeout = 20
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
# gunicorn must not interpret proxy headers: TRUSTED_PROXIES decides which ones are trusted.
forwarded_allow_ips = ""
forwarder_headers = ""
logconfig_dict = logs.configuration(settings.LOG_LEVEL)
logconfig_dict["loggers"] |= {"gunicorn.error": {"level": "INFO", "propagate": True}}


def on_starting(server: Any) -> None:
    """Refuse a --bind on the command line that is not loopback in DEMO."""
    hosts = [address[0] for address in server.cfg.address if isinstance(address, tuple)]
    if settings.DEMO and not all(map(refusals.is_loopback, hosts)):
        sys.exit("The portal does not start: DEMO must be bound to a loopback address: write 127.0.0.1.")


def when_ready(_server: Any) -> None:
    """Delete the counters of a master that was killed. The port is bound, so no other master uses them."""
    shutil.rmtree(METRICS, ignore_errors=True)
    METRICS.mkdir(mode=0o700)


def child_exit(_server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: Any) -> None:
    shutil.rmtree(METRICS, ignore_errors=True)
