"""Remarks: fields are labelled by the record's model."""

import pytest

from accounts.log.sentences import render


@pytest.mark.parametrize(("model", "name"), [("order", "amount"), ("arrears", "arrears")])
def test_a_changed_field_is_named_as_its_own_model_names_it(model: str, name: str) -> None:
    text = render("record-changed", {"model": model, "key": "K-1", "fields": ["amount"]})
    assert text == f"Changed: {model} K-1 ({name})"


def test_field_without_a_label_is_shown_by_its_name() -> None:
    assert "(flavour)" in render("record-changed", {"model": "order", "key": "K-1", "fields": ["flavour"]})
