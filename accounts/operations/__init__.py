"""Operations of accounts: every write of its models, one verb per module, in one transaction with its log entry.

A new verb needs a line in VERBS, which the tests of the lock order and of the state machine read.
"""

from collections.abc import Callable

from accounts.operations.create_login import create_login
from accounts.operations.credit_limit import clear_credit_limit
from accounts.operations.currency import set_currency, take_currency
from accounts.operations.export_log import export_log
from accounts.operations.facts import add_facts, keep_elsewhere, move_term, save_term, stamp_feeds
from accounts.operations.mark_read import mark_read
from accounts.operations.mobile_number import (
    confirm_number,
    note_wrong_password,
    release_old_number,
    resend_number_code,
    start_number_change,
)
from accounts.operations.password import change_password, note_refused_change, set_password_by_link
from accounts.operations.password_link import send_password_link
from accounts.operations.records import record_password_link, save_record
from accounts.operations.refuse import refuse_by_role
from accounts.operations.rename import rename_tenant
from accounts.operations.resend_notice import resend_notice
from accounts.operations.tenants import add_tenants, take_billing_account

VERBS: tuple[Callable[..., object], ...] = (
    add_facts,
    add_tenants,
    change_password,
    send_password_link,
    clear_credit_limit,
    confirm_number,
    create_login,
    export_log,
    keep_elsewhere,
    mark_read,
    move_term,
    note_refused_change,
    note_wrong_password,
    record_password_link,
    refuse_by_role,
    release_old_number,
    rename_tenant,
    resend_notice,
    resend_number_code,
    save_record,
    save_term,
    set_currency,
    set_password_by_link,
    stamp_feeds,
    start_number_change,
    take_billing_account,
    take_currency,
)
