"""The second factor: who must have one, codes that work once, and secrets that do not lie open in the database.

django-allauth keeps the factors (allauth.mfa) and asks for them between the password and the session; what it leaves to the site
is here. Its own mark of a used code lives in one worker's memory, so the last code's time step is kept with the factor instead.
"""

import base64
import hashlib
import hmac

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from clockstop.accounts.models import User
from clockstop.accounts.roles import SEE_PATIENTS
from clockstop.accounts.scopes import may
from clockstop.errors import UserError

# What CLOCKSTOP_SECOND_FACTOR may say: everybody must have one; those who may see patients must; who wants may; nobody is asked.
REQUIRED, PATIENTS, OFFERED, OFF = "required", "patients", "offered", "off"
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
WRONG_CODE = "This code is wrong, too old, or has been used already. Wait for the next one and type that."
_LAST_STEP = "last_step"


class SecondFactors(DefaultMFAAdapter):
    """Encrypts what is kept, names the account in the app, and sends no mail."""

    error_messages = {  # noqa: RUF012 allauth's own
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": "Set up an authenticator app first.",
    }

    def get_totp_issuer(self) -> str:
        """What stands above the codes in the person's app."""
        return "Clockstop"

    def get_totp_label(self, user: User) -> str:
        """Whose codes they are."""
        return user.get_username()

    def encrypt(self, text: str) -> str:
        """The text under a key that is made of the site's secret key."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise UserError(
                "Your second factor can no longer be read.",
                where="The secret key of this Clockstop is another one than when you set it up.",
                do="Ask whoever runs this Clockstop to remove it: clockstop user second-factor NAME --remove",
            ) from None

    def send_notification_mail(self, *args, **kwargs) -> None:
        """Nothing: accounts have no address that is known to be right."""


class AskSecondFactor(AuthenticateStage):
    """Asks for the code after the password, unless the site asks nobody or the provider of the sign-in has asked already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if settings.SECOND_FACTOR == OFF or getattr(request, "provider_vouches", False):
            return False
        return super()._should_handle(request)


def must_have(user: User) -> bool:
    """Whether the person's account needs a second factor."""
    if settings.SECOND_FACTOR == PATIENTS:
        return may(user, SEE_PATIENTS)
    return settings.SECOND_FACTOR == REQUIRED


def has(user: User) -> bool:
    """Whether the person has set one up."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def remove(user: User) -> bool:
    """Take the person's factors and recovery codes away; whether there were any."""
    return Authenticator.objects.filter(user=user).delete()[0] > 0


@transaction.atomic
def spend(user: User, code: str) -> Authenticator | None:
    """The factor that this code is of, and the code can never be used again; None where it is of none.

    The rows are held while it is looked at, so that of two requests with the same code only one gets through.
    """
    factors = {one.type: one for one in Authenticator.objects.select_for_update().filter(user=user, type__in=KINDS)}
    app, recovery = (factors.get(kind) for kind in KINDS)
    if app is not None and spend_step(app, code):
        return app
    return recovery if recovery is not None and recovery.wrap().validate_code(code) else None


def spend_step(app: Authenticator, code: str) -> bool:
    """Whether the app shows this code now, or did or will within half a minute, and neither it nor a later one has been used."""
    secret = SecondFactors().decrypt(app.data["secret"])
    steps = [step for step in yield_hotp_counters_from_time() if _is_code(secret, step, code)]
    if not steps or steps[0] <= app.data.get(_LAST_STEP, 0):
        return False
    app.data[_LAST_STEP] = steps[0]
    app.save(update_fields=["data"])
    return True


def _is_code(secret: str, step: int, code: str) -> bool:
    return compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), b"clockstop.second_factor", hashlib.sha256))
