"""Test helpers that start and submit a request by the real operations."""

from accounts.codes import code_for
from accounts.models import Challenge, User
from accounts.verification import Issued
from partners.models import Association, DisassociationRequest
from partners.operations.outcomes import Submitted
from partners.operations.start import start_disassociation
from partners.operations.submit import submit_disassociation


def start(actor: User, association: Association, reason: str = "") -> Challenge:
    answer = start_disassociation(actor=actor, association=association, reason=reason, ip="192.0.2.1")
    assert isinstance(answer, Issued), answer
    return answer.challenge


def submit(actor: User, association: Association, reason: str = "") -> DisassociationRequest:
    challenge = start(actor, association, reason)
    answer = submit_disassociation(actor=actor, association=association, code=code_for(challenge))
    assert isinstance(answer, Submitted), answer
    return answer.request
