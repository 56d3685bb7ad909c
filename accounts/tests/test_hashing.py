"""The limit of password hashes at once: who finds no place is answered at once, with 503, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client

from accounts.models import User
from accounts.sign_in.hashing import AT_ONCE, PLACES, TooManySignIns, places, running
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.test_password_reset import link_for, set_password

LOGIN = "/accounts/login/"
NEW = "an-entirely-new-secret"
TURNED_AWAY = 3
HANGING = 60.0  # seconds


@pytest.fixture(autouse=True)
def _hasher(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["accounts.sign_in.hashing.Argon2Hasher"]


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


@pytest.fixture
def no_place(user: User) -> Iterator[Callable[[], None]]:
    """Take every place, as that many sign-ins would. Return a function that gives one back."""
    taken = [places.acquire(timeout=HANGING) for _ in range(PLACES)]

    def give_back() -> None:
        taken.pop()
        places.release()

    yield give_back
    while taken:
        give_back()


def test_of_many_sign_ins_at_once_some_wait_and_the_others_are_turned_away() -> None:
    encoded, answers = make_password(PASSWORD), Queue[bool | None]()

    def sign_in() -> None:
        try:
            answers.put(check_password(PASSWORD, encoded))
        except TooManySignIns:
            answers.put(None)

    running.acquire()
    threads = [Thread(target=sign_in) for _ in range(PLACES + TURNED_AWAY)]
    for thread in threads:
        thread.start()
    first = [answers.get(timeout=HANGING) for _ in range(TURNED_AWAY)]
    running.release()
    assert first == [None] * TURNED_AWAY
    assert [answers.get(timeout=HANGING) for _ in range(PLACES)] == [True] * PLACES
    for thread in threads:
        thread.join(HANGING)
    assert check_password(PASSWORD, encoded)


def test_one_thread_of_a_process_stays_free_for_pages(settings: Any) -> None:
    assert AT_ONCE <= PLACES == settings.WEB_THREADS - 1


def test_hashes_of_the_plain_hasher_are_read(settings: Any) -> None:
    plain = "django.contrib.auth.hashers.Argon2PasswordHasher"
    settings.PASSWORD_HASHERS = [plain]
    encoded = make_password(PASSWORD)
    settings.PASSWORD_HASHERS = ["accounts.sign_in.hashing.Argon2Hasher"]
    assert check_password(PASSWORD, encoded)
    assert not check_password(NEW, encoded)


@pytest.mark.usefixtures("no_place")
@pytest.mark.parametrize("is_known", [True, False])
def test_a_sign_in_without_a_place_is_503_and_counts_as_no_try(client: Client, user: User, is_known: bool) -> None:
    answer = client.post(LOGIN, {"username": user.username if is_known else "nobody", "password": PASSWORD})
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "<h1>Too many people are signing in</h1>" in answer.content.decode()
    assert not AccessAttempt.objects.exists()


def test_a_sign_in_after_the_others_succeeds(client: Client, user: User, no_place: Callable[[], None]) -> None:
    assert client.post(LOGIN, {"username": user.username, "password": PASSWORD}).status_code == 503
    no_place()
    assert client.post(LOGIN, {"username": user.username, "password": PASSWORD}).status_code == 303


@pytest.mark.usefixtures("no_place")
def test_a_change_of_a_password_without_a_place_changes_nothing(client: Client, user: User) -> None:
    client.force_login(user, backend="accounts.sign_in.backends.AccountBackend")
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/account/password/", form).status_code == 503
    assert User.objects.get().password == user.password


def test_a_password_link_without_a_place_still_works_afterwards(
    client: Client, user: User, no_place: Callable[[], None]
) -> None:
    link = link_for(user)
    assert set_password(client, link, NEW, NEW).status_code == 503
    no_place()
    assert set_password(client, link, NEW, NEW).status_code == 302
