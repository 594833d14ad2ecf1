"""`clockstop user password`, `unlock`, `second-factor`, `open-id`, `sign-ins`: what an operator does about a sign-in."""

from typing import Annotated

import typer

_Name = Annotated[str, typer.Argument(help="What the person types to sign in.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands beside the others of `clockstop user`."""
    app.command("password")(password)
    app.command("unlock")(unlock)
    app.command("second-factor")(second_factor)
    app.command("open-id")(open_id)
    app.command("sign-ins")(sign_ins)


def password(
    username: _Name,
    password_file: Annotated[
        typer.FileText | None, typer.Option(help="Read the password from a file (- for standard input).")
    ] = None,
) -> None:
    """Give a person another password, which is asked for here; they are signed out everywhere and choose their own next."""
    user = _user(username)
    said = password_file.read().strip() if password_file else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    from django.conf import settings

    from clockstop.accounts.actions import give_password

    give_password(user=user, password=said)
    then = " They choose their own at the next sign-in." if settings.FIRST_PASSWORD_CHANGES else ""
    typer.echo(f"{username} has another password, and is signed out everywhere.{then}")


def unlock(
    username: Annotated[str, typer.Argument(help="Who may try again at once; left out, those who are locked out are listed.")] = "",
) -> None:
    """Let a person who was locked out after too many wrong tries try again at once."""
    if not username:
        _list_locked()
        return
    _user(username)
    from clockstop.accounts import lock_out

    failures = lock_out.unlock(username)
    typer.echo(
        f"{username} may try again: {failures} wrong tries are forgotten." if failures else f"{username} was not locked out."
    )


def second_factor(
    username: _Name,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take it away: the telephone is lost. Make sure first who asks.")
    ] = False,
) -> None:
    """Say whether a person has a second factor, or take it away so that another can be set up."""
    user = _user(username)
    from clockstop.accounts import second_factor as factors
    from clockstop.accounts import sessions
    from clockstop.accounts.models import SignIn

    if not remove:
        need = "needs one" if factors.must_have(user) else "needs none"
        typer.echo(f"{username} {'has a second factor' if factors.has(user) else 'has no second factor'} and {need}.")
        return
    found = factors.remove(user)
    sessions.end_all(user, SignIn.Ended.OPERATOR)
    typer.echo(
        f"{username} has no second factor any more, and is signed out everywhere." if found else f"{username} had no second factor."
    )


def open_id(
    username: _Name,
    forget: Annotated[
        bool, typer.Option("--forget", help="Unbind the account, so that the next who has the name is bound.")
    ] = False,
) -> None:
    """Say whether an account is bound to a person of the OpenID Connect provider, or unbind it."""
    user = _user(username)
    from clockstop.accounts import open_id as outside
    from clockstop.accounts import sessions
    from clockstop.accounts.models import SignIn

    if forget:
        found = outside.forget(user)
        sessions.end_all(user, SignIn.Ended.OPERATOR)
        typer.echo(f"{username} is bound to nobody any more." if found else f"{username} was bound to nobody.")
        return
    bound = outside.bound_to(user)
    typer.echo(f"{username} is bound to {bound}." if bound else f"{username} is bound to nobody at the provider.")


def sign_ins(
    username: _Name,
    end: Annotated[bool, typer.Option("--end", help="Sign the person out everywhere.")] = False,
) -> None:
    """List a person's sign-ins, the newest first: since, last used, how, from where, and how it ended; or end them all."""
    user = _user(username)
    from clockstop.accounts import sessions
    from clockstop.accounts.models import SignIn

    if end:
        typer.echo(f"Signed out at {sessions.end_all(user, SignIn.Ended.OPERATOR)} places.")
        return
    for one in SignIn.objects.filter(user=user)[:200]:
        ended = f"{one.get_ended_because_display()}, {one.ended_at:%Y-%m-%d %H:%M}" if one.ended_at else "not ended"
        where = one.network_address or "address not known"
        typer.echo("\t".join([f"{one.at:%Y-%m-%d %H:%M}", f"{one.last_seen_at:%Y-%m-%d %H:%M}", one.method, where, ended]))


def _list_locked() -> None:
    from clockstop.cli.serve import prepare_database

    prepare_database()
    from clockstop.accounts import lock_out

    found = lock_out.locked_names()
    for name, failures in found:
        typer.echo(f"{name}\t{failures} wrong tries")
    if not found:
        typer.echo("Nobody is locked out.")


def _user(username: str):
    """The user of that name; `UnknownName` where there is none."""
    from clockstop.cli.user import _user as found

    return found(username)
