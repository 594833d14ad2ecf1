"""What changes a user: made with a role in a trust, or given another."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from clockstop.accounts import sessions
from clockstop.accounts.memberships import Grant, end, grant
from clockstop.accounts.models import EVERY_TRUST, SignIn, User
from clockstop.errors import UserError


@transaction.atomic
def add_user(*, username: str, password: str, role_slug: str, trust: str = EVERY_TRUST, is_demo: bool = False) -> User:
    """The user, new or known, with this password and this role in the trust (every trust for a group role).

    Demo users' passwords are printed on the terminal, so they are not checked for strength.
    """
    user = User.objects.filter(username=username).first() or User(username=username)
    if not is_demo:
        _check_password(password, user)
    user.set_password(password)
    user.must_change_password = not is_demo
    user.is_active = True
    user.save()
    sessions.end_all(user, SignIn.Ended.PASSWORD)
    standing = user.memberships.filter(trust=trust, role=role_slug, ends_at=None)
    if not any(one.is_whole_trust and not one.data_class and one.state(timezone.now()) == "holds" for one in standing):
        grant(user=user, asked=Grant(role=role_slug, trust=trust), by=None)
    for other in user.memberships.filter(trust=trust, ends_at=None).exclude(role=role_slug):
        end(membership=other, by=None)
    return User.objects.get(pk=user.pk)


@transaction.atomic
def give_password(*, user: User, password: str) -> None:
    """A password that somebody else chose: the person is signed out everywhere, and chooses another at the next sign-in."""
    _check_password(password, user)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    sessions.end_all(user, SignIn.Ended.PASSWORD)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise UserError("The password is too weak.", where=" ".join(error.messages), do="Choose another.") from None
