from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_fill_customer_sort_key")]

    operations = [
        migrations.AddIndex(
            model_name="association",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["partner", "customer_sort_key", "id"],
                name="association_customers_by_name",
            ),
        ),
    ]
