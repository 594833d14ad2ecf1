"""The database refuses to change or remove the rows that say who changed what."""

from django.db import migrations, models

from clockstop.accounts import chain_guards

_HASH = {"editable": False, "max_length": 64}


class Migration(migrations.Migration):
    """Every row has its place in the chain, and keeps it."""

    dependencies = [
        ("registers_core", "0002_change_chain"),
    ]

    operations = [
        migrations.AlterField("change", "previous_hash", models.CharField(**_HASH)),
        migrations.AlterField("change", "row_hash", models.CharField(**_HASH)),
        migrations.AlterField("change", "sequence", models.BigIntegerField(editable=False, unique=True)),
        migrations.AlterField("change", "role", models.CharField(blank=True, max_length=80)),
        chain_guards.operation("registers_core_change"),
    ]
