"""The logins and tenants of the demo data, and the blocker that each customer demonstrates."""

from dataclasses import dataclass

PASSWORD = "demo-password"  # noqa: S105 - the demo's password is public, and DEMO refuses every other address
PARTNER = "Harbourline Systems"
OTHER_PARTNER = "Copperfield Digital"
FORMER_PARTNER = "Aldergrove Services"


@dataclass(frozen=True)
class DemoCustomer:
    username: str
    tenant: str
    blockers: tuple[str, ...] = ()
    model: str = "reseller"  # empty: not associated
    stale: bool = False

    @property
    def has_number(self) -> bool:
        return "mobile-number" not in self.blockers


CUSTOMERS = (
    DemoCustomer("customer-ready", "Northfield Traders"),
    DemoCustomer("customer-open-request", "Maple Lane Books", ("open-request",)),
    DemoCustomer("customer-request-limit", "Saltmarsh Foods", ("request-limit",)),
    DemoCustomer("customer-unpaid-orders", "Fjord and Fell Outdoor", ("unpaid-orders",)),
    DemoCustomer("customer-independent-members", "Kestrel Freight Group", ("independent-members",)),
    DemoCustomer("customer-arrears", "Tidewater Museums", ("arrears",)),
    DemoCustomer("customer-reserved-instances", "Orchard Clinics", ("reserved-instances",)),
    DemoCustomer("customer-partner-support-plan", "Brightwater Energy", ("partner-support-plan",)),
    DemoCustomer("customer-currency", "青松商贸有限公司", ("currency",)),
    DemoCustomer("customer-commerce-contract", "Quarry Street Media", ("commerce-contract",)),
    DemoCustomer("customer-mobile-number", "Lanternfield Schools", ("mobile-number",)),
    DemoCustomer(
        "customer-all-blockers",
        "Westmoor Holdings",
        (
            "open-request",
            "request-limit",
            "unpaid-orders",
            "independent-members",
            "arrears",
            "reserved-instances",
            "partner-support-plan",
            "currency",
            "commerce-contract",
            "mobile-number",
        ),
    ),
    DemoCustomer("customer-stale-orders", "Pinebridge Optics", stale=True),
    DemoCustomer("customer-referral", "Silverbrook Studios", model="referral"),
    DemoCustomer("customer-none", "Meadowgate Farms", model=""),
)
# Logins besides the administrator of each customer above.
OTHERS = (
    ("customer-member", "Northfield Traders", "member"),
    ("partner-admin", PARTNER, "administrator"),
    ("partner-member", PARTNER, "member"),
    ("other-partner-admin", OTHER_PARTNER, "administrator"),
    ("staff", "", ""),
)


def logins() -> list[str]:
    """Return the usernames of the demo data in display order."""
    return [customer.username for customer in CUSTOMERS] + [username for username, _, _ in OTHERS]
