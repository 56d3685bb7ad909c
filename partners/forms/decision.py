"""The form that rejects a request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.disassociate import ReasonField


class RejectForm(forms.Form):
    """The other side reads the `reason`."""

    reason = ReasonField(
        label=_("Reason"),
        help_text=_("Say what has to be settled, and how. The other side reads it."),
        error_messages={"required": _("Enter a reason")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="%s", use_required_attribute=False)
