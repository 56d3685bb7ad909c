"""Notices per second when 10,000 are queued, and how many are lost or duplicated: `python -m bench.drain`.

Half are e-mails, half text messages, to the message file of the demo. With DATABASE_URL and REDIS_URL (of an empty
database: `.ci/with-services python -m bench.drain`) it measures both back ends.
"""

import json
import time
from collections import Counter
from pathlib import Path

from bench import senders

NOTICES = 10_000


def main() -> None:
    if not senders.asked_for():
        for back_end in senders.back_ends():
            senders.measure_apart("bench.drain", back_end)
        return
    senders.prepare()
    queue()
    begun = time.monotonic()
    with senders.running():
        wait_until_empty()
    report(time.monotonic() - begun)


def queue() -> None:
    from django.db import transaction

    from accounts.models import Channel, Event
    from accounts.notifications.outbox import notify

    user = administrator()
    with transaction.atomic():
        for number in range(NOTICES // 2):
            reference = f"D-{number:05d}XYZ"
            context = {"customer_name": "Northfield", "partner_name": "Harbourline", "decided_by": "partner"}
            notify(
                Event.APPROVED,
                subject=reference,
                reference=reference,
                recipients=[user],
                channels=[Channel.EMAIL, Channel.SMS],
                context=context,
            )


def administrator():  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from accounts.models import SmsDevice, Tenant, User

    tenant = Tenant.objects.create(key="bench", kind="customer", name="Northfield")
    user = User.objects.create(username="bench", email="bench@localhost", tenant=tenant, role="administrator")
    SmsDevice.objects.create(user=user, number="+14155550100", confirmed=True, confirmed_at=timezone.now())
    return user


def wait_until_empty() -> None:
    from accounts.models import Notification

    while Notification.objects.filter(state="queued").exists():
        time.sleep(0.1)


def report(seconds: float) -> None:
    from django.conf import settings

    lines = Path(settings.MESSAGES_FILE).read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line) for line in lines]
    sent = Counter((message["channel"], reference_in(message["body"])) for message in messages)
    lost, doubled = NOTICES - len(sent), sum(count - 1 for count in sent.values())
    rate = NOTICES / seconds
    print(f"{senders.asked_for()}: {NOTICES} sent in {seconds:.1f} s ({rate:.0f}/s), {lost} lost, {doubled} doubled")


def reference_in(body: str) -> str:
    return body[body.index("D-") :][:10]


if __name__ == "__main__":
    main()
