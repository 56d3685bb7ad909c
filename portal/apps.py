"""App config of portal, the composition root: loads Celery and the system checks."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal import celery, checks  # noqa: F401
