from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_policy_stops_after_its_deadline")]

    operations = [
        migrations.AddField(
            model_name="association",
            name="customer_sort_key",
            field=models.CharField(default="", editable=False, max_length=200),
            preserve_default=False,
        ),
    ]
