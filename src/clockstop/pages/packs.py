"""Which packs have gone out, and what changed between them? Versions, one being made, and a version with its files."""

from datetime import date

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from clockstop.accounts import audit
from clockstop.accounts.roles import MAKE_PACKS
from clockstop.accounts.scopes import may
from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.dates import add_months, month_start
from clockstop.errors import NotAllowed, UnknownName, UserError
from clockstop.measures.catalogue import families, family_title
from clockstop.nhsuk.presenters import month as month_said
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, desk, page, whole_number
from clockstop.reports import pack_changes, pack_jobs
from clockstop.reports.pack_gather import GROUP, month_of
from clockstop.reports.pack_jobs import PackJob
from clockstop.reports.pack_keeping import may_see, may_see_group, require_may_make
from clockstop.reports.packing import FORMATS, pack_of, require_formats
from clockstop.store import frozen_packs
from clockstop.store.frozen_packs import FrozenPack

MONTHS_OFFERED, VERSIONS_SHOWN = 18, 100
FORMAT_NAMES = {"docx": "Word", "pptx": "PowerPoint", "pdf": "PDF", "xlsx": "Excel"}
AUDIENCES = {
    "trust": "Inside the trust: small numbers are shown",
    "outside": "Outside too: numbers of fewer than 5 are withheld",
}


def list_packs(request: HttpRequest) -> HttpResponse:
    """The versions that the reader may open, the newest first, with the form that makes one."""
    opened = desk()
    makers = _may_make(request, opened)
    chosen = request.GET.get("trust", "") or (makers[0][0] if makers else "")
    found = _versions(request, opened)
    return page(
        request,
        "pages/packs.jinja",
        title="Which packs have gone out?",
        crumbs=crumbs_to(),
        makers=makers,
        chosen=chosen,
        months=_months(opened),
        chosen_month=request.GET.get("month", ""),
        divisions=_divisions(request, opened),
        families=[(name, family_title(name)) for name in families()],
        formats=FORMAT_NAMES,
        audiences=AUDIENCES,
        division=request.GET.get("division", ""),
        may_show_small=any(request.scope.is_own(code) for code, _ in makers),
        making=[(one, pack_jobs.progress(opened.home, one.key)) for one in pack_jobs.jobs(opened.home) if _is_mine(request, one)][
            :5
        ],
        versions=[(one, sorted(frozen_packs.formats(opened.home, one))) for one in found[:VERSIONS_SHOWN]],
    )


@require_POST
def add_pack(request: HttpRequest) -> HttpResponse:
    """Begin to make a pack, and show how far it is."""
    opened = desk()
    job = _job(request)
    require_may_make(request.user, request.scope, opened, job.org)
    if job.audience == "trust":
        request.scope.require_own(job.org)
    try:
        month_of(job.month)
        require_formats(job.formats)
        begun = pack_jobs.start(opened.home, job)
    except UserError as error:
        messages.error(request, " ".join(part for part in (error.what, error.do) if part))
        return HttpResponseRedirect(url("list_packs"))
    return HttpResponseRedirect(url("show_pack_making", begun.key))


def show_pack_making(request: HttpRequest, key: str) -> HttpResponse:
    """How far a pack is; the page asks again every two seconds until it is made."""
    opened = desk()
    job = _own_job(request, opened, key)
    progress = pack_jobs.progress(opened.home, key)
    kept_href = url("show_pack", job.org, job.month, progress.number) if progress.number else ""
    return page(
        request,
        "pages/pack_making.jinja",
        title="Is the pack made?",
        crumbs=crumbs_to(("Packs", url("list_packs"))),
        job=job,
        progress=progress,
        percent=round(progress.share * 100),
        month=month_said(month_of(job.month)),
        kept_href=kept_href,
        formats=", ".join(FORMAT_NAMES[one] for one in job.formats),
    )


@require_POST
def stop_pack_making(request: HttpRequest, key: str) -> HttpResponse:
    """Stop a pack that is being made; what was kept before stands."""
    opened = desk()
    _own_job(request, opened, key)
    pack_jobs.stop(opened.home, key)
    return HttpResponseRedirect(url("show_pack_making", key))


def show_pack(request: HttpRequest, org: str, month: str, number: int) -> HttpResponse:
    """A version: its files, how it was made, and what it says otherwise than another one."""
    opened = desk()
    kept = _kept(request, opened, org, month, number)
    others = [one for one in frozen_packs.versions(opened.home, org, month) if one != kept and may_see(request.scope, opened, one)]
    against = whole_number(request.GET.get("against", ""), kept.follows or 0)
    other = next((one for one in others if one.number == against), None)
    pack = pack_of(opened.home, kept)
    changed = pack_changes.changes(pack_of(opened.home, other), pack) if other else ()
    files = frozen_packs.formats(opened.home, kept)
    return page(
        request,
        "pages/pack.jinja",
        title=f"{pack.place}, {pack.month_said}: version {kept.number}",
        crumbs=crumbs_to(("Packs", url("list_packs"))),
        kept=kept,
        pack=pack.linked(),
        files=[(one, FORMAT_NAMES[one], files.get(one)) for one in FORMATS],
        others=others,
        other=other,
        changed=changed,
        path=url("show_pack", org, month, number),
        may_make=_may_make_of(request, opened, org),
        audience=AUDIENCES[kept.audience],
    )


