"""The clock: all periodic background work. Jobs are idempotent, so late, duplicate or aborted ticks do no harm.

Ticked by Celery beat in production, by `manage.py run_clock` without a broker, by `manage.py tick` by hand.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.utils import timezone

from accounts import outages
from accounts.models import Heartbeat, Notification
from accounts.notifications import wake
from accounts.notifications.deliver import deliver_due
from accounts.sign_in import expiry
from partners.models import DisassociationRequest
from partners.operations.complete import complete
from partners.operations.outcomes import Done

MAX_COMPLETIONS_PER_TICK = 100

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ticked:
    completed: int
    delivered: int


def tick(now: datetime | None = None) -> Ticked:
    """Run all jobs due at `now`: complete approved requests, deliver notices, delete expired rows."""
    at = now or timezone.now()
    completed = upkeep(at)
    return Ticked(completed, deliver_due(now))


def beat() -> None:
    """Run the upkeep and wake one sender per channel, so that a slow channel delays no other. Called by Celery beat.

    Locked rows of the upkeep delay no message. If the broker does not take the wake-ups, deliver the messages here.
    """
    now = timezone.now()
    with outages.tried_again_soon("upkeep-interrupted"):
        upkeep(now)
    waiting = Notification.objects.due(now).order_by().values_list("channel", flat=True).distinct()
    if not wake.senders(list(waiting)):
        deliver_due()


def upkeep(now: datetime) -> int:
    """Run the jobs that need no provider: completions and expired rows. Return how many requests were completed.

    The heartbeat comes last, so that health checks report a clock that runs and gets nothing done.
    """
    completed = complete_due(now)
    expiry.delete_expired()
    Heartbeat.beat(Heartbeat.Job.TICK)
    return completed


def complete_due(now: datetime) -> int:
    """Try every approved request that is due. Return how many were completed.

    Each runs in a separate transaction that locks the request, so that concurrent clocks complete it only once.
    """
    due = DisassociationRequest.objects.to_complete(now).select_related("association").order_by("complete_at")
    return sum(_is_completed(request, now) for request in due[:MAX_COMPLETIONS_PER_TICK])


def _is_completed(request: DisassociationRequest, now: datetime) -> bool:
    try:
        return isinstance(complete(request=request, now=now), Done)
    except Exception as error:  # the task boundary: one broken request must not stop the others
        logger.warning("completion-interrupted", reference=request.reference, error=type(error).__name__)
        return False
