"""Admin verbs: staff run an operation on rows from a separate page that asks for the reason.

A verb is an action of the list and a link on the row's page. Its page is not the admin's change view, because that view
runs in a transaction, and the operations need to open their own (durable).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import signed_in
from accounts.admin.model_admins import AnyAdmin
from accounts.models import User
from accounts.views.responses import see_path

MAX_ROWS = 50  # per action


@dataclass(frozen=True)
class StaffMessage:
    """The result of an operation as a message for staff, with its level in django.contrib.messages."""

    level: int
    text: str


def done(text: str) -> StaffMessage:
    return StaffMessage(messages.SUCCESS, text)


def refused(text: str) -> StaffMessage:
    return StaffMessage(messages.ERROR, text)


class ReasonForm(forms.Form):
    """The form of a reason. `rows` are the selected rows, for the validation of subclasses."""

    required_css_class = "required"
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=gettext_lazy("The people of the organisation can read it in their operation log."),
        error_messages={"required": gettext_lazy("Enter the reason")},
    )

    def __init__(self, rows: Sequence[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows


@dataclass(frozen=True)
class Verb:
    """An operation of staff. `run` calls it for one row with the form's data and returns the message."""

    word: str
    label: Any
    explanation: Any
    permission: str
    run: Callable[[User, Any, dict[str, Any]], StaffMessage]
    form: type[ReasonForm] = ReasonForm
    applies: Callable[[Any], bool] = bool  # by default to every row: a model instance is truthy
    is_for_many: bool = True


class ReasonedAdmin(AnyAdmin):
    """A model admin with `verbs`. `links(row)` adds links to other lists next to them."""

    verbs: tuple[Verb, ...] = ()
    change_form_template = "admin/reasoned_change_form.html"

    def may_act(self, request: HttpRequest, row: Any) -> bool:
        """Return whether the user may use the verbs on this row."""
        return True

    def links(self, row: Any) -> list[tuple[str, str]]:
        return []

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reason_view)
        return [path("act/<slug:word>/", view, name=self._url_name("act")), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Add the verbs that the user has permission for, even if the model is read-only."""
        if IS_POPUP_VAR in request.GET:
            return {}
        verbs = [verb for verb in self.verbs if verb.is_for_many and request.user.has_perm(verb.permission)]
        return {**super().get_actions(request), **{v.word: (_go_to(v), v.word, str(v.label)) for v in verbs}}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        tools = self._tools(request, row) if row and self.has_view_or_change_permission(request, row) else []
        return super().change_view(request, object_id, form_url, {"tools": tools, **(extra_context or {})})

    def reason_view(self, request: HttpRequest, word: str) -> HttpResponse:
        verb, rows = self._verb(request, word), self._chosen(request)
        if not all(self.may_act(request, row) for row in rows):
            raise PermissionDenied
        form = verb.form(rows, request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._page(request, verb, rows, form)
        for row in rows:
            message = verb.run(signed_in(request), row, form.cleaned_data)
            self.message_user(request, message.text, message.level)
        return see_path(self._back(rows))

    def act_url(self, verb: Verb, keys: Sequence[Any]) -> str:
        url = reverse(f"admin:{self._url_name('act')}", args=[verb.word])
        return f"{url}?ids={','.join(str(key) for key in keys)}"

    def _tools(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        allowed = [v for v in self.verbs if request.user.has_perm(v.permission) and self.may_act(request, row)]
        verbs = [verb for verb in allowed if verb.applies(row)]
        return [*((str(verb.label), self.act_url(verb, [row.pk])) for verb in verbs), *self.links(row)]

    def _verb(self, request: HttpRequest, word: str) -> Verb:
        verb = next((verb for verb in self.verbs if verb.word == word), None)
        if verb is None:
            raise Http404
        if not (request.user.has_perm(verb.permission) and self.has_view_or_change_permission(request)):
            raise PermissionDenied
        return verb

    def _chosen(self, request: HttpRequest) -> list[Model]:
        keys = request.GET.get("ids", "").replace("\0", "").split(",")[:MAX_ROWS]
        try:
            rows = list(self.get_queryset(request).filter(pk__in=keys).order_by("pk"))
        except (ValueError, ValidationError, OverflowError):
            raise Http404 from None
        if not rows:
            raise Http404
        return rows

    def _page(self, request: HttpRequest, verb: Verb, rows: list[Model], form: ReasonForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": verb.label,
            "verb": verb,
            "form": form,
            "opts": self.opts,
            "media": self.media + form.media,
            "rows": [(row, reverse(f"admin:{self._url_name('change')}", args=[row.pk])) for row in rows],
        }
        return TemplateResponse(request, "admin/reason.html", context, status=422 if form.is_bound else 200)

    def _back(self, rows: list[Model]) -> str:
        if len(rows) == 1:
            return reverse(f"admin:{self._url_name('change')}", args=[rows[0].pk])
        return reverse(f"admin:{self._url_name('changelist')}")

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def _go_to(verb: Verb) -> Callable[[ReasonedAdmin, HttpRequest, QuerySet[Any]], HttpResponse | None]:
    """Return a list action that redirects to the page of the verb."""

    def action(model_admin: ReasonedAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        keys = list(rows.values_list("pk", flat=True)[: MAX_ROWS + 1])
        if len(keys) > MAX_ROWS:
            text = ngettext("Choose at most %(n)d row at a time.", "Choose at most %(n)d rows at a time.", MAX_ROWS)
            model_admin.message_user(request, text % {"n": MAX_ROWS}, messages.ERROR)
            return None
        return HttpResponseRedirect(model_admin.act_url(verb, keys))

    return action
