"""Formats of values (datetimes, dates, amounts, masked data, tags), and the layout around a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.billing.money import Money
from accounts.models import Side, User
from accounts.tests.factories import MemberFactory, PartnerTenantFactory, UserFactory

MakeUser = Callable[[], User]
AT = datetime(2025, 11, 13, 8, 42, tzinfo=UTC)
SUMMER = datetime(2025, 8, 14, 7, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _vienna(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Vienna"


def show(source: str, **context: object) -> str:
    return Template("{% load display blocks %}" + source).render(Context(context))


def test_a_moment_carries_its_zone() -> None:
    assert show("{% moment at %}", at=AT) == (
        '<time datetime="2025-11-13T08:42:00Z">13 November 2025, 09:42 (UTC+01:00)</time>'
    )


def test_a_moment_in_summer_carries_the_summer_zone() -> None:
    assert "14 August 2025, 09:30 (UTC+02:00)" in show("{% moment at %}", at=SUMMER)


@time_machine.travel(AT, tick=False)
def test_every_row_of_a_table_is_in_the_zone_of_its_head() -> None:
    assert show("{% zone %}") == "UTC+01:00"
    assert ">14 Aug 2025, 08:30<" in show("{% short_moment at %}", at=SUMMER)
    assert ">13 Nov 2025, 09:42<" in show("{% short_moment at %}", at=AT)


@time_machine.travel(AT, tick=False)
def test_a_short_moment_may_put_the_time_below_the_day() -> None:
    assert '13 Nov 2025<span class="table__sub">09:42</span>' in show("{% short_moment at True %}", at=AT)


def test_a_day_has_no_zone() -> None:
    assert show("{% day d %}", d=date(2025, 11, 3)) == '<time datetime="2025-11-03">3 November 2025</time>'
    assert show('{% day d "short" %}', d=date(2025, 11, 3)) == '<time datetime="2025-11-03">3 Nov 2025</time>'


def test_the_day_of_a_moment_is_the_one_of_the_vendors_zone() -> None:
    late = datetime(2025, 11, 2, 23, 30, tzinfo=UTC)
    assert "3 November 2025" in show("{% day d %}", d=late)


@pytest.mark.parametrize(
    "tag", ["{% moment none_at %}", "{% short_moment none_at %}", "{% day none_at %}", "{{ none_at|money }}"]
)
def test_empty_value_is_a_dash_with_a_word_for_screen_readers(tag: str) -> None:
    shown = show(tag, none_at=None)
    assert '<span aria-hidden="true">–</span>' in shown
    assert "None</span>" in shown


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2025, 11, 11, 10, 0, tzinfo=UTC), "2 days left"),
        (datetime(2025, 11, 12, 22, 30, tzinfo=UTC), "1 day left"),
        (datetime(2025, 11, 12, 23, 30, tzinfo=UTC), "Due today"),
        (datetime(2025, 11, 13, 8, 42, tzinfo=UTC), "Overdue"),
    ],
)
def test_the_distance_counts_days_of_the_calendar(now: datetime, words: str) -> None:
    with time_machine.travel(now, tick=False):
        assert show("{{ at|days_left }}", at=AT) == words


def test_the_admin_writes_moments_in_the_same_order() -> None:
    assert Template("{{ at }}").render(Context({"at": AT})) == "13 November 2025, 09:42"


def test_an_amount_carries_its_currency() -> None:
    assert show('{{ x|money:"EUR" }}', x=Decimal(1240)) == '<bdi dir="ltr">EUR 1,240.00</bdi>'
    assert show("{{ x|money }}", x=Money(Decimal("0.5"), "USD")) == '<bdi dir="ltr">USD 0.50</bdi>'


def test_contact_data_is_masked() -> None:
    assert show("{{ x|mask_email }}", x="dana@harbourline.example") == '<bdi dir="ltr">d•••••@harbourline.example</bdi>'
    assert show("{{ x|mask_phone }}", x="+447700900418") == '<bdi dir="ltr">+44 •••• •••418</bdi>'


def test_text_written_by_users_is_escaped() -> None:
    assert "<script>" not in show("{{ x|ltr }}{% cell x %}{% tag x x %}", x="<script>alert(1)</script>")


def test_a_reference_in_a_text_is_not_broken_at_its_hyphen() -> None:
    shown = show("{{ text|unbroken:word }}", text="Request <D-1> was sent", word="D-1")
    assert shown == 'Request &lt;<bdi class="nowrap" dir="ltr">D-1</bdi>&gt; was sent'
    assert show("{{ text|unbroken:word }}", text="a < b", word="") == "a &lt; b"


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert show('{% icon "check" "s" %}') == (
        '<svg class="icon icon--s" aria-hidden="true"><use href="/static/img/icons.svg#check"></use></svg>'
    )


@pytest.mark.parametrize(
    ("status", "tone"), [("pending", "info"), ("completed", "good"), ("rejected", "bad"), ("withdrawn", "neutral")]
)
def test_a_status_has_one_tone(status: str, tone: str) -> None:
    assert show("{% tag status 'Word' %}", status=status) == f'<span class="tag tag--{tone}">Word</span>'


def test_sides_that_can_act_are_named_for_the_reader() -> None:
    names = {"customer": "You", "partner": "Harbourline Systems"}
    assert show("{{ who|named:names }}", who=(Side.CUSTOMER, Side.PARTNER), names=names) == "You or Harbourline Systems"
    assert show("{{ who|named }}", who=(Side.VENDOR,)) == "Vendor"


@dataclass(frozen=True)
class Rows:
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def test_head_of_an_amount_column_is_aligned_to_the_end() -> None:
    evidence = Rows(("Order", "Amount"), (("ORD-1", Money(Decimal(5), "EUR")),))
    shown = show('{% include "partials/_evidence.html" %}', evidence=evidence)
    assert '<th scope="col" class="table__number">Amount</th>' in shown
    assert '<th scope="col">Order</th>' in shown


def test_head_of_a_datetime_column_shows_the_zone() -> None:
    evidence = Rows(("Contract", "Valid until"), (("C-1", "End not reported"), ("C-2", AT)))
    with time_machine.travel(AT, tick=False):
        shown = show('{% include "partials/_evidence.html" %}', evidence=evidence)
    assert '<th scope="col">Valid until (UTC+01:00)</th>' in shown
    assert '<time datetime="2025-11-13T08:42:00Z">13 Nov 2025, 09:42</time>' in shown


def test_steps_mark_the_current_one() -> None:
    shown = show('{% steps 2 "Account check" "Confirm" "Submitted" %}')
    assert shown.count("steps__item--done") == 1
    assert shown.count('aria-current="step"') == 1


def test_a_breadcrumb_takes_names_and_paths() -> None:
    shown = show('{% breadcrumb "accounts:notifications" "Inbox" "/requests/D-1/" "D-1" %}')
    assert 'href="/notifications/"' in shown
    assert 'href="/requests/D-1/"' in shown


@pytest.mark.django_db
class TestFrame:
    """The chrome of a signed-in page."""

    @pytest.mark.parametrize(
        ("user", "shown", "hidden"),
        [
            (UserFactory, ["My Partner", "Process", "Operation Log", "Account Center"], ["Customers"]),
            (MemberFactory, ["My Partner", "Operation Log"], ["Process", "Customers"]),
            (lambda: UserFactory(tenant=PartnerTenantFactory()), ["Customers", "Process"], ["My Partner"]),
            (lambda: MemberFactory(tenant=PartnerTenantFactory()), ["Customers"], ["Process", "My Partner"]),
        ],
    )
    def test_the_navigation_offers_what_the_role_may_open(
        self, client: Client, user: MakeUser, shown: list[str], hidden: list[str]
    ) -> None:
        client.force_login(user())
        response = client.get("/notifications/")
        texts = [link.text for group in response.context["chrome"].groups for link in group.places]
        assert set(shown) <= set(texts)
        assert not set(hidden) & set(texts)

    @pytest.mark.parametrize(("waiting", "shown"), [(0, False), (3, True)])
    def test_the_navigation_counts_what_waits(self, waiting: int, shown: bool) -> None:
        request = RequestFactory().get("/")
        request.user = UserFactory()
        request.resolver_match = None
        page = render_to_string("partials/_navigation.html", {"process_waiting": waiting}, request)
        assert ("sidenav__count" in page) is shown

    def test_current_link_is_marked_in_both_navigations(self, client: Client) -> None:
        client.force_login(UserFactory())
        page = client.get("/notifications/").content.decode()
        assert page.count('aria-current="page"') == 2

    def test_signing_out_is_a_button_of_a_form(self, client: Client) -> None:
        client.force_login(UserFactory())
        page = client.get("/notifications/").content.decode()
        assert page.count(">Sign out</button>") == 2
        assert page.count('<form method="post" action="/accounts/logout/">') == 2

    def test_single_language_has_no_switch(self, client: Client) -> None:
        client.force_login(UserFactory())
        assert "/accounts/language/" not in client.get("/notifications/").content.decode()

    def test_several_languages_are_offered(self, client: Client, settings: Settings) -> None:
        settings.LANGUAGES = [("en", "English"), ("zh-hans", "Chinese")]
        client.force_login(UserFactory())
        page = client.get("/notifications/").content.decode()
        assert "简体中文" in page
        response = client.post("/accounts/language/", {"language": "zh-hans", "next": "/notifications/"})
        assert response["Location"] == "/notifications/"

    def test_brand_comes_from_the_settings(self, client: Client, settings: Settings) -> None:
        settings.PRODUCT_NAME = "Cloud & Friends"
        settings.SUPPORT_EMAIL = "help@vendor.example"
        settings.LEGAL_LINKS = {"Imprint": "https://vendor.example/imprint"}
        page = client.get("/accounts/login/").content.decode()
        assert "<title>Sign in - Cloud &amp; Friends</title>" in page
        assert 'href="mailto:help@vendor.example"' in page
        assert 'href="https://vendor.example/imprint"' in page

    def test_the_banner_of_the_demo_is_shown_in_the_demo_only(self, client: Client, settings: Settings) -> None:
        assert 'class="demo"' in client.get("/accounts/login/").content.decode()
        settings.DEMO = False
        assert 'class="demo"' not in client.get("/accounts/login/").content.decode()

    def test_no_page_holds_inline_style_or_script(self, client: Client) -> None:
        client.force_login(UserFactory())
        for address in ("/notifications/", "/no/such/page/"):
            page = client.get(address).content.decode()
            assert " style=" not in page
            assert "<style" not in page
            assert "<script>" not in page


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(0), "now"),
        (timedelta(minutes=5), "5 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=30), "30 days ago"),
        (timedelta(days=31), "3 October 2025"),
    ],
)
def test_past_moment_is_relative_with_the_exact_time_as_its_title(before: timedelta, words: str) -> None:
    with time_machine.travel(datetime(2025, 11, 3, 12, tzinfo=UTC), tick=False):
        shown = show("{% ago at %}", at=datetime.now(UTC) - before)
    exact = show("{% moment at %}", at=datetime(2025, 11, 3, 12, tzinfo=UTC) - before).partition(">")[2]
    assert shown.replace("\xa0", " ").endswith(f' title="{exact.removesuffix("</time>")}">{words}</time>')


def test_missing_past_moment_is_an_empty_cell() -> None:
    assert show("{% ago at %}", at=None) == show("{% none %}")
