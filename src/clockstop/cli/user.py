"""`clockstop user`: who may sign in, and what for."""

from typing import Annotated

import typer

from clockstop.cli import _user_sign_in

app = typer.Typer(no_args_is_help=True, help="Add users, give them roles and end these, and list them.")
token_app = typer.Typer(no_args_is_help=True, help="Keys with which programs read the API as a person.")
app.add_typer(token_app, name="token")
_user_sign_in.add_to(app)


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    role: Annotated[str, typer.Option(help="Its name as `clockstop user roles` lists it, such as service_manager.")],
    trust: Annotated[str, typer.Option(help="The trust in which the role is held; left out for a group role.")] = "",
    password_file: Annotated[
        typer.FileText | None, typer.Option(help="Read the password from a file (- for standard input).")
    ] = None,
) -> None:
    """Add a user, or give a known one a new password and this role in a trust instead of any other there."""
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


@app.command("grant")
def grant(
    username: Annotated[str, typer.Argument(help="Who gets it: a user who has been added.")],
    *,
    role: Annotated[str, typer.Option(help="Its name as `clockstop user roles` lists it.")],
    trust: Annotated[str, typer.Option(help="The trust in which it is held; left out for a group role.")] = "",
    division: Annotated[list[str] | None, typer.Option(help="Only this division; may be given again.")] = None,
    service: Annotated[list[str] | None, typer.Option(help="Only this service, such as 110 or C_110; may be given again.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Only this site, by its code; may be given again.")] = None,
    data_class: Annotated[
        str, typer.Option("--class", help="aggregate, pseudonymised or patient_identifiable; left out it is the role's own.")
    ] = "",
    since: Annotated[str, typer.Option("--from", help="From the start of this day, or from this time (2026-12-01T08:00).")] = "",
    until: Annotated[str, typer.Option(help="To the end of this day, or to this time. A deputy's has one.")] = "",
    deputy_for: Annotated[str, typer.Option(help="The user for whom this one stands in, who holds the role there.")] = "",
    reason: Annotated[str, typer.Option(help="Why, in a few words; it is kept.")] = "",
) -> None:
    """Give a user a role over a trust or some of its services, for ever or for a time; the same role there is replaced."""
    user = _user(username)
    from clockstop.accounts.memberships import Grant
    from clockstop.accounts.models import EVERY_TRUST
    from clockstop.registers.people import actions

    must_be_known(trust)
    asked = Grant(
        role=role, trust=trust or EVERY_TRUST, divisions=tuple(division or ()), services=tuple(service or ()),
        sites=tuple(site or ()), data_class=data_class, starts_at=instant(since), ends_at=instant(until, is_end=True),
        deputises_for=_user(deputy_for) if deputy_for else None, reason=reason,
    )  # fmt: skip
    made = actions.grant(user=user, asked=asked, by=None)
    typer.echo(_line(made))


@app.command("end")
def end(
    username: Annotated[str, typer.Argument(help="Whose membership.")],
    role: Annotated[str, typer.Option(help="Of which role.")],
    trust: Annotated[str, typer.Option(help="In which trust; left out for a group role.")] = "",
) -> None:
    """End a role of a user from this instant; what it allowed is refused at their next request."""
    user = _user(username)
    from django.utils import timezone

    from clockstop.accounts.models import EVERY_TRUST
    from clockstop.errors import UnknownName
    from clockstop.registers.people import actions

    held = user.memberships.filter(role=role, trust=trust or EVERY_TRUST)
    standing = [one for one in held if one.state(timezone.now()) != "ended"]
    if not standing:
        where = f"{trust or 'the group'}"
        raise UnknownName(f"{username} is no {role} of {where}.", do=f"See: clockstop user list {username}")
    for one in standing:
        typer.echo(_line(actions.end(membership=one, by=None)))


