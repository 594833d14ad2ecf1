"""`clockstop audit`: whether the records of who looked and who changed what are whole, and what in them wants a look."""

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.command("verify")
def verify_records(
    head: Annotated[
        list[str] | None,
        typer.Option(help="An end of a chain as `audit head` printed it before: TABLE NUMBER HASH. May be given again."),
    ] = None,
    most: Annotated[int, typer.Option(help="How many faults of a chain are told.", min=1)] = 50,
) -> None:
    """Work out every hash of the records anew; exit code 1 where a row was changed, removed, added, moved or cut off.

    The ends that were kept in audit/heads.txt are compared too, and those that are given.
    """
    chains = _chains()
    from clockstop.accounts import heads
    from clockstop.accounts.verification import verify

    kept = [*heads.kept(), *(heads.head_of(text) for text in head or ())]
    verdicts = [verify(model, kept, most=most) for model in chains]
    for verdict in verdicts:
        for fault in verdict.faults:
            typer.echo(f"{verdict.table}: {fault}")
    for verdict in verdicts:
        told = "whole" if verdict.is_whole else f"NOT WHOLE, {len(verdict.faults)} faults told"
        typer.echo(f"{verdict.table}: {verdict.rows} rows, {told}. It ends with {verdict.row_hash}")
    typer.echo(f"{len(kept)} ends kept outside the database were compared.")
    if not all(verdict.is_whole for verdict in verdicts):
        raise SystemExit(1)


@app.command("head")
def print_heads() -> None:
    """Print where each chain ends, and add it to audit/heads.txt. Keep what is printed where the database's owner cannot write."""
    tables = [model._meta.db_table for model in _chains()]
    from django.utils import timezone

    from clockstop.accounts import heads
    from clockstop.accounts.chain import ChainHead

    ends = [
        (one.name, one.sequence, one.row_hash, timezone.now()) for one in ChainHead.objects.filter(pk__in=tables).order_by("pk")
    ]
    heads.anchor(ends)
    for name, sequence, row_hash, _at in ends:
        typer.echo(f"{name} {sequence} {row_hash}")


def _chains() -> list:
    """Every chain of this database, which is brought up to date first."""
    from clockstop.cli.serve import prepare_database

    prepare_database()
    from django.apps import apps

    from clockstop.accounts.chain import chained_models

    return chained_models(apps.get_models())


@app.command("alerts")
def print_alerts() -> None:
    """Print the alerts that arise from what was recorded since the last time: for a timer, whose output may be mailed."""
    _chains()
    from clockstop.accounts.access_alerts import left, raise_alerts
    from clockstop.accounts.models import OwnNumber
    from clockstop.answers.desk import Desk
    from clockstop.answers.patient_keys import numbers_of_people
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    given = dict(OwnNumber.objects.values_list("username", "nhs_number_pseudonym"))
    own = numbers_of_people(Desk(home).refreshed(), given) if given else {}
    found = []
    while left():
        found += raise_alerts(home, own=own)
    for alert in found:
        reason = f" Reason given: {alert.reason}" if alert.reason else ""
        typer.echo(
            f"{alert.raised_at:%Y-%m-%d %H:%M}\t{alert.trust}\t{alert.username}\t{alert.get_kind_display()}\t{alert.says}.{reason}"
        )
