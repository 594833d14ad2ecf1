"""Users, memberships and access records."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The first tables."""

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "db_table": "accounts_user",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="AccessRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("username", models.CharField(help_text="kept when the user is removed", max_length=150)),
                ("role", models.CharField(max_length=80)),
                (
                    "action",
                    models.CharField(
                        choices=[("viewed", "Viewed"), ("searched", "Searched"), ("exported", "Exported"), ("refused", "Refused")],
                        max_length=10,
                    ),
                ),
                ("what", models.CharField(help_text="the page or list, by its view's name", max_length=80)),
                ("trust", models.CharField(blank=True, db_index=True, max_length=12)),
                ("patient_pathway_identifier", models.CharField(blank=True, db_index=True, max_length=40)),
                ("rows", models.PositiveIntegerField(default=0, help_text="how many patients' rows were shown or taken")),
                ("detail", models.CharField(blank=True, help_text="filters in words; never an NHS number", max_length=200)),
                ("network_address", models.GenericIPAddressField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(help_text="ODS code, or * for every trust of the group", max_length=12)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("group_operations_director", "Operations director"),
                            ("group_viewer", "Group viewer"),
                            ("service_manager", "Service manager"),
                            ("information_analyst", "Information analyst"),
                        ],
                        max_length=40,
                    ),
                ),
                ("granted_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "trust"), name="one_role_in_a_trust"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", ["group_operations_director", "group_viewer"]), ("trust", "*")),
                            models.Q(
                                models.Q(("trust", "*"), _negated=True),
                                models.Q(("role__in", ["group_operations_director", "group_viewer"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="group_roles_and_only_they_span_trusts",
                    ),
                ],
            },
        ),
    ]
