"""The places: who opens or sends what, and the status that answers.

Every page that the matrix reads is a place, and so is every form that it sends empty: a new row there is one here. What
only a state shows is listed below; a place of that list may follow from the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.demo import cast
from portal.tests.given import valid
from portal.tests.matrix import ROLES, Row, rows
from portal.tests.matrix_world import World

CHECK, VERIFY = "/my-partner/disassociate/", "/my-partner/disassociate/verify/"
NUMBER, ADDRESS = "/account/mobile-number/", "/accounts/login/"
NEW_NUMBER = valid("number", password=cast.PASSWORD)
CONFIRM = valid("understand", "reason")
PASSWORD_FIELDS = {"old_password": "wrong", "new_password1": "short", "new_password2": "other"}
GUESS = {"username": "nobody", "password": "wrong"}


@dataclass(frozen=True)
class Place:
    path: str  # may name what the world made: "/requests/{pending}/"
    status: int = 200
    post: Mapping[str, str] | None = None  # the form that is sent there, instead of opening the page
    has_token: bool = True

    def address(self, names: Mapping[str, str]) -> str:
        return self.path.format(**names)


def sent(path: str, status: int = 200, /, **fields: str) -> Place:
    """A form that is sent; the status is that of the page which is shown in the end."""
    return Place(path, status, fields)


STATES: dict[str, tuple[Place, ...]] = {
    "": (
        sent("/accounts/login/", 422, **GUESS),
        Place("/accounts/login/", 403, GUESS, has_token=False),
        sent("/accounts/password-reset/", 422, email="nobody"),
        sent("/accounts/password-reset/", email="nobody@gallery.example"),
        Place("{password_link}"),
        sent("{password_link}", 422, new_password1="short", new_password2="other"),
        Place("/no-such-page/", 404),
        Place("/suspicious/", 400),
        *(Place(f"/refused/{cause}/", 403) for cause in ("host", "referer", "token")),
        Place("/broken/", 500),
        Place("/out/", 503),
        Place("/busy/", 503),
        *(sent("/accounts/login/", 422, **GUESS) for _ in range(3)),
        sent("/accounts/login/", 429, **GUESS),
    ),
    "customer-ready": (
        Place("/"),
        Place("/my-partner/"),
        sent(CHECK, 422, **valid("reason")),
        Place("/my-partner/operation-log/?operation=expired"),
        Place("/my-partner/operation-log/?operation=nonsense&result=x&from=2025&to=9999-12-31", 422),
        Place("/my-partner/operation-log/?from=2025-02-02&to=2025-01-01", 422),
        Place("/requests/D-00000000/", 404),
        Place("/partner/process/", 403),
        Place("/notifications/read/", 405),
        Place("/suspicious/", 400),
        *(Place(f"/refused/{cause}/", 403) for cause in ("host", "referer", "token")),
        Place("/broken/", 500),
        Place("/out/", 503, {}),
        Place("/notifications/read/", 403, {}, has_token=False),
    ),
    "of-newcomer": (
        Place("/notifications/"),
        sent(CHECK, **CONFIRM),
        sent(VERIFY, 422, code=""),
        sent(VERIFY, 422, code="12"),
        sent(VERIFY, 422, code="000000"),
        sent("/my-partner/disassociate/verify/new-code/", 429),
        Place(NUMBER),
        sent("/account/password/", 422, **PASSWORD_FIELDS),
        sent(NUMBER, 422, number="12", password="wrong"),
        sent(NUMBER, **NEW_NUMBER),
        sent("/account/mobile-number/code/", 422, purpose="release-number", code="1"),
        sent("/account/mobile-number/code/", 422, purpose="release-number", code="000000"),
        sent("/account/mobile-number/code/resend/", 429),
    ),
    "of-locked": (
        sent(CHECK, **CONFIRM),
        *(sent(VERIFY, 422, code=f"00000{n}") for n in range(4)),
        sent(VERIFY, 422, code="000004"),
        Place(VERIFY),
    ),
    "of-late": (sent(VERIFY, 422, code="000000"),),
    "of-barred": (sent(CHECK, 429, **CONFIRM), sent(NUMBER, 429, **NEW_NUMBER)),
    "customer-open-request": (
        Place("/my-partner/"),
        Place("/my-partner/process/"),
        Place("/requests/{asked}/"),
        sent("/requests/{asked}/reject/", 422),
    ),
    "customer-all-blockers": (Place("/my-partner/"), Place(CHECK), Place("/account/")),
    "customer-request-limit": (Place("/my-partner/"), Place(CHECK)),
    "customer-currency": (Place(CHECK), Place("/account/"), sent("/account/currency/", 422, currency="EURO")),
    "customer-mobile-number": (Place(CHECK), Place("/account/"), Place(NUMBER), sent(NUMBER, **NEW_NUMBER)),
    "customer-stale-orders": (Place(CHECK), Place("/account/")),
    "customer-referral": (Place("/my-partner/"), Place(CHECK), sent(CHECK, **CONFIRM)),
    "customer-none": (Place("/my-partner/"), Place("/my-partner/operation-log/"), Place("/account/")),
    "of-unknown": (Place(CHECK), Place("/account/")),
    "of-many": (Place(CHECK), Place("/account/")),
    "of-refused": (Place("/my-partner/process/"),),
    "of-pending": (Place("/requests/{pending}/"), Place("/my-partner/"), Place(CHECK)),
    "of-long": (Place("/requests/{long}/"), Place("/my-partner/")),
    "of-overdue": (Place("/requests/{overdue}/"),),
    "of-blocked": (Place("/requests/{blocked}/"), Place("/my-partner/"), Place("/my-partner/operation-log/")),
    "of-rejected": (Place("/requests/{rejected}/"), Place("/my-partner/")),
    "of-withdrawn": (
        Place("/requests/{withdrawn}/"),
        sent("/requests/{withdrawn}/withdraw/", 409, **valid("understand")),
    ),
    "of-cancelled": (Place("/requests/{cancelled}/"),),
    "of-expired": (Place("/requests/{expired}/"),),
    "of-completed": (Place("/requests/{completed}/"), Place("/my-partner/"), Place("/my-partner/operation-log/")),
    "of-referred": (Place("/requests/{referred}/"),),
    "partner-admin": (
        Place("/"),
        Place("/partner/process/"),
        *(Place(f"/partner/process/{{{word}}}/") for word in ("pending", "long", "overdue", "unpaid", "completed")),
        *(Place(f"/requests/{{{word}}}/") for word in ("asked", "blocked", "rejected", "withdrawn", "completed")),
        sent("/requests/{unpaid}/approve/", 409, **valid("understand")),
        sent("/requests/{pending}/reject/", 422),
        sent("/requests/{rejected}/approve/", 409, **valid("understand")),
        Place("/partner/customers/"),
        Place("/partner/operation-log/"),
        Place("/account/"),
        Place("/notifications/"),
        Place("/my-partner/", 403),
    ),
    "customer-member": (Place("/my-partner/"),),
    "partner-member": (Place("/partner/customers/"), Place("/requests/{pending}/")),
    "lonely-partner": (Place("/partner/process/"), Place("/partner/customers/"), Place("/partner/operation-log/")),
    "staff": (
        Place("/my-partner/", 403),
        Place("/no-such-page/", 404),
        Place("/admin/accounts/user/%00/change/", 400),
        Place("/admin/accounts/tenant/?q=nothing-has-this-name"),
        sent("/admin/password_change/", 422, **PASSWORD_FIELDS),
    ),
}
# What the matrix sends by a method, and the answers that are a page of their own.
FORMS: dict[str, Mapping[str, str] | None] = {"GET": None, "READ": None, "POST": {"csrfmiddlewaretoken": "any"}}
SHOWN = ("200", "422")
NO_PAGES = (
    *("/healthz", "/readyz", "/metrics", "/brand.css", "/brand.svg"),
    *("/admin/jsi18n/", "/demo/messages/?format=json"),
)


def of_matrix(world: World) -> Iterator[tuple[str, Place]]:
    """Who opens it and the place, for each row without a story and each status that it answers with a page."""
    for row in rows():
        if row.method in FORMS and not row.story and row.path not in NO_PAGES:
            for cell, role in _first_of_each(row):
                yield world.username(role), Place(world.fill(row.path), int(cell), FORMS[row.method])


def _first_of_each(row: Row) -> list[tuple[str, str]]:
    """Each status that is a page, with the first role that gets it; of a model's page, what staff get."""
    roles = ("staff",) if row.is_of_model else ROLES
    is_same_page = row.is_of_model and row.method == "POST" and not row.path.endswith("/add/")
    cells = dict(reversed([(cell, role) for role, cell in zip(ROLES, row.cells, strict=True) if role in roles]))
    return [(cell, role) for cell, role in cells.items() if cell in SHOWN and not (is_same_page and cell == "200")]
