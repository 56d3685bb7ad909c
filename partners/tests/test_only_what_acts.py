"""Only what acts is offered: each setting is read, each word of log and notices has a writer, each status is reached.

The production code is read by its syntax tree. What nothing acts on yet is in no form: settings and moments of WAITING,
operations without a sentence, events without a template. The sets are compared both ways: a word that gets its writer
must get its sentence and its template, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import DateTimeField

from accounts.forms.log_filter import LogFilter
from accounts.models import Event, Operation, Tenant
from partners.forms.versions import PolicyForm
from partners.models import DisassociationRequest, Policy, Status
from partners.operations.put_in_force import OWN

WAITING = {
    "policy": {"timeout_action", "hard_stop_days", "hard_stop_completes"},
    "request": {"effective_at", "escalated_at"},
}

ROOT: Path = settings.BASE_DIR
NOT_PRODUCTION = {"tests", "migrations", "forms", "admin"}
WRITING = {"operations", "verification", "notifications", "focus"}  # the packages that write
MOVES = {"move", "moved"}  # the calls that move a request to the status that they are given
ANNOUNCES = {"moved"}  # and write the entry and the notice of the same word
SAVES = {"create", "update", *MOVES}
QUERIES = {"filter", "exclude", "get", "Q"}


def _parsed(packages: set[str] | None = None) -> list[ast.Module]:
    """The production modules; with `packages` those inside a package of such a name."""
    paths = [path for app in ("accounts", "partners", "portal") for path in sorted((ROOT / app).rglob("*.py"))]
    parts = [(path, set(path.relative_to(ROOT).parts[:-1])) for path in paths]
    found = [path for path, on in parts if not on & NOT_PRODUCTION and (packages is None or on & packages)]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in found]


PRODUCTION, WRITERS = _parsed(), _parsed(WRITING)


def read_settings(modules: Iterable[ast.Module]) -> set[str]:
    """The attributes that are read of a policy: `request.policy.x`, `Policy.current().x`, `self.x` in its own class."""
    nodes = [node for module in modules for node in ast.walk(module)]
    own = {
        id(node)
        for tree in nodes
        if isinstance(tree, ast.ClassDef) and tree.name == "Policy"
        for node in ast.walk(tree)
    }
    reads = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)]
    return {node.attr for node in reads if _is_policy(node.value, in_its_class=id(node) in own)}


def _is_policy(node: ast.expr, *, in_its_class: bool) -> bool:
    return (
        _name(node) == "policy" or ast.unparse(node) == "Policy.current()" or (in_its_class and _name(node) == "self")
    )


def set_fields(modules: Iterable[ast.Module]) -> set[str]:
    """What gets a value in a call that saves, or in a dict that is kept under a name to be handed to one."""
    nodes = [node for module in modules for node in ast.walk(module)]
    saving = [node for node in nodes if isinstance(node, ast.Call) and _name(node.func) in SAVES]
    found = {str(keyword.arg) for call in saving for keyword in call.keywords if not _is_none(keyword.value)}
    named = [
        node.value for node in nodes if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value
    ]
    for node in (node for value in named for node in ast.walk(value) if isinstance(node, ast.Dict)):
        pairs = zip(node.keys, node.values, strict=True)
        found |= {str(key.value) for key, value in pairs if isinstance(key, ast.Constant) and not _is_none(value)}
    return found


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def reached(modules: Iterable[ast.Module], calls: set[str] = MOVES) -> set[str]:
    """The statuses that a request is moved to."""
    found = [call for module in modules for call in _calls(module) if _name(call.func) in calls]
    return {word for call in found for value in call.args for word in _members("Status", value)}


def written(kind: str, modules: Iterable[ast.Module]) -> set[str]:
    """The words of an enumeration that are handed to a call, or are the status of an announced move.

    Decorators, queries, comparisons and collections only mention a word.
    """
    modules = list(modules)
    calls = [call for module in modules for call in _calls(module) if _name(call.func) not in QUERIES]
    handed = [value for call in calls for value in (*call.args, *(keyword.value for keyword in call.keywords))]
    return {word for node in handed for word in _members(kind, node)} | reached(modules, ANNOUNCES)


def _calls(module: ast.Module) -> list[ast.Call]:
    """Every call but those of decorators."""
    decorators = [tree for node in ast.walk(module) for tree in getattr(node, "decorator_list", [])]
    left_out = {id(node) for tree in decorators for node in ast.walk(tree)}
    return [node for node in ast.walk(module) if isinstance(node, ast.Call) and id(node) not in left_out]


def _members(kind: str, node: ast.AST | None) -> list[str]:
    """`Kind.WORD` as ["WORD"]; either branch of `a if b else c`."""
    if isinstance(node, ast.IfExp):
        return [*_members(kind, node.body), *_members(kind, node.orelse)]
    return [node.attr] if isinstance(node, ast.Attribute) and _name(node.value) == kind else []


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def test_every_setting_of_the_policy_is_read() -> None:
    assert _settings() - read_settings(PRODUCTION) == WAITING["policy"]


def test_the_form_offers_just_the_settings_that_are_read() -> None:
    assert set(PolicyForm.base_fields) - {"follows"} == _settings() - WAITING["policy"]


def _settings() -> set[str]:
    return {field.name for field in Policy._meta.concrete_fields} - OWN


def test_every_moment_of_a_request_is_set() -> None:
    assert _moments() - set_fields(WRITERS) == WAITING["request"]


def test_the_admin_shows_just_the_moments_of_a_request_that_are_set() -> None:
    shown = set(flatten_fieldsets(admin.site.get_model_admin(DisassociationRequest).fieldsets or ()))
    assert _moments() & shown == _moments() - WAITING["request"]


def _moments() -> set[str]:
    return {field.name for field in DisassociationRequest._meta.concrete_fields if isinstance(field, DateTimeField)}


def test_an_operation_of_the_log_has_a_sentence_exactly_when_it_has_a_writer() -> None:
    assert {word for word in Operation if word.happened} == {Operation[word] for word in written("Operation", WRITERS)}


def test_the_filter_of_the_log_offers_exactly_the_operations_that_are_written() -> None:
    offered = {word for word, _label in LogFilter(Tenant()).fields["operation"].widget.choices if word}
    assert offered == {Operation[word] for word in written("Operation", WRITERS)}


def test_an_event_of_the_notices_has_a_template_exactly_when_it_has_a_writer() -> None:
    folder = ROOT / "templates" / "notifications"
    has_template = {event for event in Event if [*folder.glob(f"{event}.*")]}
    assert has_template == {Event[word] for word in written("Event", WRITERS)}


def test_a_status_of_a_request_can_be_reached_exactly_when_its_operation_has_a_writer() -> None:
    begins = DisassociationRequest._meta.get_field("status").default
    writes = {status for status in Status if status != begins and Operation(status).happened}
    assert {Status[word] for word in reached(WRITERS)} == writes


MENTIONS = """
RESULTS = frozenset({Operation.EXPIRED, Event.EXPIRED})
LABELS = {Operation.EXPIRED: "Expire"}
TABLE = {Status.EXPIRED: (Operation.EXPIRED, Event.EXPIRED)}

