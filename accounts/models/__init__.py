"""The models of accounts."""

from accounts.models.billing import (
    Arrears,
    CommerceContract,
    FactFeed,
    FactKind,
    Order,
    ReservedInstance,
    SupportPlan,
    Term,
)
from accounts.models.challenge import Challenge, Purpose
from accounts.models.heartbeat import Heartbeat
from accounts.models.notification import Notification
from accounts.models.operation_log import AppendOnlyError, ChainHead, OperationLogEntry
from accounts.models.sms_device import SmsDevice
from accounts.models.tenant import MemberAccount, Tenant
from accounts.models.user import User
from accounts.models.vocabulary import ATTEMPTS, Channel, Event, Operation, Result, Side

__all__ = [
    "ATTEMPTS",
    "AppendOnlyError",
    "Arrears",
    "ChainHead",
    "Challenge",
    "Channel",
    "CommerceContract",
    "Event",
    "FactFeed",
    "FactKind",
    "Heartbeat",
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
    "Term",
    "User",
]
