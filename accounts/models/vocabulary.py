"""Choices that rows store: sides, operations, results, events, channels. A new word is one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models.tenant import Tenant


class Side(models.TextChoices):
    """Who started an operation."""

    CUSTOMER = "customer", _("Customer")
    PARTNER = "partner", _("Partner")
    VENDOR = "vendor", _("Vendor")
    SYSTEM = "system", _("System")

    @classmethod
    def of(cls, tenant: Tenant | None) -> Side:
        """Return the side of the users of `tenant`. Without a tenant they are vendor staff."""
        return cls(tenant.kind) if tenant else cls.VENDOR

    @property
    def opposite(self) -> Side:
        """The other side of an association."""
        return Side.CUSTOMER if self == Side.PARTNER else Side.PARTNER


class Result(models.TextChoices):
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class Operation(models.TextChoices):
    """Operations of the log: the stored word, the sentence if done, the sentence if refused, the label.

    `%(who)s` in a sentence is its subject: "You", "Your colleague dana", the name of an organisation, or "We" for the
    portal. A translation fits all of them. The label is the verb that the filter shows. Words that nothing writes yet
    have a label only.
    """

    happened: str | Promise
    refused: str | Promise

    ASSOCIATED = (
        "associated",
        _("%(who)s started the association"),
        _("%(who)s tried to start an association: refused"),
        _("Start an association"),
    )
    BLOCKED = (
        "blocked",
        _("%(who)s could not end the association"),
        _("%(who)s tried to disassociate: refused"),
        _("Check the account"),
    )
    CODE_SENT = (
        "code-sent",
        _("%(who)s asked for a code"),
        _("%(who)s asked for a code: not sent"),
        _("Send a code"),
    )
    CODE_REFUSED = (
        "code-refused",
        _("%(who)s entered a code: refused"),
        _("%(who)s entered a code: refused"),
        _("Enter a code"),
    )
    CODE_LOCKED = (
        "code-locked",
        _("%(who)s entered too many wrong codes: locked"),
        _("%(who)s entered too many wrong codes: locked"),
        _("Lock code entry"),
    )
    REQUESTED = (
        "requested",
        _("%(who)s asked to disassociate"),
        _("%(who)s tried to send a request: refused"),
        _("Submit a request"),
    )
    SEEN = "seen", _("%(who)s saw the request"), _("%(who)s tried to see a request: refused"), _("See a request")
    REMINDED = "reminded", _("Send a reminder")
    APPROVED = (
        "approved",
        _("%(who)s approved the request"),
        _("%(who)s tried to approve: refused"),
        _("Approve a request"),
    )
    REJECTED = (
        "rejected",
        _("%(who)s rejected the request"),
        _("%(who)s tried to reject: refused"),
        _("Reject a request"),
    )
    WITHDRAWN = (
        "withdrawn",
        _("%(who)s withdrew the request"),
        _("%(who)s tried to withdraw: refused"),
        _("Withdraw a request"),
    )
    ESCALATED = "escalated", _("Escalate a request")
    EXPIRED = "expired", _("Let a request expire")
    CANCELLED = (
        "cancelled",
        _("%(who)s cancelled the request"),
        _("%(who)s tried to cancel: refused"),
        _("Cancel a request"),
    )
    COMPLETED = (
        "completed",
        _("%(who)s ended the association"),
        _("%(who)s tried to end the association: refused"),
        _("End an association"),
    )
    GRANTED = (
        "granted",
        _("%(who)s granted a further request"),
        _("%(who)s tried to grant a further request: refused"),
        _("Grant a further request"),
    )
    EXTENDED = "extended", _("Extend the deadline")
    CONTACT_REVEALED = "contact-revealed", _("Reveal contact data")
    LOG_EXPORTED = (
        "log-exported",
        _("%(who)s exported the log"),
        _("%(who)s tried to export the log: refused"),
        _("Export the log"),
    )
    NUMBER_CHANGED = (
        "number-changed",
        _("%(who)s changed a mobile number"),
        _("%(who)s tried to change a mobile number: refused"),
        _("Change the number"),
    )
    CURRENCY_SET = (
        "currency-set",
        _("%(who)s set the currency"),
        _("%(who)s tried to set the currency: refused"),
        _("Set the currency"),
    )
    RECORD_CHANGED = (
        "record-changed",
        _("%(who)s changed a record"),
        _("%(who)s tried to change a record: refused"),
        _("Change a record"),
    )
    ADOPTED = (
        "adopted",
        _("%(who)s adopted an imported value"),
        _("%(who)s tried to adopt an imported value: refused"),
        _("Adopt an imported value"),
    )
    NOTICE_RESENT = (
        "notice-resent",
        _("%(who)s sent a notice again"),
        _("%(who)s tried to send a notice again: refused"),
        _("Send a notice again"),
    )

    def __new__(cls, word: str, happened: str | Promise = "", refused: str | Promise = "") -> Operation:
        member = str.__new__(cls, word)
        member._value_ = word
        member.happened, member.refused = happened, refused
        return member

    @classmethod
    def offered(cls) -> list[tuple[str, str | Promise]]:
        """The choices of a filter: a word that nothing writes yet would find nothing."""
        return [(word.value, word.label) for word in cls if word.happened]

    def words(self, result: str) -> str:
        """Return the sentence for this result with its place for `who`. A refusal never reads as "approved"."""
        return str((self.refused if result == Result.REFUSED else self.happened) or self.label)


# Attempts before a request is submitted. Only the side that made them and staff may read them.
ATTEMPTS = (Operation.BLOCKED, Operation.CODE_SENT, Operation.CODE_REFUSED, Operation.CODE_LOCKED)


class Event(models.TextChoices):
    """Events that notices are about."""

    REQUESTED = "requested", _("Request submitted")
    REMINDER = "reminder", _("Reminder")
    APPROVED = "approved", _("Request approved")
    REJECTED = "rejected", _("Request rejected")
    WITHDRAWN = "withdrawn", _("Request withdrawn")
    CANCELLED = "cancelled", _("Request cancelled")
    EXPIRED = "expired", _("Request expired")
    ESCALATED = "escalated", _("Request escalated")
    BLOCKED = "blocked", _("Completion blocked")
    COMPLETED = "completed", _("Association ended")
    CODE = "code", _("Verification code")
    CODE_LOCKED = "code-locked", _("Code entry locked")
    NUMBER_CHANGED = "number-changed", _("Mobile number changed")
    INVITATION = "invitation", _("Invitation")
    PASSWORD_LINK = "password-link", _("Link to set a password")


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    PORTAL = "portal", _("Portal")