@log_denied_as(Operation.EXPIRED)
def view(request):
    if request.status in (Status.EXPIRED, Status.PENDING) or notice.event == Event.EXPIRED:
        return entries.filter(operation=Operation.EXPIRED).exclude(status=Status.EXPIRED)
    return [Operation.EXPIRED, Event.EXPIRED] if Operation.EXPIRED else append(scope, status_after=Status.EXPIRED)
"""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (MENTIONS, ([], [], [])),
        ("append(scope, Operation.EXPIRED, result=Result.DONE)", (["EXPIRED"], [], [])),
        ("operation_log.append_refusal(scope, operation=Operation.EXPIRED)", (["EXPIRED"], [], [])),
        ("append(Operation.EXPIRED if late else Operation.CANCELLED)", (["CANCELLED", "EXPIRED"], [], [])),
        ("tell(Event.EXPIRED, request)", ([], ["EXPIRED"], [])),
        ("request.move(Status.EXPIRED, closed_at=now)", ([], [], ["EXPIRED"])),
        (MENTIONS + "moved(request, Status.EXPIRED, side=side)", (["EXPIRED"], ["EXPIRED"], ["EXPIRED"])),
    ],
    ids=["mentions", "an entry", "a refusal", "either of two", "a notice", "a move", "an announced move"],
)
def test_a_word_is_written_where_it_is_handed_to_a_call_or_announced_by_a_move(
    code: str, found: tuple[list[str], ...]
) -> None:
    made_up = [ast.parse(code)]
    assert (sorted(written("Operation", made_up)), sorted(written("Event", made_up)), sorted(reached(made_up))) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("request.policy.grant_days", {"grant_days"}),
        ("days = Policy.current().grant_days", {"current", "grant_days"}),
        ("class Policy:\n    def days(self): return self.grant_days", {"grant_days"}),
        ("class Terms:\n    def days(self): return self.grant_days", set()),
        ("terms.grant_days", set()),
        ("policy.grant_days = 3", set()),
        ("Policy(grant_days=3); names = ['grant_days']", set()),
    ],
)
def test_a_setting_is_read_as_an_attribute_of_a_policy(code: str, found: set[str]) -> None:
    assert read_settings([ast.parse(code)]) - {"current"} == found - {"current"}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("moved(request, to, seen_at=now)", {"seen_at"}),
        ("changes = {'seen_at': now}", {"seen_at"}),
        ("changes |= {'seen_at': now} if to in OPEN else {'closed_at': now}", {"seen_at", "closed_at"}),
        ("rows.filter(pk=pk).update(seen_at=now)", {"seen_at"}),
        ("changes = {'seen_at': None}; rows.update(seen_at=None); rows.filter(seen_at=now); request.seen_at", set()),
        ("def context(request): return {'seen_at': request.seen_at.isoformat()}", set()),
    ],
)
def test_a_moment_is_set_by_a_value(code: str, found: set[str]) -> None:
    assert set_fields([ast.parse(code)]) == found
