"""Base classes of the admin: no deletes, read-only state models, logged changes of facts and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.filters import SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import BadRequest, ValidationError
from django.db import IntegrityError
from django.db.models import CharField, EmailField, Field, Model, Q, QuerySet
from django.forms import ChoiceField, Field as FormField, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.access import signed_in
from accounts.admin.paginator import CappedPaginator, PagedList
from accounts.admin.sections import FOLDED
from accounts.billing.currencies import CURRENCIES
from accounts.forms.visible import VisibleCharField
from accounts.operations.records import save_record

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
else:
    AnyAdmin = admin.ModelAdmin


LONGEST_SEARCH = 500  # longer than any name or key; SQLite refuses longer patterns
LOOKUPS = frozenset({"exact", "isnull", "isempty", "gte", "lt"})  # those that Django's filters use in URLs


class NoDeleteAdmin(AnyAdmin):
    """An admin without delete, whose lists stay fast on large tables."""

    section = FOLDED  # of the navigation
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # facets count the whole table for each choice
    list_per_page = 50
    sortable_by: ClassVar[tuple[str, ...]] = ()
    allowed_lookups: tuple[str, ...] = ()  # of links from other pages, in addition to list filters

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedList]:
        return PagedList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search for the whole text, including spaces, by the indexed lookups of `search_fields`."""
        text, found = search_term.strip()[:LONGEST_SEARCH], Q()
        for lookup in self.search_fields if text else ():
            found |= self._matches(str(lookup), text)
        return queryset.filter(found), False

    def _matches(self, lookup: str, text: str) -> Q:
        """Find related rows by a separate query: an OR over a join would scan the whole table."""
        name, _separator, rest = lookup.partition("__")
        related = self.opts.get_field(name).related_model
        if not isinstance(related, type) or not issubclass(related, Model):
            return Q(**{lookup: text})
        return Q(**{f"{name}__in": list(related._default_manager.filter(**{rest: text}).values_list("pk", flat=True))})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow the lookups of our filters and links only, so that numbers and hashes cannot be guessed by prefix."""
        name, _separator, kind = lookup.rpartition("__")
        is_of_filter = lookup in self._filter_names() or (name in self._filter_names() and kind in LOOKUPS)
        return is_of_filter or lookup in self.allowed_lookups

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Treat an empty `from_field` as absent. Django would look up a field with an empty name."""
        return super().get_object(request, object_id, from_field or None)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **options: Any
    ) -> HttpResponse | None:
        """Answer invalid primary keys with 400. Django would look them up and fail."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(key)
        except ValidationError:
            raise BadRequest from None
        return super().response_action(request, queryset, *args, **options)

    def _filter_names(self) -> list[str]:
        kinds = [item[0] if isinstance(item, tuple) else item for item in self.list_filter]
        return [
            str(kind.parameter_name) if isinstance(kind, type) and issubclass(kind, SimpleListFilter) else str(kind)
            for kind in kinds
        ]


class ReadOnlyAdmin(NoDeleteAdmin):
    """A state model, which changes by operations only (accounts/admin/reasons.py), never by a form."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LoggedAdmin(NoDeleteAdmin):
    """Facts and settings, saved by an operation that logs the names of changed fields, never their values.

    `fixed` fields are set when the row is added and never change.
    """

    fixed: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_readonly_fields(request, obj)
        return (*names, *self.fixed) if obj else names

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: Any, **kwargs: Any) -> FormField | None:
        if db_field.name == "currency":
            return currency_field(db_field)
        if isinstance(db_field, CharField) and not isinstance(db_field, EmailField) and not db_field.choices:
            kwargs.setdefault("form_class", VisibleCharField)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, AdminSplitDateTime):
            _name_both_parts(field.widget, str(field.label))
        return field

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        save_record(actor=signed_in(request), record=obj, changed=form.changed_data)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a message if a database constraint refuses what the form accepted, such as after a concurrent change."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            text = _(
                "We saved nothing: another administrator has saved a change that contradicts yours. "
                "Reload the page and check it."
            )
            messages.error(request, text)
            return HttpResponseRedirect(request.get_full_path())


def _name_both_parts(widget: AdminSplitDateTime, label: str) -> None:
    """Give both inputs an ARIA label. Django labels them together, which leaves screen readers without a label."""
    for part, words in zip(widget.widgets, (_("%(field)s: date"), _("%(field)s: time")), strict=True):
        part.attrs["aria-label"] = words % {"field": label}


def currency_field(db_field: Field[Any, Any]) -> ChoiceField:
    choices = [("", _("Not set")), *((code, code) for code in CURRENCIES)]
    return ChoiceField(
        choices=choices,
        required=not db_field.blank,
        label=str(db_field.verbose_name).capitalize(),
        help_text=str(db_field.help_text),
    )
