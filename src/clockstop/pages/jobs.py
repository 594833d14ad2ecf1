"""What is being done for me? Long jobs: packs that one asked for, refreshes of the data, how far each is, and a way to stop it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clockstop.accounts.roles import SEE_LOADS, SEE_ROWS_SET_ASIDE
from clockstop.accounts.scopes import may
from clockstop.errors import NotAllowed
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, page
from clockstop.registers.jobs import actions, places, reading, schedule
from clockstop.registers.jobs.models import DONE, ENDED, FAILED, RUNNING, STOPPED, WAITING, Job
from clockstop.store.home import home_from_environment

STATES = {WAITING: "waits", RUNNING: "is being done", DONE: "done", STOPPED: "stopped", FAILED: "not done"}


@dataclass(frozen=True)
class ShownJob:
    """A job as its row says it."""

    job: Job
    state: str
    percent: int
    href: str
    may_stop: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.job.state in ENDED


@require_safe
def list_jobs(request: HttpRequest) -> HttpResponse:
    """One's own jobs, the newest first, and for who sees loads the refreshes; asked again while one is under way."""
    home, kinds = home_from_environment(), (schedule.REFRESH,) if may(request.user, SEE_LOADS) else ()
    shown = [_shown(request, job) for job in reading.of_person(request.user, kinds)]
    return page(
        request,
        "pages/jobs.jinja",
        title="What is being done?",
        crumbs=crumbs_to(),
        jobs=shown,
        is_under_way=any(not one.is_over for one in shown),
        is_worker_there=places.is_worker_there(home),
        may_refresh=_may_refresh(request),
        times=[f"{one:%H:%M}" for one in schedule.times(home)] if kinds else [],
        next_due=schedule.next_due(schedule.times(home), timezone.now()) if kinds else None,
    )


@require_POST
def add_refresh(request: HttpRequest) -> HttpResponse:
    """Ask for a refresh of the data; the one that is under way is enough."""
    if not _may_refresh(request):
        raise NotAllowed("You may not refresh the data.", do="Ask an information analyst of your trust.")
    job = actions.ask_once(kind=schedule.REFRESH, title=schedule.TITLE, asked={}, by=request.user)
    said = "The refresh is in the queue." if job.owner_id == request.user.pk else "A refresh is under way already."
    messages.success(request, said)
    return HttpResponseRedirect(url("list_jobs"))


@require_POST
def stop_job(request: HttpRequest, key: str) -> HttpResponse:
    """Stop a job; what was published or kept before stands."""
    job = reading.job(key)
    if not _may_stop(request, job):
        raise NotAllowed("Somebody else asked for this job.", do="Ask them to stop it.")
    actions.stop(job=job, by=request.user)
    return HttpResponseRedirect(url("list_jobs"))


def _shown(request: HttpRequest, job: Job) -> ShownJob:
    href = url("show_pack_making", job.key) if job.kind == "pack" else ""
    may_stop = not href and job.state not in ENDED and not job.is_stop_wanted and _may_stop(request, job)
    return ShownJob(job=job, state=STATES[job.state], percent=round(job.share * 100), href=href, may_stop=may_stop)


def _may_refresh(request: HttpRequest) -> bool:
    """Who answers for the loads of a trust may have them shown."""
    return may(request.user, SEE_LOADS) and may(request.user, SEE_ROWS_SET_ASIDE)


def _may_stop(request: HttpRequest, job: Job) -> bool:
    """Who asked for it; a refresh, which is everybody's, whoever may ask for one. A pack is stopped on its own page."""
    return job.owner_id == request.user.pk or (job.kind == schedule.REFRESH and _may_refresh(request))
