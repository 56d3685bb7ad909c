"""The words that may stand in the remark of a log entry, and the sentence that each is shown as.

An entry keeps the word and its data, so that everybody reads the remark in their own language.
Add a word as one line. Data is user text or numbers as they were: never a code, never an unmasked number.
A template may lose or gain data in time: what an old entry lacks is shown as nothing, never as an error.
Data that is itself a word (a check, a status, a field) is read by its name, which the app that has the word hands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import OperationLogEntry

REMARKS: dict[str, str | Promise] = {
    "reason": _("Reason: %(reason)s"),
    "bad-reason": _("The reason was missing, or too long"),
    "not-allowed": _("The role of the operator does not allow it"),
    "model": _("Model: %(model)s"),
    "checks-passed": _("%(passed)s of %(total)s checks passed"),
    "checks-failed": _("%(failed)s failed, %(unknown)s unknown: %(checks)s"),
    "checks-changed": _("The checks changed after the code was sent: %(checks)s"),
    "subject-changed": _("What the code was to confirm had changed after it was sent"),
    "checks-block": _("Blocked by: %(checks)s"),
    "no-consent-needed": _("A referral needs no consent"),
    "credit-limit-ended": _("Credit limit ended: %(limit)s"),
    "too-late": _("Too late: the request was already %(status)s"),
    "associated": _("Model: %(model)s. Reason: %(reason)s"),
    "imported": _("Imported: %(what)s"),
    "commitments-ended": _("No longer in the billing data, ended: %(numbers)s"),
    "commitment-moved": _("The billing data now call %(number)s a %(model)s"),
    "adopted": _("%(what)s: %(before)s replaced by %(after)s"),
    "adopted-limit-ended": _("%(what)s: %(before)s replaced by %(after)s. The credit limit of %(limit)s ended"),
    "login-created": _("Login %(username)s, %(role)s"),
    "code-sent": _("To %(number)s"),
    "code-entry-locked": _("Code entry is locked after too many wrong tries"),
    "code-locked": _("Too many wrong tries: code entry is locked for %(minutes)s minutes"),
    "no-number": _("There is no confirmed mobile number"),
    "no-code": _("There was no code to enter"),
    "no-code-to-renew": _("There was no code that could be sent again"),
    "wrong-code": _("Wrong code, tries left: %(tries_left)s"),
    "expired-code": _("The code had expired"),
    "superseded-code": _("A newer code had been sent"),
    "voided-code": _("The code was void after too many wrong tries"),
    "limit-cooldown": _("The code before was sent less than a minute ago"),
    "limit-attempt": _("The code cannot be sent again"),
    "limit-user-hour": _("Too many codes were sent to the operator within an hour"),
    "limit-user-day": _("Too many codes were sent to the operator within a day"),
    "limit-number-day": _("Too many codes were sent to this number within a day"),
    "limit-ip-hour": _("Too many codes were asked for from one network within an hour"),
    "limit-installation-hour": _("Too many codes were sent within an hour"),
    "currency-set": _("%(currency)s"),
    "currency-changed": _("%(before)s became %(currency)s"),
    "currency-held": _("%(currency)s stays while the account is associated"),
    "number-bound": _("Number: %(number)s"),
    "number-replaced": _("New number: %(number)s"),
    "number-stale": _("The change had been started again meanwhile"),
    "same-number": _("The number was confirmed already"),
    "wrong-password": _("The password was not right"),
    "rows-exported": _("Asked for with the filter: %(filter)s"),
    "all-exported": _("All entries"),
    "record-added": _("Added: %(model)s %(key)s"),
    "record-changed": _("Changed: %(model)s %(key)s (%(fields)s)"),
    "record-changed-because": _("Changed: %(model)s %(key)s (%(fields)s). Reason: %(reason)s"),
    "password-changed": _("%(username)s changed their password"),
    "password-set-by-link": _("%(username)s set their password by a link"),
    "password-link": _("A link to set the password of %(username)s was sent. Reason: %(reason)s"),
    "notice-resent": _("%(notice)s, %(channel)s. Reason: %(reason)s"),
    "notice-not-failed": _("%(notice)s, %(channel)s: it had not failed"),
}


_NAMES: dict[str, dict[str, str | Promise]] = {}


def provide(kind: str, names: Mapping[str, str | Promise]) -> None:
    """Hand in the names of the words that stand in the data under the key `kind`, such as "checks"."""
    _NAMES.setdefault(kind, {}).update(names)


def provide_models(models: Iterable[type[Model]]) -> None:
    """Hand in the names of models and of their fields, by which records are said to have changed."""
    for model in models:
        provide("model", {str(model._meta.model_name): model._meta.verbose_name or ""})
        fields = {f"{model._meta.model_name}.{field.name}": field.verbose_name for field in model._meta.concrete_fields}
        provide("fields", fields)


def name_of(kind: str, word: str) -> str:
    """The name of a word in the active language; a word that nobody named stands for itself."""
    return str(_NAMES.get(kind, {}).get(word, word))


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def remark_of(entry: OperationLogEntry) -> str:
    """Return the remark of an entry in the active language."""
    return render(entry.remark_word, entry.remark_data)


def render(word: str, data: Mapping[str, Any]) -> str:
    """Return the remark in the active language; a word that is not known (any more) stands for itself."""
    template = REMARKS.get(word)
    if template is None:
        return word
    return str(template) % _Lenient({key: _text(key, value) for key, value in _told(data).items()})


def _told(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a record are those of its model: two models may call one name differently."""
    if "fields" not in data:
        return data
    model = data.get("model", "")
    named = [(f"{model}.{field}", field) for field in data["fields"]]
    return {**data, "fields": [key if key in _NAMES.get("fields", {}) else field for key, field in named]}


def _text(kind: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(kind, item) for item in value)
    return "" if value is None else name_of(kind, str(value))
