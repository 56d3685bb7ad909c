"""The sections of the admin's navigation, and which lists are in each: a model admin names its own as `section`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECTIONS: dict[str, str | Promise] = {
    "work": _("Daily work"),
    "people": _("People and organisations"),
    "billing": _("Billing"),
    "rules": _("Rules"),
    "advanced": _("Advanced"),
}
FOLDED = "advanced"  # technical lists, which few people open


@dataclass(frozen=True)
class Section:
    """One section with the entries of Django's list of apps (`name`, `admin_url`, `add_url`)."""

    name: str | Promise
    models: list[dict[str, Any]]
    is_folded: bool
    is_open: bool  # the page of the request is in it


def sections_of(site: AdminSite, request: HttpRequest) -> list[Section]:
    """Return the sections with the lists that the user may see, without empty ones."""
    models = [model for app in site.get_app_list(request) for model in app["models"] if model["admin_url"]]
    models.sort(key=lambda model: str(model["name"]).casefold())
    found = {word: [model for model in models if section_of(site, model) == word] for word in SECTIONS}
    return [
        Section(SECTIONS[word], of_section, word == FOLDED, _has_page(of_section, request.path))
        for word, of_section in found.items()
        if of_section
    ]


def section_of(site: AdminSite, model: dict[str, Any]) -> str:
    return str(getattr(site.get_model_admin(model["model"]), "section", FOLDED))


def _has_page(models: list[dict[str, Any]], path: str) -> bool:
    return any(path.startswith(model["admin_url"]) for model in models)
