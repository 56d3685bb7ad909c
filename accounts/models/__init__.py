"""The tables of accounts, one module a subject."""

from accounts.models.billing import (
    Arrears,
    CommerceContract,
    FactFeed,
    FactKind,
    Order,
    ReservedInstance,
    SupportPlan,
)
from accounts.models.challenge import Challenge, Purpose
from accounts.models.notification import Channel, Event, Notification
from accounts.models.operation_log import (
    AppendOnlyError,
    ChainHead,
    Operation,
    OperationLogEntry,
    Result,
    Side,
)
from accounts.models.sms_device import SmsDevice
from accounts.models.tenant import MemberAccount, Tenant
from accounts.models.user import User

__all__ = [
    "AppendOnlyError",
    "Arrears",
    "ChainHead",
    "Challenge",
    "Channel",
    "CommerceContract",
    "Event",
    "FactFeed",
    "FactKind",
    "MemberAccount",
    "Notification",
    "Operation",
    "OperationLogEntry",
    "Order",
    "Purpose",
    "ReservedInstance",
    "Result",
    "Side",
    "SmsDevice",
    "SupportPlan",
    "Tenant",
    "User",
]
