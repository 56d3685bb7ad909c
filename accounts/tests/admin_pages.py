"""Helpers of the admin tests: URLs, staff clients, and forms as a browser sends them."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import OperationLogEntry, User
from accounts.tests.factories import StaffFactory


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.sign_in.backends.AccountBackend")
    return client


def clerk(*permissions: str) -> User:
    """Return a staff user with only these permissions (`app.action_model`)."""
    user = StaffFactory(is_superuser=False)
    for name in permissions:
        app, codename = name.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def act(row: Model, word: str) -> str:
    return f"{page(type(row), 'act', word)}?ids={row.pk}"


def form_of(response: Any) -> dict[str, Any]:
    """Return the POST data of the unchanged form, with split date widgets as two fields."""
    form = response.context["adminform"].form
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            sent |= {bound.html_name: "on"} if value else {}
        elif hasattr(bound.field.widget, "decompress"):
            parts = bound.field.widget.decompress(value)
            sent |= {f"{bound.html_name}_{number}": part or "" for number, part in enumerate(parts)}
        else:
            sent[bound.html_name] = "" if value is None else value
    return sent


def messages_in(response: Any) -> str:
    """Return the messages on the page after the redirect."""
    return " ".join(str(message) for message in response.context["messages"])


def newest_entry() -> OperationLogEntry:
    return OperationLogEntry.objects.order_by("-id")[0]
