"""Changes become a chain, with the role and the address of whoever wrote; the rows that stand are taken into it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clockstop.accounts.chain import link_all


def take_in(apps, schema_editor):
    """Every change that stands, in the order in which it was written."""
    link_all(apps.get_model("registers_core", "Change"), apps.get_model("accounts", "ChainHead"))


_HASH = {"default": "", "editable": False, "max_length": 64}


class Migration(migrations.Migration):
    """Columns, and the rows linked; what forbids changes comes in the next one."""

    dependencies = [
        ("registers_core", "0001_initial"),
        ("accounts", "0005_access_chain"),
    ]

    operations = [
        migrations.AddField("change", "chain_version", models.PositiveSmallIntegerField(default=1, editable=False)),
        migrations.AddField("change", "previous_hash", models.CharField(**_HASH)),
        migrations.AddField("change", "row_hash", models.CharField(**_HASH)),
        migrations.AddField("change", "sequence", models.BigIntegerField(editable=False, null=True)),
        migrations.AddField("change", "role", models.CharField(blank=True, default="", max_length=80)),
        migrations.AddField("change", "network_address", models.GenericIPAddressField(null=True)),
        migrations.AlterField(
            "change",
            "by",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(take_in, migrations.RunPython.noop),
    ]
