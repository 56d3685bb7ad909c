"""`manage.py serve`: migrate, then run web and background processes under one supervisor. `make run` calls it."""

import errno
import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal import probe
from portal.demo import cast
from portal.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "Migrate, load the demo world (in DEMO, into an empty database), then run web and background work together."

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_a_taken_port()
        self._say("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        if settings.DEMO:
            settings.STATIC_ROOT.mkdir(exist_ok=True)
            call_command("load_demo", if_empty=True)
        else:
            call_command("collectstatic", interactive=False, verbosity=0)
        supervisor = Supervisor(_children(), self._say, _web_answers, self._greet)
        status = supervisor.run()
        self._say("Stopped.")
        sys.exit(status)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _greet(self) -> None:
        self._say(f"\n  {settings.PRODUCT_NAME} runs at http://{_host()}:{settings.PORT}/\n")
        if settings.DEMO:
            logins = "\n".join(f"    {name}" for name in cast.logins())
            self._say(f"  Demo logins, password {cast.PASSWORD}:\n{logins}\n")
            self._say(f"  Messages (text, e-mail, portal): http://{_host()}:{settings.PORT}/demo/messages/\n")
        self._say("  Ctrl-C ends everything.\n")


def _children() -> list[Child]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONUNBUFFERED": "1"}
    return [
        Child(name, [sys.executable, *command], environment) for name, command in commands(settings.REDIS_URL).items()
    ]


def commands(redis_url: str) -> dict[str, list[str]]:
    """Return the commands by name: web with worker and beat if there is a broker, otherwise web with the clock."""
    web = ["-m", "gunicorn", "portal.wsgi"]
    if not redis_url:
        return {"web": web, "clock": ["manage.py", "run_clock"]}
    celery = ["-m", "celery", "-A", "portal"]
    return {
        "web": web,
        "worker": [*celery, "worker", "--pool", "threads", "--concurrency", "8", "--loglevel", "WARNING"],
        "beat": [*celery, "beat", "--loglevel", "WARNING"],
    }


def _host() -> str:
    return "localhost" if settings.WEB_BIND in {"127.0.0.1", "::1", "0.0.0.0", "::"} else settings.WEB_BIND  # noqa: S104


def _web_answers() -> bool:
    return probe.answers("/healthz", settings.PORT, settings.ALLOWED_HOSTS[0].lstrip("."))


def _refuse_a_taken_port() -> None:
    family = socket.AF_INET6 if ":" in settings.WEB_BIND else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((settings.WEB_BIND, settings.PORT))
        except OSError as error:
            raise CommandError(_bind_problem(error)) from None


def _bind_problem(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.PORT} is taken by another program. Choose another: PORT={settings.PORT + 1} make run"
    return f"Port {settings.PORT} of {settings.WEB_BIND} cannot be used: {error.strerror}."