@app.command("leave")
def leave(
    username: Annotated[str, typer.Argument(help="Who leaves.")],
    trust: Annotated[str, typer.Option(help="The trust that the person leaves; left out they leave altogether.")] = "",
) -> None:
    """End all that a user holds; who holds nothing more signs in no more, and their tokens open nothing."""
    user = _user(username)
    from clockstop.registers.people import actions

    ended = actions.leave(user=user, by=None, trust=trust)
    for one in ended:
        typer.echo(_line(one))
    is_gone = not user.is_active
    typer.echo(f"{username} signs in no more." if is_gone else f"{username} still holds roles elsewhere and signs in.")


@app.command("list")
def list_users(
    username: Annotated[str, typer.Argument(help="Whose memberships; everybody's where it is left out.")] = "",
    trust: Annotated[str, typer.Option(help="Only of this trust.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that have ended too.")] = False,
    as_json: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """List users with their roles: user, role, trust, and what narrows it; then when it begins and ends, and who granted it."""
    from clockstop.cli.serve import prepare_database

    prepare_database()
    import json

    from django.utils import timezone

    from clockstop.accounts.models import Membership

    found = Membership.objects.select_related("user", "deputises_for").order_by("user__username", "trust", "starts_at")
    found = found.filter(user__username=username) if username else found
    found = found.filter(trust=trust) if trust else found
    shown = [one for one in found if every or one.state(timezone.now()) != "ended"]
    if as_json == "json":
        typer.echo(json.dumps([_values(one) for one in shown], indent=2, ensure_ascii=False))
        return
    for one in shown:
        typer.echo(_line(one))


@app.command("roles")
def list_roles() -> None:
    """List the roles: name, where it is held, the greatest class of data that it sees, what it is."""
    from clockstop.accounts.roles import ROLES

    for one in ROLES.values():
        about = (one.__doc__ or "").split("\n")[0]
        typer.echo(f"{one.slug}\t{'group' if one.is_group else 'trust'}\t{one.data_class}\t{about}")


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


def instant(text: str, *, is_end: bool = False):
    """A day or a time as it is typed, in London; the end of a day is the first instant of the next. None where nothing is."""
    from datetime import datetime, time, timedelta

    from django.utils import timezone

    from clockstop.errors import UserError

    if not text:
        return None
    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UserError(
            f"{text!r} is no day and no time.", do="Write a day as 2026-12-24, or a time as 2026-12-24T17:00."
        ) from None
    if said.tzinfo is not None:
        return said
    is_day = said.time() == time() and len(text.strip()) == len("2026-12-24")
    return timezone.make_aware(said + timedelta(days=1) if is_end and is_day else said)


def _values(one) -> dict[str, object]:
    """A membership, key by key."""
    from django.utils import timezone

    return {
        "username": one.user.username, "role": one.role, "trust": one.trust, "divisions": one.divisions, "services": one.services,
        "sites": one.sites, "data_class": one.seen_class, "state": one.state(timezone.now()),
        "starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat() if one.ends_at else None,
        "deputises_for": one.deputises_for.username if one.deputises_for else "", "granted_by": one.granted_by,
        "ended_by": one.ended_by, "reason": one.reason,
    }  # fmt: skip


def _line(one) -> str:
    """A membership in a line; what is not narrowed and has no end is left out."""
    from django.utils import timezone

    said = [one.user.username, one.role, one.trust]
    said += [f"{name} {', '.join(places)}" for name in ("divisions", "services", "sites") if (places := getattr(one, name))]
    said += [one.seen_class] if one.data_class else []
    state = one.state(timezone.now())
    if state == "begins later":
        said.append(f"from {timezone.localtime(one.starts_at):%Y-%m-%d %H:%M}")
    if one.ends_at:
        said.append(f"{'ended' if state == 'ended' else 'until'} {timezone.localtime(one.ends_at):%Y-%m-%d %H:%M}")
    said += [f"deputy for {one.deputises_for.username}"] if one.deputises_for else []
    said += ["has left"] if not one.user.is_active else []
    return "\t".join(said)


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
