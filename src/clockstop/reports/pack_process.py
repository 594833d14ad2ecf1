"""The making of one pack for the site, in its folder (reports/pack_jobs.py), by whichever worker has the job (pack_task.py)."""

import errno
from pathlib import Path

from clockstop.errors import UserError
from clockstop.reports import pack_jobs
from clockstop.reports.pack_jobs import ALIVE_FILE, FAILED, MADE, STOPPED, PackJob, Progress, Stopped
from clockstop.store import lock
from clockstop.store.home import Home, home_from_environment

_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def main(folder: Path) -> None:
    """Make what the folder asks for, and say in it what came of it."""
    with lock.held(folder / ALIVE_FILE, wait_seconds=0, busy="It is being made already."):
        try:
            pack_jobs.tell(folder, run(home_from_environment(), folder, pack_jobs.read_job(folder)))
        except Stopped:
            pack_jobs.tell(folder, Progress(state=STOPPED, share=0.0, what="It was stopped. Nothing of it is kept."))
        except UserError as error:
            pack_jobs.tell(folder, Progress(state=FAILED, share=0.0, what=" ".join((error.what, error.where, error.do)).strip()))
        except OSError as error:
            pack_jobs.tell(folder, Progress(state=FAILED, share=0.0, what=refused(error)))
            raise
        except Exception:
            pack_jobs.tell(
                folder, Progress(state=FAILED, share=0.0, what="It could not be made: the error is in the log of this making.")
            )
            raise


def refused(error: OSError) -> str:
    """What the operating system would not do: a full disk, a folder that may not be written."""
    do = "Make room on that disk" if error.errno in _NO_ROOM else "Let the site's account write there"
    return (
        f"The operating system refused: {error.strerror or error}. {do}, and ask for the pack again. What was kept before stands."
    )


def run(home: Home, folder: Path, job: PackJob) -> Progress:
    """The making itself, with the rights of the person who asked for it, as they are now."""
    from clockstop.accounts.scopes import scope_of
    from clockstop.answers.desk import Desk
    from clockstop.reports.pack_gather import PackAsked, month_of
    from clockstop.reports.pack_keeping import make_as, user_named
    from clockstop.reports.pack_template import template_of, with_site
    from clockstop.reports.packing import laid_out
    from clockstop.store import frozen_packs

    user, told = user_named(job.username), pack_jobs.teller(folder)
    template = with_site(template_of(home, job.org), job.site)
    if job.number:
        kept = frozen_packs.version(home, job.org, job.month, job.number)
        laid_out(home, kept, job.formats, template, by=job.username, progress=told)
        return Progress(state=MADE, share=1.0, what="It is made.", number=job.number, is_new=False)
    asked = PackAsked(
        org=job.org, month=month_of(job.month), audience=job.audience, division=job.division, measures=job.measures,
    )  # fmt: skip
    made = make_as(user, scope_of(user, home), Desk(home).refreshed(), asked, template, formats=job.formats, progress=told)
    return Progress(state=MADE, share=1.0, what="It is made.", number=made.kept.number, is_new=made.is_new)
