"""Remarks: fields are labelled by the record's model."""

import pytest

from accounts.log.sentences import render


@pytest.mark.parametrize(("model", "name"), [("order", "amount"), ("arrears", "arrears")])
def test_changed_field_is_labelled_by_its_model(model: str, name: str) -> None:
    text = render("record-changed", {"model": model, "key": "K-1", "fields": ["amount"]})
    assert text == f"{model} K-1 ({name})"


def test_field_without_a_label_is_shown_by_its_name() -> None:
    assert "(flavour)" in render("record-changed", {"model": "order", "key": "K-1", "fields": ["flavour"]})


def test_an_entry_of_a_code_says_what_the_code_was_for() -> None:
    assert render("code-sent", {"number": "+44", "purpose": "disassociate"}) == "To +44. Purpose: Disassociate"


def test_an_older_entry_of_a_code_names_no_purpose() -> None:
    assert render("code-sent", {"number": "+44"}) == "To +44"
