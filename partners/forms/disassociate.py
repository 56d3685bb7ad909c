"""The form that confirms a disassociation, and the field of a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 500


class ReasonField(forms.CharField):
    """A text of at most 500 characters. CRLF becomes LF, so that the length agrees with the browser's maxlength."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        options.setdefault("max_length", REASON_LENGTH)
        super().__init__(**options)
        self.error_messages["max_length"] = _("Use at most %(limit_value)d characters. Your reason has %(show_value)d")

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class DisassociateForm(forms.Form):
    """Fields `understand` and `reason`. The label of the checkbox is quoted verbatim from the source page."""

    reason = ReasonField(label=_("Reason"), required=False)
    understand = forms.BooleanField(
        label=_("I understand the preceding statement and confirm to disassociate from the partner account"),
        error_messages={"required": _("Tick the box to confirm that you understand the statement")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="%s", use_required_attribute=False)
