"""What the machine would not do, as a page: a disk that is full, memory that came to its end, a database that others hold."""

import logging
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from clockstop.errors import UserError
from clockstop.intake.ledger import is_no_room
from clockstop.pages import errors
from clockstop.pages.context import page
from clockstop.store.engine import OUT_OF_MEMORY

BUSY, FULL = 503, 507
# What SQLite and PostgreSQL say where the disk, or what may be written to it, came to its end.
_FULL = ("disk is full", "disk i/o error", "no space left", "could not extend file", "could not write", "readonly database")
_LOCKED = ("database is locked", "database table is locked", "could not obtain lock", "deadlock detected")
_log = logging.getLogger("clockstop.refusals")


def refusals(get_response):
    """Middleware: such an end becomes a page that says so, and the worker goes on; the log has its kind, not its text."""

    class Respond:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
            found = in_words(exception)
            if found is None:
                return None
            error, status = found
            _log.error("%s: %s", type(exception).__name__, error.what)
            return page(request, "pages/errors/error.jinja", title=error.what, error=error, status=status)

    return Respond()


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of whatever went wrong outside a view (500), or of what the machine would not do; needs no database."""
    found = in_words(sys.exc_info()[1])
    if found is None:
        return errors.server_error(request)
    error, status = found
    body = get_template("pages/errors/refused_by_machine.jinja").template.render(title=error.what, error=error)
    return HttpResponse(body, status=status)


def in_words(error: BaseException | None) -> tuple[UserError, int] | None:
    """What to tell the person and with which status; None where it is a fault of ours."""
    if isinstance(error, (MemoryError, OUT_OF_MEMORY)):
        do = "Ask for less at once: one trust, a shorter period, fewer rows. If it comes again, tell whoever runs this site."
        return UserError("This question takes more memory than the site has.", where="Nothing was changed.", do=do), BUSY
    says = str(error).lower() if isinstance(error, OperationalError) else ""
    if error is None:
        return None
    if is_no_room(error) or any(one in says for one in _FULL):
        do = "Tell whoever runs this site. Pages can still be read; write it again when there is room."
        return UserError("The disk of this site is full: nothing can be written.", where="What you sent was not kept.", do=do), FULL
    if any(one in says for one in _LOCKED):
        do = "Go back and send it again in a moment."
        return UserError("Too many people are writing at this moment.", where="What you sent was not kept.", do=do), BUSY
    return None
