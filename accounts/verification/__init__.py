"""Codes that prove who acts: `issue` one for a purpose and a subject, `redeem` it once.

Numbers and rules: CODE_* in settings, their sources in docs/decisions.md. `issue` and `resend` open their own durable
transaction; `redeem`, `spend` and `record_result` run inside the caller's.
"""

from accounts.codes import code_for, is_worth_sending, number_for
from accounts.verification.answers import (
    Accepted,
    AlreadyUsed,
    Expired,
    IssueAnswer,
    Issued,
    Limited,
    LimitWord,
    Locked,
    NoChallenge,
    NoNumber,
    RedeemAnswer,
    ResendAnswer,
    Superseded,
    Voided,
    Wrong,
)
from accounts.verification.issuing import issue, resend
from accounts.verification.reading import ResendOutlook, live_challenge, locked_until, newest_open, resend_outlook
from accounts.verification.redeeming import record_result, redeem, spend

__all__ = [
    "Accepted",
    "AlreadyUsed",
    "Expired",
    "IssueAnswer",
    "Issued",
    "LimitWord",
    "Limited",
    "Locked",
    "NoChallenge",
    "NoNumber",
    "RedeemAnswer",
    "ResendAnswer",
    "ResendOutlook",
    "Superseded",
    "Voided",
    "Wrong",
    "code_for",
    "is_worth_sending",
    "issue",
    "live_challenge",
    "locked_until",
    "newest_open",
    "number_for",
    "record_result",
    "redeem",
    "resend",
    "resend_outlook",
    "spend",
]
