"""The models of partners."""

from partners.models.association import Association
from partners.models.disassociation import (
    OPEN,
    TRANSITIONS,
    DisassociationRequest,
    Grant,
    IllegalTransition,
    Status,
)
from partners.models.partner import Partner
from partners.models.policy import Policy, Statement

__all__ = [
    "OPEN",
    "TRANSITIONS",
    "Association",
    "DisassociationRequest",
    "Grant",
    "IllegalTransition",
    "Partner",
    "Policy",
    "Statement",
    "Status",
]
