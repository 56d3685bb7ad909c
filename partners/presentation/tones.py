"""The tones of the words that this app shows as tags, handed to accounts when the app starts."""

from partners.eligibility import AnswerResult
from partners.models import Status

TONES = {
    "associated": "good",
    Status.PENDING: "info",
    Status.APPROVED: "info",
    Status.COMPLETED: "good",
    Status.REJECTED: "bad",
    Status.EXPIRED: "warn",
    AnswerResult.PASS: "good",
    AnswerResult.FAIL: "bad",
    AnswerResult.UNKNOWN: "warn",
}
