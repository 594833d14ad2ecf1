"""The role of validation clerk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A role more."""

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("group_operations_director", "Operations director"),
                    ("group_viewer", "Group viewer"),
                    ("service_manager", "Service manager"),
                    ("validation_clerk", "Validation clerk"),
                    ("information_analyst", "Information analyst"),
                ],
                max_length=40,
            ),
        ),
    ]
