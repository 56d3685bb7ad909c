"""The remarks of log entries: REMARKS maps each stored word to its translatable sentence.

An entry stores the word and its data, so every reader sees the remark in their own language.
To add a remark, add one line. Data is user text or numbers; never a verification code, never an unmasked phone number.
A sentence may change over time: a placeholder that an old entry has no data for is rendered empty.
Data that is itself a stored word (a check, a status, a field) is shown by its label, which its app registers by
`provide`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import OperationLogEntry

REMARKS: dict[str, str | Promise] = {
    "reason": _("“%(reason)s”"),
    "bad-reason": _("The reason was missing or too long"),
    "not-allowed": _("The role of the operator does not allow it"),
    "model": _("%(model)s"),
    "checks-passed": _("%(passed)s of %(total)s checks passed"),
    "checks-failed": _("%(checks)s did not pass (%(failed)s failed, %(unknown)s unknown)"),
    "checks-changed": _("%(checks)s no longer passed after the code was sent"),
    "subject-changed": _("What the code confirms changed after it was sent"),
    "checks-block": _("%(checks)s did not pass"),
    "no-consent-needed": _("A referral needs no consent"),
    "credit-limit-ended": _("The credit limit of %(limit)s ended"),
    "too-late": _("Too late, the request already had the status “%(status)s”"),
    "associated": _("%(model)s, “%(reason)s”"),
    "imported": _("%(what)s imported"),
    "commitments-ended": _("%(numbers)s ended, no longer in the billing data"),
    "commitment-moved": _("The billing data now call %(number)s a %(model)s"),
    "commitment-merged": _("The billing data now call %(number)s a %(model)s; its two records were merged"),
    "adopted": _("%(what)s changed from %(before)s to %(after)s"),
    "adopted-limit-ended": _("%(what)s changed from %(before)s to %(after)s, and the credit limit of %(limit)s ended"),
    "login-created": _("Login %(username)s added (%(role)s)"),
    "code-sent": _("To %(number)s"),
    "code-entry-locked": _("Code entry was locked after too many wrong codes"),
    "code-locked": _("Too many wrong codes, locked for %(minutes)s minutes"),
    "no-number": _("There is no confirmed mobile number"),
    "no-code": _("There was no code to enter"),
    "no-code-to-renew": _("There was no code to send again"),
    "wrong-code": _("Wrong code (tries left: %(tries_left)s)"),
    "expired-code": _("The code had expired"),
    "superseded-code": _("A newer code had been sent"),
    "voided-code": _("The code had ended after too many wrong tries"),
    "limit-cooldown": _("The previous code was sent less than a minute before"),
    "limit-attempt": _("This code could not be sent again"),
    "limit-user-hour": _("The operator asked for too many codes within an hour"),
    "limit-user-day": _("The operator asked for too many codes within a day"),
    "limit-number-day": _("The number received too many codes within a day"),
    "limit-ip-hour": _("One network asked for too many codes within an hour"),
    "limit-installation-hour": _("The portal sent too many codes within an hour"),
    "currency-set": _("%(currency)s"),
    "currency-changed": _("From %(before)s to %(currency)s"),
    "currency-held": _("The account has a partner, so %(currency)s cannot be changed"),
    "number-bound": _("%(number)s confirmed"),
    "number-replaced": _("Replaced by %(number)s"),
    "number-stale": _("The change was started again in the meantime"),
    "same-number": _("This number was confirmed already"),
    "wrong-password": _("The password was not correct"),
    "rows-exported": _("Filtered by %(filter)s"),
    "all-exported": _("All entries"),
    "record-added": _("%(model)s %(key)s added"),
    "record-changed": _("%(model)s %(key)s (%(fields)s)"),
    "record-changed-because": _("%(model)s %(key)s (%(fields)s), “%(reason)s”"),
    "password-changed": _("%(username)s changed their password"),
    "password-set-by-link": _("%(username)s set their password with a link"),
    "password-link": _("%(username)s was sent a link to set their password, “%(reason)s”"),
    "notice-resent": _("%(notice)s, %(channel)s, “%(reason)s”"),
    "notice-not-failed": _("%(notice)s, %(channel)s, had not failed"),
}


_NAMES: dict[str, dict[str, str | Promise]] = {}


def provide(kind: str, names: Mapping[str, str | Promise]) -> None:
    """Register the labels of the words that entries store under the data key `kind`, such as "checks"."""
    _NAMES.setdefault(kind, {}).update(names)


def provide_models(models: Iterable[type[Model]]) -> None:
    """Register the verbose names of models and of their fields, for entries about changed records."""
    for model in models:
        provide("model", {str(model._meta.model_name): model._meta.verbose_name or ""})
        fields = {f"{model._meta.model_name}.{field.name}": field.verbose_name for field in model._meta.concrete_fields}
        provide("fields", fields)


def name_of(kind: str, word: str) -> str:
    """Return the label of a word in the active language, or the word itself if it has no label."""
    return str(_NAMES.get(kind, {}).get(word, word))


class _EmptyIfMissing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def remark_of(entry: OperationLogEntry) -> str:
    """Return the remark of an entry in the active language."""
    return render(entry.remark_word, entry.remark_data)


def render(word: str, data: Mapping[str, Any]) -> str:
    """Return the remark in the active language, or the word itself if REMARKS does not have it (any more)."""
    template = REMARKS.get(word)
    if template is None:
        return word
    remark = str(template) % _EmptyIfMissing({key: _text(key, value) for key, value in _qualify_fields(data).items()})
    return f"{remark}. {_purpose_of(data)}" if "purpose" in data else remark


def _purpose_of(data: Mapping[str, Any]) -> str:
    """Return the purpose of a code in a sentence. Entries of the first versions do not have it."""
    return str(_("Purpose: %(purpose)s")) % {"purpose": name_of("purpose", data["purpose"])}


def _qualify_fields(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Prefix field names with their model, because two models may label the same field name differently."""
    if "fields" not in data:
        return data
    model = data.get("model", "")
    named = [(f"{model}.{field}", field) for field in data["fields"]]
    return {**data, "fields": [key if key in _NAMES.get("fields", {}) else field for key, field in named]}


def _text(kind: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(kind, item) for item in value)
    return "" if value is None else name_of(kind, str(value))
