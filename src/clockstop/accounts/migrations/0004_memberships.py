"""A membership has a scope, a class of data, a start and an end; those that stand go on as they were."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def begin_when_granted(apps, schema_editor):
    """A membership that stands has held since it was granted."""
    apps.get_model("accounts", "Membership").objects.update(starts_at=models.F("granted_at"))


class Migration(migrations.Migration):
    """Columns and constraints more; the old constraint of one role a trust goes, since a deputy holds two."""

    dependencies = [
        ("accounts", "0003_api_tokens"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="membership",
            name="one_role_in_a_trust",
        ),
        migrations.RemoveConstraint(
            model_name="membership",
            name="group_roles_and_only_they_span_trusts",
        ),
        migrations.AddField(
            model_name="membership",
            name="data_class",
            field=models.CharField(
                blank=True,
                choices=[
                    ("aggregate", "Aggregate: figures, small numbers withheld"),
                    ("pseudonymised", "Pseudonymised: patients' rows without hospital number, birth date and free text"),
                    ("patient_identifiable", "Patient-identifiable: patients' rows as they are"),
                ],
                help_text="empty: the role's own; never more than that",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="deputises_for",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="deputies", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="divisions",
            field=models.JSONField(blank=True, default=list, help_text="names; with services: rows of any of these"),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_by",
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name="membership",
            name="ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="granted_by",
            field=models.CharField(blank=True, help_text="the name is kept when the account goes", max_length=150),
        ),
        migrations.AddField(
            model_name="membership",
            name="reason",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="membership",
            name="services",
            field=models.JSONField(blank=True, default=list, help_text="treatment function codes"),
        ),
        migrations.AddField(
            model_name="membership",
            name="sites",
            field=models.JSONField(blank=True, default=list, help_text="codes; rows must be of one of these too"),
        ),
        migrations.AddField(
            model_name="membership",
            name="starts_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunPython(begin_when_granted, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("group_operations_director", "Operations director"),
                    ("group_viewer", "Group viewer"),
                    ("group_analyst", "Group analyst"),
                    ("site_manager", "Site manager"),
                    ("service_manager", "Service manager"),
                    ("validation_clerk", "Validation clerk"),
                    ("information_analyst", "Information analyst"),
                    ("rota_coordinator", "Rota coordinator"),
                    ("finance_partner", "Finance partner"),
                    ("governance", "Governance lead"),
                    ("director", "Director"),
                    ("board", "Board member"),
                    ("administrator", "Administrator"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_at", None)), fields=("user", "trust", "role"), name="a_role_stands_once_in_a_trust"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role__in", ["group_operations_director", "group_viewer", "group_analyst"]), ("trust", "*")),
                    models.Q(
                        models.Q(("trust", "*"), _negated=True),
                        models.Q(("role__in", ["group_operations_director", "group_viewer", "group_analyst"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="group_roles_and_only_they_span_trusts",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at", None), ("ends_at__gte", models.F("starts_at")), _connector="OR"),
                name="a_membership_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("deputises_for", None), models.Q(("ends_at", None), _negated=True), _connector="OR"),
                name="a_deputy_has_an_end",
            ),
        ),
    ]