@require_POST
def add_pack_format(request: HttpRequest, org: str, month: str, number: int) -> HttpResponse:
    """Lay a version out in a further format, from what was frozen."""
    opened = desk()
    kept = _kept(request, opened, org, month, number)
    require_may_make(request.user, request.scope, opened, org)
    format_ = request.POST.get("format", "")
    try:
        require_formats([format_])
        job = PackJob(
            org=org, month=month, audience=kept.audience, division=kept.division, measures=(), formats=(format_,),
            username=request.user.get_username(), site=request.build_absolute_uri("/"), number=number,
        )  # fmt: skip
        begun = pack_jobs.start(opened.home, job)
    except UserError as error:
        messages.error(request, " ".join(part for part in (error.what, error.do) if part))
        return HttpResponseRedirect(url("show_pack", org, month, number))
    return HttpResponseRedirect(url("show_pack_making", begun.key))


def show_pack_file(request: HttpRequest, org: str, month: str, number: int, form: str) -> HttpResponse:
    """A version's file, taken away; recorded."""
    opened = desk()
    kept = _kept(request, opened, org, month, number)
    file = frozen_packs.file_of(opened.home, kept, form) if form in FORMATS else None
    if file is None:
        raise UnknownName(f"{kept.name} was not laid out as {form}.", do="Choose one of its files, or make that one.")
    audit.record(
        request, action=audit.EXPORTED, what="show_pack_file", trust="" if org == GROUP else org, detail=f"{kept.name} {form}"
    )
    return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


def _kept(request: HttpRequest, opened: Desk, org: str, month: str, number: int) -> FrozenPack:
    """The version, if the reader may open it."""
    known = {*opened.manifest.trusts, GROUP}
    if org not in known or not _is_month(month):
        raise UnknownName("There is no such pack.", do="Choose one from the list of packs.")
    if org != GROUP:
        request.scope.require_trust(org)
    kept = frozen_packs.version(opened.home, org, month, number)
    if not may_see(request.scope, opened, kept):
        raise NotAllowed(
            "You may not open this pack.",
            where="It shows small numbers, or more trusts than your account reaches.",
            do="Ask for a version for outside use.",
        )
    return kept


def _is_month(text: str) -> bool:
    try:
        return f"{date.fromisoformat(f'{text}-01'):%Y-%m}" == text
    except ValueError:
        return False


def _versions(request: HttpRequest, opened: Desk) -> list[FrozenPack]:
    """Every version that the reader may open, the newest made first."""
    codes = [*sorted(request.scope.trusts & opened.manifest.trusts.keys()), GROUP]
    found = [one for code in codes for one in frozen_packs.versions(opened.home, code) if may_see(request.scope, opened, one)]
    return sorted(found, key=lambda one: (one.made_at, one.number), reverse=True)


def _may_make(request: HttpRequest, opened: Desk) -> list[tuple[str, str]]:
    """Of whom the reader may make packs: code and name."""
    trusts = [(one.code, one.name) for one in organisation.tree(request.scope, opened) if may(request.user, MAKE_PACKS, one.code)]
    if may(request.user, MAKE_PACKS) and may_see_group(request.scope, opened) and len(trusts) > 1:
        return [*trusts, (GROUP, organisation.group_name(request.scope, opened) or "All trusts together")]
    return trusts


def _may_make_of(request: HttpRequest, opened: Desk, org: str) -> bool:
    return org in {code for code, _ in _may_make(request, opened)}


def _months(opened: Desk) -> list[tuple[str, str]]:
    """The months that may be asked for, the newest that is over first."""
    newest = month_start(opened.as_of)
    found = [add_months(newest, -back) for back in range(1, MONTHS_OFFERED)]
    return [(f"{one:%Y-%m}", month_said(one)) for one in found]


def _divisions(request: HttpRequest, opened: Desk) -> list[str]:
    """The divisions of the reader's trusts."""
    return sorted({one.name for trust in organisation.tree(request.scope, opened) for one in trust.divisions})


def _job(request: HttpRequest) -> PackJob:
    """What the form asks for. Of the group, and of a trust that is not one's own, there are packs for outside only."""
    org = request.POST.get("trust", "")
    audience = request.POST.get("audience", "outside")
    is_inside = audience == "trust" and request.scope.is_own(org)
    family = request.POST.get("family", "")
    formats = tuple(one for one in FORMATS if one in request.POST.getlist("format"))
    return PackJob(
        org=org, month=request.POST.get("month", ""), audience="trust" if is_inside else "outside",
        division=request.POST.get("division", "").strip() if org != GROUP else "",
        measures=(family,) if family in families() else (), formats=formats,
        username=request.user.get_username(), site=request.build_absolute_uri("/"),
    )  # fmt: skip


def _is_mine(request: HttpRequest, job: PackJob) -> bool:
    return job.username == request.user.get_username()


def _own_job(request: HttpRequest, opened: Desk, key: str) -> PackJob:
    """A making that this person began."""
    job = pack_jobs.job(opened.home, key)
    if not _is_mine(request, job):
        raise NotAllowed("Somebody else makes this pack.", do="Ask them, or make your own.")
    return job
