"""Names from a billing file: invisible characters are removed, and messages escape them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Tenant

pytestmark = pytest.mark.django_db
HEAD = "BillingAccountId,BillingCurrency,BillingPeriodStart,InvoiceIssuerName,ProviderName,SubAccountId,SubAccountName"
NAMES = {
    "z1": ("\u200b", "z1"),
    "z2": ("\u202egnitset", "gnitset"),
    "z3": ("\u3164", "z3"),
    "z4": ("O'Brien & <b>Söhne</b>", "O'Brien & <b>Söhne</b>"),
    "z5": ("Lake\u2028Ltd", "Lake Ltd"),
    "z6": ("\x1b[31mLake\x1b[0m", "[31mLake[0m"),
}


def test_invisible_characters_are_removed_from_names(tmp_path: Path) -> None:
    rows = [f'1,EUR,2026-10-01,"Issuer {name}",P,{key},"{name}"' for key, (name, _shown) in NAMES.items()]
    file = tmp_path / "names.csv"
    file.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    for _twice in range(2):
        call_command("import_focus", str(file), "--model", "reseller")
    found = dict(Tenant.objects.filter(kind="customer").values_list("key", "name"))
    assert found == {f"P:{key}": shown for key, (_name, shown) in NAMES.items()}
    issuers = set(Tenant.objects.filter(kind="partner").values_list("name", flat=True))
    assert {"Issuer", "Issuer gnitset", "Issuer Lake Ltd"} < issuers


def test_messages_of_an_import_are_safe_to_print(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "names.csv"
    file.write_text(f"{HEAD}\n1,EUR,2026-10-01,Issuer,P,z1,Lake\n", encoding="utf-8")
    call_command("import_focus", str(file), "--model", "reseller", "--direct", "\u202eIssuer\x1b[2J")
    stderr = capsys.readouterr().err
    assert "--direct \\u202eIssuer\\x1b[2J: no row" in stderr
    assert "\x1b" not in stderr
