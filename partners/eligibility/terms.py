"""Terms: the input of the checks besides the billing facts: policy values, earlier requests, the actor's number."""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Side

# The stored values of Association.Model, which this package cannot import: the models import it.
RESELLER, REFERRAL = "reseller", "referral"


@dataclass(frozen=True)
class OpenRequestState:
    reference: str
    initiator: Side
    submitted_at: datetime


@dataclass(frozen=True)
class NumberState:
    """The actor's mobile number. `confirmed_at` is None if it is not confirmed."""

    masked: str
    confirmed_at: datetime | None
    replaced_at: datetime | None


@dataclass(frozen=True)
class GrantState:
    id: int
    expires_at: datetime


@dataclass(frozen=True)
class Terms:
    model: str  # RESELLER or REFERRAL
    side: Side  # the side that starts the request
    partner_name: str
    vendor_name: str
    zone: ZoneInfo  # the vendor's: calendar months are counted in it
    facts_max_age: timedelta
    request_limit: int
    window_months: int
    counted_starts: tuple[datetime, ...] = ()  # newest first, at most request_limit of them
    open_request: OpenRequestState | None = None
    number: NumberState | None = None
    number_hold: timedelta = timedelta(hours=24)
    grant: GrantState | None = None

    def free_again_at(self) -> datetime | None:
        """Return when the next request may start, or None if the limit is not reached."""
        if len(self.counted_starts) < self.request_limit:
            return None
        return add_months(self.counted_starts[self.request_limit - 1], self.window_months, self.zone)

    def used(self, now: datetime) -> int:
        """Return how many requests count towards the limit now."""
        return sum(add_months(start, self.window_months, self.zone) > now for start in self.counted_starts)


def add_months(at: datetime, months: int, zone: ZoneInfo) -> datetime:
    """Add calendar months in the zone's local time and return the moment in UTC.

    A day that the month lacks becomes its last day; an hour that the clocks skip becomes the one after the gap.
    """
    local = at.astimezone(zone)
    years, month0 = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month0 + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day, fold=0).astimezone(UTC)
