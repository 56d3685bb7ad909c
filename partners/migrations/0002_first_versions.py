"""The first version of the policy (the field defaults) and of the statement."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CHANGES = """\
{vendor} becomes your business entity and bills you from then on.
The partner's discounts, coupons and credit limit end. List prices apply.
You must set a valid payment method. Without one your services enter a grace period, then retention, and then they are deleted.
Settlement of the past is between you and {partner}. {vendor} takes no part in it.
"""
STAYS = """\
Your services go on running. The request itself stops nothing.
Bills of the time with the partner stay viewable.
The Operation Log stays readable for both sides.
Until the request is decided, you can withdraw it.
"""


def insert(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("partners", "Policy").objects.create(version=1)
    apps.get_model("partners", "Statement").objects.create(version=1, changes=CHANGES, stays=STAYS)


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
