"""Operations of partners, one verb per module. The actor determines the side.

A verb takes keyword arguments only and is one durable transaction with its state change, log entry and outbox rows. The
functions of association.py run inside such a transaction. A new verb needs a line in VERBS, which the tests of the lock
order and of the state machine read.
"""

from collections.abc import Callable

from partners.operations.add_partners import add_partners
from partners.operations.approve import approve
from partners.operations.associate import associate
from partners.operations.association import begin_association, change_model, end_association
from partners.operations.cancel import cancel
from partners.operations.complete import complete
from partners.operations.grant import grant
from partners.operations.mark_seen import mark_seen
from partners.operations.put_in_force import put_in_force
from partners.operations.reject import reject
from partners.operations.start import resend_code, start_disassociation
from partners.operations.submit import submit_disassociation
from partners.operations.withdraw import withdraw

VERBS: tuple[Callable[..., object], ...] = (
    add_partners,
    approve,
    associate,
    begin_association,
    cancel,
    change_model,
    complete,
    end_association,
    grant,
    mark_seen,
    put_in_force,
    reject,
    resend_code,
    start_disassociation,
    submit_disassociation,
    withdraw,
)
