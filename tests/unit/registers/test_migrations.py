"""From the first migration of every app to the last with rows in place: none is lost, on whichever database the tests run."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

AT = datetime(2026, 1, 5, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def fresh(django_db_setup, django_db_blocker):
    """A database with no table in it, in the place of the tests' own: a migration may ask for no other than the default one."""
    with django_db_blocker.unblock():
        default, settings = connections["default"], connections.databases["default"]
        name = "file:fresh?mode=memory&cache=shared" if default.vendor == "sqlite" else f"{default.settings_dict['NAME']}_fresh"
        _on_server(default, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        connections.databases["default"] = {**default.settings_dict, "NAME": name}
        connections["default"] = connections.create_connection("default")
        try:
            yield connections["default"]
        finally:
            connections["default"].close()
            connections.databases["default"], connections["default"] = settings, default
            _on_server(default, f'DROP DATABASE "{name}"')


def _on_server(connection, *statements: str) -> None:
    """What only a server of databases knows: SQLite's are files."""
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def labels() -> list[str]:
    return [
        app.label for app in apps.get_app_configs() if app.name.startswith("clockstop.") and app.label not in ("nhsuk", "pages")
    ]


FIRSTS = [("accounts", "0001_initial"), ("registers_core", "0001_initial"), ("pathway_notes", "0001_initial")]


def write(old) -> None:
    """What people had written when the tables were as their first migrations made them."""
    user = old.get_model("accounts", "User").objects.create(username="pat", password="hash")
    old.get_model("accounts", "Membership").objects.create(user=user, trust="QQA", role="service_manager")
    for number in range(3):
        old.get_model("accounts", "AccessRecord")(
            user=user, username="pat", role="Service manager", action="refused" if number else "viewed", what="show_pathway",
            trust="QQA", patient_pathway_identifier=f"P{number}", rows=1,
        ).save()  # fmt: skip
        old.get_model("registers_core", "Change")(
            at=AT, by=user, by_name="pat", what="changed", record="note", record_key=f"QQA P{number}", trust="QQA",
            before=None, after={"owner": "Añ", "list": [1, None]},
        ).save()  # fmt: skip
    old.get_model("pathway_notes", "PathwayNote")(
        trust="QQA", patient_pathway_identifier="P1", owner="Booking", next_step="Ring", comment="é", edition=1, updated_at=AT,
        updated_by=user, updated_by_name="pat",
    ).save()  # fmt: skip


@pytest.mark.slow
def test_what_was_written_at_the_first_migration_stands_after_the_last(fresh):
    executor = MigrationExecutor(fresh)
    executor.migrate(FIRSTS)
    write(executor.loader.project_state(FIRSTS).apps)
    executor = MigrationExecutor(fresh)
    executor.migrate([key for label in labels() for key in executor.loader.graph.leaf_nodes(label)])
    fresh.check_constraints()
    found = {model._meta.label_lower: list(model._base_manager.order_by("pk").values()) for model in models()}
    assert [row["username"] for row in found["accounts.user"]] == ["pat"]
    assert [(row["trust"], row["role"]) for row in found["accounts.membership"]] == [("QQA", "service_manager")]
    assert [row["patient_pathway_identifier"] for row in found["accounts.accessrecord"]] == ["P0", "P1", "P2"]
    assert [(row["at"], row["after"]) for row in found["registers_core.change"]] == [(AT, {"owner": "Añ", "list": [1, None]})] * 3
    assert [(row["owner"], row["comment"]) for row in found["pathway_notes.pathwaynote"]] == [("Booking", "é")]


def models():
    return [model for label in labels() for model in apps.get_app_config(label).get_models()]


def test_migrations_are_linear_and_none_is_missing(fresh):
    """Each app has one last migration, and the models say nothing that no migration does."""
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.state import ProjectState

    loader = MigrationExecutor(fresh).loader
    assert {label: len(loader.graph.leaf_nodes(label)) for label in labels()} == dict.fromkeys(labels(), 1)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    assert set(changes) & set(labels()) == set()
