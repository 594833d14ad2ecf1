"""`clockstop user`: who may sign in, and what for."""

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Add users and list them.")


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    role: Annotated[
        str, typer.Option(help="group_operations_director, group_viewer, service_manager, validation_clerk or information_analyst.")
    ],
    trust: Annotated[str, typer.Option(help="The trust in which the role is held; left out for a group role.")] = "",
    password_file: Annotated[
        typer.FileText | None, typer.Option(help="Read the password from a file (- for standard input).")
    ] = None,
) -> None:
    """Add a user, or give a known one a new password and a role in a trust."""
    from clockstop.cli.serve import prepare_database

    password = (
        password_file.read().strip() if password_file else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    prepare_database()
    from clockstop.accounts.actions import add_user
    from clockstop.accounts.models import EVERY_TRUST

    must_be_known(trust)
    add_user(username=username, password=password, role_slug=role, trust=trust or EVERY_TRUST)
    typer.echo(f"{username} may sign in as {role}{f' of {trust}' if trust else ''}.")


@app.command("list")
def list_users() -> None:
    """List users with their roles."""
    from clockstop.cli.serve import prepare_database

    prepare_database()
    from clockstop.accounts.models import Membership

    for membership in Membership.objects.select_related("user").order_by("user__username", "trust"):
        typer.echo(f"{membership.user.username}\t{membership.role}\t{membership.trust}")


def must_be_known(trust: str) -> None:
    """Raise `UnknownName` where no trust of that code has been set up."""
    from clockstop.errors import UnknownName
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    if trust and not home.organisation_file(trust).is_file():
        known = sorted(folder.name for folder in home.trusts.iterdir()) if home.trusts.is_dir() else []
        raise UnknownName(
            f"There is no trust {trust}.",
            where=f"{home.trusts} holds: {', '.join(known) or 'none'}.",
            do="Add it with: clockstop trust add FILE",
        )
