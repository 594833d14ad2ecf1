"""The API joined up: its resources, its door, its errors; all below /api/v1/."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.operation import Operation

from clockstop.pages.api import benchmark, data_quality, dictionary, lists, measures, places, published, snapshots, spc
from clockstop.pages.api.door import Door
from clockstop.pages.api.problems import answer_problems, no_such_address, wrong_method

ROOT = "/api/v1/"
ABOUT = (
    "What the pages of Clockstop show, for programs: measures and their series, lists, published figures, data quality. A call "
    "reads what its owner may see on the pages, no more; every call that gives patients' rows is recorded."
)


class ReadApi(NinjaAPI):
    """An API whose calls are known by the names of their views."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the view."""
        return operation.view_func.__name__

    def get_operation_url_name(self, operation: Operation, router) -> str:
        """The same."""
        return operation.view_func.__name__


api = ReadApi(title="Clockstop", version="1", description=ABOUT, auth=Door(), docs_url=None, openapi_url=None)
answer_problems(api)
for part in (places, measures, spc, benchmark, lists, published, data_quality, dictionary, snapshots):
    api.add_router("", part.router)


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI description of every call."""
    found = api.get_openapi_schema(path_prefix=ROOT)
    for operations in found["paths"].values():
        for operation in operations.values():
            operation["summary"] = operation["description"].split("\n")[0].split(". ")[0].rstrip(".")
    return found


@login_not_required
def show_api_schema(request: HttpRequest) -> JsonResponse:
    """The OpenAPI description; it holds nothing of anybody's data."""
    return JsonResponse(schema())


@login_not_required
def show_no_such_call(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Nothing is at this address of the API."""
    return no_such_address(request)


def _calls() -> list[URLPattern]:
    """The addresses of the calls: the API's own door asks who calls, not the sign-in page."""
    found = [pattern for pattern in api.urls[0] if pattern.name != "api-root"]
    who = {one["operationId"]: one["x-who"] for operations in schema()["paths"].values() for one in operations.values()}
    return [path(f"{ROOT[1:]}{one.pattern}", _get_alone(one.callback, who[one.name]), name=f"api_{one.name}") for one in found]


def _get_alone(view: Callable[..., HttpResponse], who: str) -> Callable[..., HttpResponse]:
    """The view for GET; `who` may call it is told by docs/interface.md."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if request.method == "GET" else wrong_method(request)

    answer.who = who
    return answer


urlpatterns = [
    path("api/openapi.json", show_api_schema, name="show_api_schema"),
    path("api/v1/openapi.json", show_api_schema, name="show_api_schema_v1"),
    *_calls(),
    path("api/v1/<path:rest>", show_no_such_call, name="show_no_such_call"),
]
