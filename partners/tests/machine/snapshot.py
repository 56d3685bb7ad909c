"""The rows of every table that operations write, to compare before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from accounts.models import ChainHead, Challenge, Notification, OperationLogEntry, SmsDevice

LOG: tuple[type[Model], ...] = (OperationLogEntry, ChainHead)
CODES: tuple[type[Model], ...] = (Challenge, SmsDevice)
OUTBOX: tuple[type[Model], ...] = (Notification,)


def _of_the_product() -> tuple[type[Model], ...]:
    """Every table of the two apps: a new one is compared without a word here."""
    return tuple(model for app in ("accounts", "partners") for model in apps.get_app_config(app).get_models())


def _rows(cursor: CursorWrapper, model: type[Model]) -> list[tuple[Any, ...]]:
    """By hand, since this is asked twice a step."""
    cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')
    return list(cursor.fetchall())


@dataclass(frozen=True)
class Snapshot:
    rows: dict[type[Model], list[tuple[Any, ...]]]

    @classmethod
    def take(cls) -> Snapshot:
        with connection.cursor() as cursor:
            return cls({model: _rows(cursor, model) for model in _of_the_product()})

    def changed(self, other: Snapshot) -> set[type[Model]]:
        """The tables that are not the same in both."""
        return {model for model, rows in self.rows.items() if rows != other.rows[model]}
