"""The version of an association: it changes with everything that My Partner shows of it.

Every operation that changes what the page shows appends to a chain of the operation log. So the hashes at the heads of
four chains are the version: the association's, its two tenants', and the vendor's for the rules. What appends nothing
(a completion that is put off once more, an inbox that was read) is bounded or keyed by the page itself.
"""

from __future__ import annotations

from hashlib import sha256

from django.db import connection

from accounts.models import Tenant

# Written by hand: it is asked for every page, and the ORM takes longer to word it than a database to answer it.
HEADS = """
    SELECT association.id, own.hash, customer.hash, partner.hash, vendor.hash
    FROM partners_association association
    JOIN partners_partner reseller ON reseller.id = association.partner_id
    LEFT JOIN accounts_chainhead own ON own.chain = 'association:' || association.id
    LEFT JOIN accounts_chainhead customer ON customer.chain = 'tenant:' || association.customer_id
    LEFT JOIN accounts_chainhead partner ON partner.chain = 'tenant:' || reseller.tenant_id
    LEFT JOIN accounts_chainhead vendor ON vendor.chain = 'vendor'
    WHERE association.customer_id = %s AND association.ended_at IS NULL
"""


def association_version(customer: Tenant) -> str:
    """Return the version of the customer's active association in one query; "" without one."""
    with connection.cursor() as cursor:
        cursor.execute(HEADS, [customer.pk])
        heads = cursor.fetchone()
    return sha256(repr(heads).encode()).hexdigest() if heads else ""
