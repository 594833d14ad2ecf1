"""Outcomes know when their table was made anew."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column more."""

    dependencies = [
        ("validation", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="trustoutcomes",
            name="series",
            field=models.UUIDField(default=uuid.uuid4),
        ),
    ]
