"""Verification codes sent by text message: `issue` a code for a purpose and a subject, `redeem` it once.

The limits are the CODE_* settings; docs/decisions.md has their sources. `issue` and `resend` open their own durable
transaction; `redeem`, `spend` and `record_result` run inside the caller's.
"""

from accounts.codes import code_for, is_worth_sending, number_for
from accounts.verification.code_page import CodePage, Resend, code_page
from accounts.verification.issuing import issue, resend
from accounts.verification.outcomes import (
    Accepted,
    AlreadyUsed,
    CodeRefusal,
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
from accounts.verification.reading import live_challenge, newest_open
from accounts.verification.redeeming import record_result, redeem, spend
from accounts.verification.words import refusal_words

__all__ = [
    "Accepted",
    "AlreadyUsed",
    "CodePage",
    "CodeRefusal",
    "Expired",
    "IssueAnswer",
    "Issued",
    "LimitWord",
    "Limited",
    "Locked",
    "NoChallenge",
    "NoNumber",
    "RedeemAnswer",
    "Resend",
    "ResendAnswer",
    "Superseded",
    "Voided",
    "Wrong",
    "code_for",
    "code_page",
    "is_worth_sending",
    "issue",
    "live_challenge",
    "newest_open",
    "number_for",
    "record_result",
    "redeem",
    "refusal_words",
    "resend",
    "spend",
]
