"""All background work, found by indexed queries: a tick may be late, doubled or cut short, and nothing is lost.

Celery beat ticks it in production, `manage.py run_clock` where there is no broker, `manage.py tick` by hand.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.utils import timezone

from accounts.models import Notification
from accounts.notifications import wake
from accounts.notifications.deliver import deliver_due
from accounts.sign_in import expiry
from partners.models import DisassociationRequest
from partners.operations.complete import complete
from partners.operations.outcomes import Done

COMPLETIONS_A_TICK = 100

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ticked:
    completed: int
    delivered: int


def tick(now: datetime | None = None) -> Ticked:
    """Do everything that is due at `now`: complete approved requests, deliver notices, forget what is over."""
    at = now or timezone.now()
    completed = upkeep(at)
    return Ticked(completed, deliver_due(now))


def beat() -> None:
    """What Celery's beat does: upkeep here, and wake one sender a channel, so that a slow one delays no other.

    A tick that came through a broker which takes nothing more sends by itself.
    """
    now = timezone.now()
    upkeep(now)
    waiting = Notification.objects.due(now).order_by().values_list("channel", flat=True).distinct()
    if not wake.senders(list(waiting)):
        deliver_due()


def upkeep(now: datetime) -> int:
    """Do what needs no provider: complete what is due at `now`, forget what is over. Return how many were completed."""
    completed = complete_due(now)
    expiry.delete_expired()
    return completed


def complete_due(now: datetime) -> int:
    """Try every approved request whose time has come; return how many were completed.

    Each is a transaction of its own under the request's lock, so two clocks complete a request once.
    """
    due = DisassociationRequest.objects.to_complete(now).select_related("association").order_by("complete_at")
    return sum(_is_completed(request, now) for request in due[:COMPLETIONS_A_TICK])


def _is_completed(request: DisassociationRequest, now: datetime) -> bool:
    try:
        return isinstance(complete(request=request, now=now), Done)
    except Exception as error:  # the boundary of the task: one request that breaks must not hold up those behind it
        logger.warning("completion-interrupted", reference=request.reference, error=type(error).__name__)
        return False
