"""Latency from the commit of a notice to its delivery: `python -m bench.commit_to_sent`. Goal: p95 of 1 s at most.

With DATABASE_URL and REDIS_URL (of an empty database: `.ci/with-services python -m bench.commit_to_sent`) it measures
both back ends.
"""

import statistics
import time
from datetime import datetime

from bench import drain, senders

NOTICES, PAUSE = 300, 0.05  # one every 50 ms


def main() -> None:
    if not senders.asked_for():
        for back_end in senders.back_ends():
            senders.measure_apart("bench.commit_to_sent", back_end)
        return
    senders.prepare()
    user = drain.administrator()
    with senders.running():
        commit(user, -1)
        drain.wait_until_empty()  # then the senders are running
        committed = [commit(user, number) for number in range(NOTICES)]
        drain.wait_until_empty()
    report(committed)


def commit(user, number: int) -> datetime:  # type: ignore[no-untyped-def]
    """Queue one e-mail and one text message and return when they were committed."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import Channel, Event
    from accounts.notifications.outbox import notify

    time.sleep(PAUSE)
    with transaction.atomic():
        notify(
            Event.WITHDRAWN,
            subject=str(number),
            recipients=[user],
            channels=[Channel.EMAIL, Channel.SMS],
            context={"customer_name": "Northfield", "partner_name": "Harbourline", "initiator": "customer"},
        )
        transaction.on_commit(lambda: at.append(timezone.now()))
        at: list[datetime] = []
    return at[0]


def report(committed: list[datetime]) -> None:
    from accounts.models import Notification

    rows = Notification.objects.exclude(subject="-1").values_list("subject", "sent_at")
    waits = sorted((sent_at - committed[int(number)]).total_seconds() for number, sent_at in rows if sent_at)
    p50, p95 = statistics.median(waits), waits[int(len(waits) * 0.95)]
    print(f"{senders.asked_for()}: {len(waits)} notices, p50 {p50:.3f} s, p95 {p95:.3f} s, longest {waits[-1]:.3f} s")


if __name__ == "__main__":
    main()
