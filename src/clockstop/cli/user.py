"""`clockstop user`: who may sign in, and what for."""

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Add users and list them.")
token_app = typer.Typer(no_args_is_help=True, help="Keys with which programs read the API as a person.")
app.add_typer(token_app, name="token")


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


@token_app.command("add")
def add_token(
    username: Annotated[str, typer.Argument(help="Whose token it is: it reads what this person may see, no more.")],
    name: Annotated[str, typer.Option(help="What will use it, such as: Power BI of the board report.")],
    days: Annotated[int, typer.Option(help="In how many days it expires.", min=1, max=366)] = 90,
    trust: Annotated[str, typer.Option(help="The one trust that it reads; left out for every trust of the person's.")] = "",
    patients: Annotated[
        bool, typer.Option("--patients", help="It reads patients and small numbers too, where the person may.")
    ] = False,
) -> None:
    """Make a token of the API and print its key, which is shown this once."""
    user = _user(username)
    from clockstop.accounts.tokens import make_token

    token, key = make_token(by=user, name=name, days=days, trust=trust, may_see_patients=patients)
    typer.echo(f"{token.name} of {username}, until {token.expires_at:%Y-%m-%d}. Its key is shown this once:", err=True)
    typer.echo(key)


@token_app.command("list")
def list_tokens(username: Annotated[str, typer.Argument(help="Whose tokens; everybody's where it is left out.")] = "") -> None:
    """List tokens of the API: owner, first characters of the key, name, what it reads, expiry, last use, state."""
    from clockstop.cli.serve import prepare_database

    prepare_database()
    from django.utils import timezone

    from clockstop.accounts.models import ApiToken
    from clockstop.accounts.tokens import state_of

    tokens = ApiToken.objects.select_related("user").order_by("user__username", "created_at", "pk")
    for one in tokens.filter(user__username=username) if username else tokens:
        reads = f"{one.trust or 'every trust'}{', patients' if one.may_see_patients else ''}"
        used = f"{one.last_used_at:%Y-%m-%d}" if one.last_used_at else "never used"
        state = state_of(one, timezone.now())
        typer.echo("\t".join([one.user.username, one.hint, one.name, reads, f"{one.expires_at:%Y-%m-%d}", used, state]))


@token_app.command("revoke")
def revoke(
    username: Annotated[str, typer.Argument(help="Whose token it is.")],
    hint: Annotated[str, typer.Argument(help="The first characters of its key, as `user token list` shows them.")],
) -> None:
    """Make a token useless from this instant."""
    _user(username)
    from clockstop.accounts.tokens import revoke_token, token_by_hint

    token = token_by_hint(username, hint)
    revoke_token(by=None, token=token)
    typer.echo(f"{token.name} of {username} opens nothing any more.")


def _user(username: str):
    """The user of that name; `UnknownName` where there is none."""
    from clockstop.cli.serve import prepare_database
    from clockstop.errors import UnknownName

    prepare_database()
    from clockstop.accounts.models import User

    found = User.objects.filter(username=username).first()
    if found is None:
        raise UnknownName(f"There is no user {username}.", where="The users of this Clockstop.", do="See: clockstop user list")
    return found


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
