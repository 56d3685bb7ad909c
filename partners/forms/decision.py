"""The forms that end a pending request: approve, reject and withdraw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.disassociate import ReasonField


class _Form(forms.Form):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="%s", use_required_attribute=False)


class ApproveForm(_Form):
    understand = forms.BooleanField(
        label=_("I have read what ends, and approve the request"),
        error_messages={"required": _("Tick the box to confirm that you have read what ends")},
    )


class RejectForm(_Form):
    """The other side reads the `reason`."""

    reason = ReasonField(
        label=_("Reason"),
        help_text=_("Say what has to be settled, and how. The other side reads it."),
        error_messages={"required": _("Enter a reason")},
    )


class WithdrawForm(_Form):
    understand = forms.BooleanField(
        label=_("I want to withdraw the request and keep the association"),
        error_messages={"required": _("Tick the box to confirm that you want to withdraw")},
    )
