"""What changes a user: made with a role in a trust, or given another."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from clockstop.accounts.models import EVERY_TRUST, Membership, User
from clockstop.accounts.roles import role
from clockstop.errors import UserError


@transaction.atomic
def add_user(*, username: str, password: str, role_slug: str, trust: str = EVERY_TRUST, is_demo: bool = False) -> User:
    """The user, new or known, with this password and this role in the trust (every trust for a group role).

    Demo users' passwords are printed on the terminal, so they are not checked for strength.
    """
    chosen = role(role_slug)
    if chosen.is_group != (trust == EVERY_TRUST):
        raise UserError(
            f"The role {chosen.slug} {'spans every trust' if chosen.is_group else 'is held in one trust'}.",
            do=f"Leave out --trust for {chosen.slug}." if chosen.is_group else "Name the trust with --trust CODE.",
        )
    user = User.objects.filter(username=username).first() or User(username=username)
    if not is_demo:
        _check_password(password, user)
    user.set_password(password)
    user.save()
    Membership.objects.update_or_create(user=user, trust=trust, defaults={"role": chosen.slug})
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise UserError("The password is too weak.", where=" ".join(error.messages), do="Choose another.") from None
