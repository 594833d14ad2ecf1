"""Access records become a chain, with what was shown, why, and what came of it; the rows that stand are taken into it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from clockstop.accounts.chain import link_all


def take_in(apps, schema_editor):
    """Every record that stands, in the order in which it was written."""
    records = apps.get_model("accounts", "AccessRecord")
    records.objects.filter(action="refused").update(result="refused")
    link_all(records, apps.get_model("accounts", "ChainHead"))


_HASH = {"default": "", "editable": False, "max_length": 64}
_ACTIONS = [
    ("viewed", "Viewed"),
    ("searched", "Searched"),
    ("exported", "Exported"),
    ("changed", "Changed"),
    ("printed", "Printed"),
    ("refused", "Refused"),
    ("signed_in", "Signed in"),
    ("signed_out", "Signed out"),
    ("broke_glass", "Broke the glass"),
]


class Migration(migrations.Migration):
    """Columns, the end of each chain, and the rows linked; what forbids changes comes in the next one."""

    dependencies = [
        ("accounts", "0004_memberships"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField(default=0)),
                ("row_hash", models.CharField(default="0" * 64, max_length=64)),
                ("anchored_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "accounts_chain_head"},
        ),
        migrations.AlterModelOptions(name="accessrecord", options={"ordering": ("-sequence",)}),
        migrations.AddField("accessrecord", "chain_version", models.PositiveSmallIntegerField(default=1, editable=False)),
        migrations.AddField("accessrecord", "previous_hash", models.CharField(**_HASH)),
        migrations.AddField("accessrecord", "row_hash", models.CharField(**_HASH)),
        migrations.AddField("accessrecord", "sequence", models.BigIntegerField(editable=False, null=True)),
        migrations.AddField(
            "accessrecord",
            "reason",
            models.CharField(
                blank=True, default="", help_text="why, in the person's own words, where one had to be given", max_length=200
            ),
        ),
        migrations.AddField(
            "accessrecord",
            "result",
            models.CharField(
                choices=[("done", "Done"), ("refused", "Refused"), ("failed", "Failed")], default="done", max_length=8
            ),
        ),
        migrations.AddField("accessrecord", "shown_hash", models.CharField(blank=True, default="", max_length=64)),
        migrations.AlterField("accessrecord", "action", models.CharField(choices=_ACTIONS, max_length=12)),
        migrations.AlterField("accessrecord", "at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
        migrations.AlterField(
            "accessrecord",
            "user",
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
