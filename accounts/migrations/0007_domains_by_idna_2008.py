from django.db import migrations

from accounts.migrations._names import stored_or_same


LONGEST = 254  # what the columns hold


def store_as_a_labels(apps, schema_editor):
    """Store domains of other letters as mail is sent to them. Where that does not fit, the address stays as it is."""
    User, Tenant = apps.get_model('accounts', 'User'), apps.get_model('accounts', 'Tenant')
    for rows, field in ((User.objects.all(), 'email'), (Tenant.objects.all(), 'contact_email')):
        for pk, address in list(rows.values_list('pk', field)):
            stored = stored_or_same(address)
            if not address.isascii() and len(stored) <= LONGEST:
                rows.filter(pk=pk).update(**{field: stored})


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_usernames_and_addresses_that_read_alike'),
    ]

    operations = [migrations.RunPython(store_as_a_labels, migrations.RunPython.noop)]
