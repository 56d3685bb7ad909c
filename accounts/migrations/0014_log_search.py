"""Indexes of the log's search. PostgreSQL finds a part of a name by trigrams; SQLite reads the names."""

from django.db import migrations, models


def index_parts_of_names(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(
            "CREATE INDEX tenant_by_name_part ON accounts_tenant USING gin (UPPER(name::text) gin_trgm_ops)"
        )


def drop_parts_of_names(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS tenant_by_name_part")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_plain_labels_of_the_admin")]

    operations = [
        migrations.AddIndex(
            model_name="operationlogentry",
            index=models.Index(fields=["partner", "customer", "at", "id"], name="log_partner_customer"),
        ),
        migrations.AddIndex(
            model_name="operationlogentry",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["reference", "at", "id"],
                name="log_reference",
            ),
        ),
        migrations.RunPython(index_parts_of_names, drop_parts_of_names),
    ]
