"""What goes wrong, in one shape: `status`, `what`, `where`, `do`. The same errors as on the pages, with the same words."""

import json
import logging

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from clockstop.accounts import audit
from clockstop.errors import Busy, NotAllowed, UnknownName, UserError
from clockstop.pages.context import stamp

logger = logging.getLogger(__name__)
ADDRESS = "/api/"


class Problem(Schema):
    """An error: what is wrong, where, and what to do."""

    status: int = Field(description="The status of the answer, again.")
    what: str = Field(description="What is wrong.")
    where: str = Field(description="Where: the parameter, the trust, the name.")
    do: str = Field(description="What to do.")


PROBLEMS = dict.fromkeys((400, 401, 403, 404, 429), Problem)


class NotSignedIn(UserError):
    """No key came, or one that opens nothing."""


class TooMany(UserError):
    """Too many calls, or too many wrong keys; `seconds` until it is worth trying again."""

    def __init__(self, what: str, *, do: str, seconds: int, where: str = "") -> None:
        self.seconds = seconds
        super().__init__(what, where=where, do=do)


def problem(status: int, what: str, where: str = "", do: str = "", **headers: str) -> HttpResponse:
    """The answer that says what went wrong."""
    body = json.dumps({"status": status, "what": what, "where": where, "do": do})
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def answer_problems(api: NinjaAPI) -> None:
    """Let the API answer every error in the one shape."""
    api.add_exception_handler(UserError, _user_error)
    api.add_exception_handler(ValidationError, _bad_parameters)
    api.add_exception_handler(HttpError, lambda request, error: problem(error.status_code, str(error)))
    api.add_exception_handler(Http404, lambda request, error: no_such_address(request))
    api.add_exception_handler(Exception, _fault)


def no_such_address(request: HttpRequest) -> HttpResponse:
    """There is nothing at this address."""
    return problem(404, "There is no such address.", request.path, f"The addresses are listed at {ADDRESS}.")


def wrong_method(request: HttpRequest) -> HttpResponse:
    """The API only reads."""
    return problem(405, f"{request.method} is not allowed here.", request.path, "The API only reads: send GET.", Allow="GET")


def _user_error(request: HttpRequest, error: UserError) -> HttpResponse:
    if isinstance(error, NotAllowed):
        _record_refusal(request)
    status, headers = _status(error)
    return problem(status, error.what, error.where, error.do, **headers)


def _status(error: UserError) -> tuple[int, dict[str, str]]:
    if isinstance(error, NotSignedIn):
        return 401, {"WWW-Authenticate": "Bearer"}
    if isinstance(error, NotAllowed):
        return 403, {}
    if isinstance(error, TooMany):
        return 429, {"Retry-After": str(error.seconds)}
    if isinstance(error, Busy) or (isinstance(error, UnknownName) and stamp() is None):
        return 503, {"Retry-After": "60"}
    return (404 if isinstance(error, UnknownName) else 400), {}


def _record_refusal(request: HttpRequest) -> None:
    match = request.resolver_match
    trust = str((match.kwargs if match else {}).get("trust", "") or request.GET.get("trust", ""))[:12]
    audit.record(request, action=audit.REFUSED, what=called(request), trust=trust.replace("\0", ""))


def called(request: HttpRequest) -> str:
    """The name of the call, as access records keep it."""
    return request.resolver_match.url_name if request.resolver_match else "api"


def _bad_parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which parameter cannot be read and why; never what was sent."""
    first = error.errors[0]
    name = str(first["loc"][-1]) if first.get("loc") else ""
    return problem(
        400, f"The parameter {name} cannot be read.", str(first.get("msg", "")), f"The parameters are listed at {ADDRESS}."
    )


def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("fault of the API at %s", called(request), exc_info=error)
    return problem(500, "Something went wrong on our side.", called(request), "Tell whoever runs this Clockstop, with the time.")
