"""The places of the admin: every kind of page of every model, found from the site itself so that a new model is in."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from accounts.admin.model_admins import AnyAdmin
from accounts.admin.reasons import ReasonedAdmin
from accounts.models import User
from portal.tests.gallery.places import PASSWORD_FIELDS, Place, sent

# Answered by Django's own views without a page of their own, or never: nothing is deleted here.
NO_PAGES = {
    "autocomplete": "words for a script",
    "jsi18n": "a script",
    "login": "leads to the login of the portal",
    "logout": "leads to the login",
    "view_on_site": "no row has a page outside of the admin",
    "delete": "nothing is deleted: 403",
}


def admin_places(staff: User) -> Iterator[Place]:
    yield Place(reverse("admin:index"))
    yield Place(reverse("admin:password_change"))
    yield Place(reverse("admin:password_change_done"))
    yield sent(reverse("admin:password_change"), 422, **PASSWORD_FIELDS)
    yield Place("/admin/no-such-page/", 404)
    yield Place("/admin/accounts/user/%00/change/", 400)
    for app in sorted({model._meta.app_label for model in admin.site._registry}):
        yield Place(reverse("admin:app_list", args=[app]))
    for model_admin in admin.site._registry.values():
        yield from _of_model(model_admin, staff)


def _of_model(model_admin: AnyAdmin, staff: User) -> Iterator[Place]:
    opts = model_admin.opts
    prefix = f"admin:{opts.app_label}_{opts.model_name}"
    row = model_admin.model._default_manager.order_by("-pk").first()
    assert row is not None, f"The gallery has no {opts.model_name}."
    yield Place(reverse(f"{prefix}_changelist"))
    yield Place(reverse(f"{prefix}_changelist") + "?q=nothing-has-this-name")
    yield Place(reverse(f"{prefix}_change", args=[row.pk]))
    yield Place(reverse(f"{prefix}_history", args=[row.pk]))
    yield Place(reverse(f"{prefix}_delete", args=[row.pk]), 403)
    yield from _adding(reverse(f"{prefix}_add"), may_add(model_admin, staff))
    if isinstance(model_admin, ReasonedAdmin):
        for verb in model_admin.verbs:
            page = f"{reverse(f'{prefix}_act', args=[verb.word])}?ids={row.pk}"
            yield Place(page)
            yield sent(page, 422)


def _adding(page: str, is_allowed: bool) -> Iterator[Place]:
    """The form to add a row, and the same form sent empty; 403 where operations make the rows."""
    if is_allowed:
        yield Place(page)
        yield sent(page, _save="1")
    else:
        yield Place(page, 403)


def may_add(model_admin: AnyAdmin, staff: User) -> bool:
    request = RequestFactory().get("/")
    request.user = staff
    return model_admin.has_add_permission(request)
