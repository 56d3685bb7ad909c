"""Operations of partners, one verb per module. The actor determines the side.

Every verb is one durable transaction with its state change, log entry and outbox rows. The functions of association.py
run inside such a transaction.
"""

from partners.operations.approve import approve
from partners.operations.associate import AlreadyAssociated, Associated, associate
from partners.operations.association import begin_association, change_model, end_association
from partners.operations.cancel import cancel
from partners.operations.complete import complete
from partners.operations.grant import grant
from partners.operations.mark_seen import mark_seen
from partners.operations.outcomes import Blocked, Done, Lost, Submitted
from partners.operations.reject import reject
from partners.operations.start import resend_code, start_disassociation
from partners.operations.submit import submit_disassociation
from partners.operations.withdraw import may_withdraw, withdraw

__all__ = [
    "AlreadyAssociated",
    "Associated",
    "Blocked",
    "Done",
    "Lost",
    "Submitted",
    "approve",
    "associate",
    "begin_association",
    "cancel",
    "change_model",
    "complete",
    "end_association",
    "grant",
    "mark_seen",
    "may_withdraw",
    "reject",
    "resend_code",
    "start_disassociation",
    "submit_disassociation",
    "withdraw",
]
