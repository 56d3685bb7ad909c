"""The version of an association: it changes with everything that My Partner shows of it.

Every operation that changes what the page shows appends to a chain of the operation log. So the hashes at the heads of
four chains are the version: the association's, its two tenants', and the vendor's for the rules. What appends nothing
(a completion that is put off once more, an inbox that was read) is bounded or keyed by the page itself.
"""

from __future__ import annotations

from hashlib import sha256

from django.db import connection

from accounts.models import Tenant

# Written by hand: it is asked for every page, and the ORM takes longer to word it than a database to answer it. Each
# head is a query of its own inside, since PostgreSQL plans five joins ten times as long as it runs them.
HEADS = """
    SELECT
        id,
        (SELECT hash FROM accounts_chainhead WHERE chain = 'association:' || association.id),
        (SELECT hash FROM accounts_chainhead WHERE chain = 'tenant:' || association.customer_id),
        (SELECT hash FROM accounts_chainhead WHERE chain = 'tenant:' || (
            SELECT tenant_id FROM partners_partner WHERE id = association.partner_id
        )),
        (SELECT hash FROM accounts_chainhead WHERE chain = 'vendor')
    FROM partners_association association
    WHERE customer_id = %s AND ended_at IS NULL
"""


def page_key_of(customer: Tenant) -> str:
    """Return the version of the customer's active association in one query; "" without one."""
    with connection.cursor() as cursor:
        cursor.execute(HEADS, [customer.pk])
        heads = cursor.fetchone()
    return sha256(repr(heads).encode()).hexdigest() if heads else ""
