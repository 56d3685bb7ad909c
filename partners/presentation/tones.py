"""Colours (tones) of this app's tags, which partners/apps.py registers with accounts."""

from partners.eligibility import AnswerResult
from partners.models import Status

TONES = {
    "associated": "good",
    "waiting": "warn",
    Status.PENDING: "info",
    Status.APPROVED: "info",
    Status.COMPLETED: "good",
    Status.REJECTED: "bad",
    Status.EXPIRED: "warn",
    AnswerResult.PASS: "good",
    AnswerResult.FAIL: "bad",
    AnswerResult.UNKNOWN: "warn",
}
