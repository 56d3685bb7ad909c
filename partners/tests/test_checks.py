"""Unit tests of the checks, which are pure functions: no database."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from accounts.billing.facts import AccountFacts, ArrearsFact, ContractFact, Feed, MemberFact, OrderFact, TermFact
from accounts.billing.money import Money
from accounts.dates import local_time, moment_words, time_element
from accounts.models import FactKind, Side
from partners.eligibility import (
    CHECKS,
    START_ONLY,
    Answer,
    AnswerResult,
    GrantState,
    NumberState,
    OpenRequestState,
    Terms,
    add_months,
    blockers,
    later_checks,
    passed_words,
    run_checks,
    title_of,
)
from partners.models import Association
from partners.models.policy import referral_checks, reseller_checks

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASS, FAIL, UNKNOWN = AnswerResult.PASS, AnswerResult.FAIL, AnswerResult.UNKNOWN
FACTS = AccountFacts("EUR", False, False, "", None, {})
TERMS = Terms(
    model="reseller",
    side=Side.CUSTOMER,
    partner_name="Harbourline",
    vendor_name="Lumenbridge",
    zone=ZoneInfo("Europe/Paris"),
    facts_max_age=timedelta(hours=24),
    request_limit=1,
    window_months=3,
    number=NumberState("+44 •••• •••418", NOW - timedelta(days=90), None),
)
OF_FACTS = [
    "unpaid-orders",
    "independent-members",
    "arrears",
    "reserved-instances",
    "partner-support-plan",
    "currency",
    "commerce-contract",
]
OF_RESELLERS = ["open-request", "request-limit", *OF_FACTS, "mobile-number"]
OF_REFERRALS = ["open-request", "request-limit", "unpaid-orders", "mobile-number", "member-account"]
OPTIONAL = ["account-frozen", "service-support-plan"]
ALL = [check.code for check in CHECKS]
ORDER = OrderFact("ORD-1", date(2026, 10, 20), Money(Decimal("1240.00"), "EUR"), "unpaid")
TERM = TermFact("RI-1", "4 × large", NOW + timedelta(days=10))
MEMBER = MemberFact("Logistics", date(2024, 6, 3), "independent")
CONTRACT = ContractFact("CC-1", "Volume", NOW + timedelta(days=10), "Desk 4")


def answer_of(code: str, facts: AccountFacts = FACTS, terms: Terms = TERMS, now: datetime = NOW) -> Answer:
    return run_checks([code], facts, terms, now)[0]


def test_all_checks_pass_on_an_account_that_holds_nothing() -> None:
    answers = run_checks(ALL, FACTS, TERMS, NOW)
    assert [answer.code for answer in answers] == ALL
    assert blockers(answers) == ()


def test_every_check_has_a_title_and_says_what_it_found_when_it_passes() -> None:
    for answer in run_checks(ALL, FACTS, TERMS, NOW):
        assert answer.title != answer.code
        assert answer.message


def test_what_a_passed_check_found_is_read_again_by_its_code_and_data() -> None:
    granted = replace(TERMS, counted_starts=(NOW,), grant=GrantState(7, NOW + timedelta(days=90)))
    for answer in run_checks(ALL, FACTS, granted, NOW):
        assert passed_words(answer.code, json.loads(json.dumps(answer.data))) == answer.message


def test_a_check_that_no_longer_exists_is_shown_by_its_code_and_says_nothing() -> None:
    assert title_of("cold-storage") == "cold-storage"
    assert passed_words("cold-storage", {"cold": True}) == ""


def test_the_checks_are_in_the_documented_order() -> None:
    documented = [*OF_RESELLERS, "member-account", *OPTIONAL]
    assert [code for code in ALL if code in documented] == documented


def test_reseller_has_the_ten_documented_checks_in_order_by_default() -> None:
    assert [code for code in reseller_checks() if code in OF_RESELLERS] == OF_RESELLERS
    assert [answer.code for answer in run_checks(reversed(reseller_checks()), FACTS, TERMS, NOW)] == reseller_checks()


def test_referral_has_the_five_documented_checks_by_default() -> None:
    assert [code for code in referral_checks() if code in OF_REFERRALS] == OF_REFERRALS


def test_a_model_has_no_check_that_is_documented_for_the_other_only() -> None:
    assert not set(reseller_checks()) & (set(OF_REFERRALS) - set(OF_RESELLERS))
    assert not set(referral_checks()) & (set(OF_RESELLERS) - set(OF_REFERRALS))


def test_the_optional_checks_are_off_by_default() -> None:
    assert not set(OPTIONAL) & {*reseller_checks(), *referral_checks()}


def test_a_check_is_on_by_default_for_models_that_exist() -> None:
    assert {model for check in CHECKS for model in check.models} == set(Association.Model.values)


def test_decision_repeats_the_seven_fact_checks_of_a_reseller() -> None:
    assert later_checks(OF_RESELLERS) == OF_FACTS


def test_decision_repeats_no_check_of_the_start() -> None:
    assert {"open-request", "request-limit", "mobile-number", "member-account"} <= START_ONLY
    assert later_checks(ALL) == [code for code in ALL if code not in START_ONLY]


def test_it_blocks_while_an_order_is_unpaid_and_shows_number_day_and_amount() -> None:
    answer = answer_of("unpaid-orders", replace(FACTS, unpaid_orders=(ORDER, ORDER)))
    assert answer.result == FAIL
    assert "EUR 2,480.00" in answer.message
    assert answer.evidence is not None
    assert answer.evidence.rows[0] == ("ORD-1", date(2026, 10, 20), ORDER.amount)
    assert answer.who == (Side.CUSTOMER, Side.PARTNER)


def test_amounts_of_two_currencies_are_never_added() -> None:
    other = OrderFact("ORD-2", date(2026, 10, 21), Money(Decimal("5.00"), "USD"), "unpaid")
    answer = answer_of("unpaid-orders", replace(FACTS, unpaid_orders=(ORDER, other)))
    assert "EUR 1,240.00, USD 5.00" in answer.message


def test_of_many_orders_it_shows_twenty_and_counts_the_rest() -> None:
    answer = answer_of("unpaid-orders", replace(FACTS, unpaid_orders=(ORDER,) * 25))
    assert answer.evidence is not None
    assert (len(answer.evidence.rows), answer.evidence.more) == (20, 5)


def test_it_blocks_a_master_with_independent_members() -> None:
    facts = replace(FACTS, is_master=True, independent_members=(MEMBER,))
    assert answer_of("independent-members", facts).result == FAIL


def test_independent_members_block_only_a_master() -> None:
    facts = replace(FACTS, independent_members=(MEMBER,))
    assert answer_of("independent-members", facts).result == PASS


def test_it_blocks_an_account_in_arrears_and_says_how_much_since_when() -> None:
    owed = ArrearsFact(Money(Decimal("312.48"), "EUR"), date(2026, 10, 15))
    answer = answer_of("arrears", replace(FACTS, arrears=owed))
    assert answer.result == FAIL
    assert "EUR 312.48" in answer.message
    assert "15 October 2026" in answer.message
    assert answer.who == (Side.PARTNER,)


def test_arrears_of_zero_pass() -> None:
    owed = ArrearsFact(Money(Decimal(0), "EUR"), None)
    assert answer_of("arrears", replace(FACTS, arrears=owed)).result == PASS


def test_a_valid_reserved_instance_blocks_until_its_expiry_which_is_shown() -> None:
    answer = answer_of("reserved-instances", replace(FACTS, reserved_instances=(TERM,)))
    assert answer.result == FAIL
    assert "3 December 2026" in answer.hint


def test_unreported_end_is_shown_without_a_date() -> None:
    answer = answer_of("reserved-instances", replace(FACTS, reserved_instances=(replace(TERM, ends_at=None), TERM)))
    assert "wait" not in answer.hint
    assert answer.evidence is not None
    assert answer.evidence.rows[0][2] == "End not reported"


AUGUST = datetime(2026, 8, 1, tzinfo=UTC)
IN_DOUBT = [
    ("reserved-instances", "reserved_instances", replace(TERM, ends_at=None, unseen_since=AUGUST)),
    ("commerce-contract", "commerce_contracts", replace(CONTRACT, ends_at=None, unseen_since=AUGUST)),
]


def holding(kind: str, *terms: TermFact) -> AccountFacts:
    held: dict[str, Any] = {kind: terms}
    return replace(FACTS, **held)


@pytest.mark.parametrize(("code", "kind", "term"), IN_DOUBT)
def test_what_newer_data_do_not_name_is_unknown_and_the_vendor_can_settle_it(
    code: str, kind: str, term: TermFact
) -> None:
    answer = answer_of(code, holding(kind, term))
    assert (answer.result, answer.who) == (UNKNOWN, (Side.VENDOR,))
    assert "Lumenbridge" in answer.hint
    assert answer.evidence is not None
    assert answer.evidence.rows[0][-1] == "Not in the data since August 2026"


@pytest.mark.parametrize(("code", "kind", "term"), IN_DOUBT)
def test_a_known_end_in_the_future_fails_though_newer_data_do_not_name_it(code: str, kind: str, term: TermFact) -> None:
    ends_at = NOW + timedelta(days=10)
    answer = answer_of(code, holding(kind, replace(term, ends_at=ends_at)))
    assert answer.result == FAIL
    assert answer.evidence is not None
    assert answer.evidence.rows[0][-1] == ends_at


@pytest.mark.parametrize(("code", "kind", "term"), IN_DOUBT)
def test_one_in_force_beside_one_in_doubt_fails(code: str, kind: str, term: TermFact) -> None:
    answer = answer_of(code, holding(kind, term, replace(term, unseen_since=None)))
    assert answer.result == FAIL


@pytest.mark.parametrize(("code", "kind", "term"), IN_DOUBT)
@pytest.mark.parametrize(
    ("doubtful", "words"), [(0, ""), (1, "1 more is missing from"), (2, "2 more are missing from")]
)
def test_those_in_force_and_those_in_doubt_are_counted_apart(
    code: str, kind: str, term: TermFact, doubtful: int, words: str
) -> None:
    confirmed = replace(term, unseen_since=None)
    message = answer_of(code, holding(kind, confirmed, *[term] * doubtful, confirmed)).message
    assert message.startswith("2 ")
    assert words in message
    assert ("missing" in message) == bool(doubtful)


@pytest.mark.parametrize(
    ("code", "held"),
    [
        ("partner-support-plan", {"partner_support_plans": (TERM,)}),
        ("service-support-plan", {"vendor_support_plans": (TERM,)}),
        ("commerce-contract", {"commerce_contracts": (CONTRACT,)}),
    ],
)
def test_a_plan_or_contract_in_force_blocks(code: str, held: dict[str, Any]) -> None:
    assert answer_of(code, replace(FACTS, **held)).result == FAIL


def test_the_vendors_own_plan_does_not_block_as_the_partners() -> None:
    assert answer_of("partner-support-plan", replace(FACTS, vendor_support_plans=(TERM,))).result == PASS


def test_it_blocks_while_no_currency_is_set() -> None:
    assert answer_of("currency", replace(FACTS, currency="")).result == FAIL


def test_it_blocks_while_a_request_is_open() -> None:
    opened = OpenRequestState("D-ABCDEFGH", Side.PARTNER, NOW - timedelta(days=2))
    answer = answer_of("open-request", terms=replace(TERMS, open_request=opened))
    assert answer.result == FAIL
    assert "D-ABCDEFGH" in answer.message


def test_it_blocks_without_a_confirmed_number() -> None:
    assert answer_of("mobile-number", terms=replace(TERMS, number=None)).result == FAIL


def test_a_replaced_number_waits_24_hours_to_the_second() -> None:
    replaced = NumberState("+44", NOW - timedelta(days=1), NOW)
    terms = replace(TERMS, number=replaced)
    assert answer_of("mobile-number", terms=terms, now=NOW + timedelta(hours=24, seconds=-1)).result == FAIL
    assert answer_of("mobile-number", terms=terms, now=NOW + timedelta(hours=24)).result == PASS


def test_a_member_of_a_master_cannot_leave_a_referral_alone() -> None:
    facts = replace(FACTS, master_name="Northfield")
    assert answer_of("member-account", facts, replace(TERMS, model="referral")).result == FAIL
    assert answer_of("member-account", facts).result == PASS


def test_a_frozen_account_blocks_where_the_policy_asks() -> None:
    assert answer_of("account-frozen", replace(FACTS, is_frozen=True)).result == FAIL


def test_request_limit_applies_until_the_calendar_months_are_over() -> None:
    start = datetime(2026, 11, 30, 23, 30, tzinfo=ZoneInfo("Europe/Paris"))
    terms = replace(TERMS, counted_starts=(start,))
    free_at = datetime(2027, 2, 28, 23, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert answer_of("request-limit", terms=terms, now=free_at - timedelta(seconds=1)).result == FAIL
    assert answer_of("request-limit", terms=terms, now=free_at).result == PASS


def test_three_in_three_months_count_the_third_latest() -> None:
    starts = tuple(NOW - timedelta(days=days) for days in (1, 40, 80))
    terms = replace(TERMS, request_limit=3, counted_starts=starts)
    assert answer_of("request-limit", terms=terms).result == FAIL
    assert answer_of("request-limit", terms=replace(terms, counted_starts=starts[:2])).result == PASS
    assert answer_of("request-limit", terms=terms, now=NOW + timedelta(days=12)).result == PASS


def test_a_grant_lets_a_reached_limit_pass_and_is_its_evidence() -> None:
    grant = GrantState(7, NOW + timedelta(days=89))
    answer = answer_of("request-limit", terms=replace(TERMS, counted_starts=(NOW,), grant=grant))
    assert (answer.result, answer.grant_id) == (PASS, 7)
    assert "20 February 2027" in answer.message


def test_an_unreached_limit_does_not_use_the_grant() -> None:
    grant = GrantState(7, NOW + timedelta(days=89))
    assert answer_of("request-limit", terms=replace(TERMS, grant=grant)).grant_id is None


EXTERNAL_KINDS = [
    ("unpaid-orders", FactKind.ORDERS),
    ("independent-members", FactKind.MEMBERS),
    ("arrears", FactKind.ARREARS),
    ("reserved-instances", FactKind.RESERVED_INSTANCES),
    ("partner-support-plan", FactKind.SUPPORT_PLANS),
    ("service-support-plan", FactKind.SUPPORT_PLANS),
    ("commerce-contract", FactKind.COMMERCE_CONTRACTS),
]


@pytest.mark.parametrize(("code", "kind"), EXTERNAL_KINDS)
@pytest.mark.parametrize("synced_at", [None, NOW - timedelta(hours=24, seconds=1)])
def test_facts_that_were_never_or_long_ago_synced_are_unknown(
    code: str, kind: FactKind, synced_at: datetime | None
) -> None:
    answer = answer_of(code, replace(FACTS, feeds={str(kind): Feed("external", synced_at)}))
    assert answer.result == UNKNOWN
    assert answer.hint


def test_stale_orders_are_named_with_the_time_of_their_last_update() -> None:
    feeds = {str(FactKind.ORDERS): Feed("external", NOW - timedelta(days=2))}
    assert answer_of("unpaid-orders", replace(FACTS, feeds=feeds)).message == (
        "The order data was last updated on 21 November 2026, 12:00 (UTC+00:00), "
        "more than 24 hours ago, so we cannot rely on it."
    )


def test_orders_that_were_never_reported_are_named() -> None:
    feeds = {str(FactKind.ORDERS): Feed("external", None)}
    message = answer_of("unpaid-orders", replace(FACTS, feeds=feeds)).message
    assert message == "Lumenbridge has not reported the order data yet."


@pytest.mark.parametrize("synced_at", [None, NOW - timedelta(days=2)])
def test_stale_facts_of_each_kind_are_named_in_words_of_their_own(synced_at: datetime | None) -> None:
    messages = {
        kind: answer_of(code, replace(FACTS, feeds={str(kind): Feed("external", synced_at)})).message
        for code, kind in EXTERNAL_KINDS
    }
    assert len(set(messages.values())) == len(messages) == len(FactKind)


@pytest.mark.parametrize(("code", "kind"), EXTERNAL_KINDS)
def test_facts_synced_within_a_day_are_fresh(code: str, kind: FactKind) -> None:
    feeds = {str(kind): Feed("external", NOW - timedelta(hours=24))}
    assert answer_of(code, replace(FACTS, feeds=feeds)).result == PASS


@pytest.mark.parametrize(("code", "kind"), EXTERNAL_KINDS)
def test_facts_that_the_portal_keeps_are_never_stale(code: str, kind: FactKind) -> None:
    feeds = {str(kind): Feed("portal", NOW - timedelta(days=900))}
    assert answer_of(code, replace(FACTS, feeds=feeds)).result == PASS


def everything_blocks() -> tuple[AccountFacts, Terms]:
    facts = replace(
        FACTS,
        currency="",
        is_frozen=True,
        is_master=True,
        independent_members=(MEMBER,),
        unpaid_orders=(ORDER,),
        arrears=ArrearsFact(ORDER.amount, None),
        reserved_instances=(TERM,),
        partner_support_plans=(TERM,),
        vendor_support_plans=(TERM,),
        commerce_contracts=(CONTRACT,),
        master_name="M",
    )
    opened = OpenRequestState("D-ABCDEFGH", Side.CUSTOMER, NOW)
    terms = replace(TERMS, model="referral", number=None, counted_starts=(NOW,), open_request=opened)
    return facts, terms


def test_every_blocker_says_what_to_do_and_who_can() -> None:
    found = blockers(run_checks(ALL, *everything_blocks(), NOW))
    assert {answer.code for answer in found} >= {*OF_RESELLERS, *OF_REFERRALS, *OPTIONAL}
    assert all(answer.hint and answer.who for answer in found)


def test_partner_that_can_settle_a_blocker_has_a_separate_hint() -> None:
    answers = blockers(run_checks(later_checks(ALL), *everything_blocks(), NOW))
    mine = {answer.code for answer in answers if Side.PARTNER in answer.who}
    assert mine >= {"unpaid-orders", "arrears", "commerce-contract", "account-frozen"}
    assert {answer.code for answer in answers if answer.partner_hint} == mine
    assert not any(answer.partner_hint == answer.hint for answer in answers)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (datetime(2026, 11, 30, tzinfo=UTC), 3, datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2027, 11, 30, tzinfo=UTC), 3, datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), 1, datetime(2027, 1, 31, tzinfo=UTC)),
        (datetime(2026, 1, 31, tzinfo=UTC), 12, datetime(2027, 1, 31, tzinfo=UTC)),
    ],
)
def test_calendar_months_end_at_the_months_last_day(start: datetime, months: int, end: datetime) -> None:
    assert add_months(start, months, ZoneInfo("UTC")) == end


@pytest.mark.parametrize(
    ("start", "months", "zone", "shown"),
    [
        ("2025-12-29T01:30Z", 3, "Europe/Berlin", "2026-03-29 03:30"),  # 02:30 is skipped
        ("2026-01-08T07:30Z", 2, "America/New_York", "2026-03-08 03:30"),
        ("2026-09-03T15:45Z", 1, "Australia/Lord_Howe", "2026-10-04 02:45"),  # a gap of half an hour
        ("2026-01-28T22:15Z", 2, "Asia/Beirut", "2026-03-29 01:15"),  # midnight is skipped
        ("2011-11-30T12:00Z", 1, "Pacific/Apia", "2011-12-31 02:00"),  # the whole day is skipped
        ("2025-10-26T01:30Z", 5, "Europe/Berlin", "2026-03-26 02:30"),  # from the second of two hours
    ],
)
def test_an_hour_that_does_not_exist_is_never_shown(
    settings: Settings, start: str, months: int, zone: str, shown: str
) -> None:
    settings.TIME_ZONE = zone
    end = add_months(datetime.fromisoformat(start), months, ZoneInfo(zone))
    day, hour = shown.split()
    assert f"{hour} (UTC" in moment_words(end)
    assert time_element(end).startswith(f'<time datetime="{end:%Y-%m-%dT%H:%M:%SZ}">{int(day[-2:])} ')
    assert local_time(end).astimezone(UTC) == end


def test_months_are_counted_in_the_vendors_zone() -> None:
    start = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)  # 1 September in Paris
    assert add_months(start, 1, ZoneInfo("Europe/Paris")) == datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
