"""Fill the sort key of every association, 1,000 per transaction. An aborted run can be repeated."""

import unicodedata

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 1000


def sort_key(name: str) -> str:
    """Return what `partners.models.association.sort_key` returned when this migration was written."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))[:200]


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    associations = apps.get_model("partners", "Association").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(associations.filter(pk__gt=last).select_related("customer").order_by("pk")[:BATCH]):
        for row in rows:
            row.customer_sort_key = sort_key(row.customer.name)
        with transaction.atomic(schema_editor.connection.alias):
            associations.bulk_update(rows, ["customer_sort_key"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("partners", "0004_customer_sort_key"), ("accounts", "0005_operation_verbs")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
