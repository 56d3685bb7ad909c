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

    The label is the verb that the filter shows. Words that nothing writes yet have a label only.
    """

    happened: str | Promise
    refused: str | Promise

    ASSOCIATED = "associated", _("Association started"), _("Association refused"), _("Start an association")
    BLOCKED = "blocked", _("Completion blocked"), _("Disassociation refused"), _("Check the account")
    CODE_SENT = "code-sent", _("Code sent"), _("Code not sent"), _("Send a code")
    CODE_REFUSED = "code-refused", _("Code refused"), _("Code refused"), _("Enter a code")
    CODE_LOCKED = "code-locked", _("Code entry locked"), _("Code entry locked"), _("Lock code entry")
    REQUESTED = "requested", _("Request submitted"), _("Submission refused"), _("Submit a request")
    SEEN = "seen", _("Request seen"), _("Request not shown"), _("See a request")
    REMINDED = "reminded", _("Send a reminder")
    APPROVED = "approved", _("Request approved"), _("Approval refused"), _("Approve a request")
    REJECTED = "rejected", _("Request rejected"), _("Rejection refused"), _("Reject a request")
    WITHDRAWN = "withdrawn", _("Request withdrawn"), _("Withdrawal refused"), _("Withdraw a request")
    ESCALATED = "escalated", _("Escalate a request")
    EXPIRED = "expired", _("Let a request expire")
    CANCELLED = "cancelled", _("Request cancelled"), _("Cancellation refused"), _("Cancel a request")
    COMPLETED = "completed", _("Association ended"), _("Completion refused"), _("End an association")
    GRANTED = "granted", _("Further request granted"), _("Grant refused"), _("Grant a further request")
    EXTENDED = "extended", _("Extend the deadline")
    CONTACT_REVEALED = "contact-revealed", _("Reveal contact data")
    LOG_EXPORTED = "log-exported", _("Log exported"), _("Export refused"), _("Export the log")
    NUMBER_CHANGED = "number-changed", _("Mobile number changed"), _("Number change refused"), _("Change the number")
    CURRENCY_SET = "currency-set", _("Currency set"), _("Currency change refused"), _("Set the currency")
    RECORD_CHANGED = "record-changed", _("Record changed"), _("Change refused"), _("Change a record")
    ADOPTED = "adopted", _("Imported value adopted"), _("Adoption refused"), _("Adopt an imported value")
    NOTICE_RESENT = "notice-resent", _("Notice sent again"), _("Notice not sent again"), _("Send a notice again")

    def __new__(cls, word: str, happened: str | Promise = "", refused: str | Promise = "") -> Operation:
        member = str.__new__(cls, word)
        member._value_ = word
        member.happened, member.refused = happened, refused
        return member

    @classmethod
    def offered(cls) -> list[tuple[str, str | Promise]]:
        """The choices of a filter: a word that nothing writes yet would find nothing."""
        return [(word.value, word.label) for word in cls if word.happened]

    def sentence(self, result: str) -> str:
        """Return the sentence for this result, in the active language. A refusal never reads as "approved"."""
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


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    PORTAL = "portal", _("Portal")
