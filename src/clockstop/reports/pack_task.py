"""A pack as a long job: the making itself is reports/pack_process.py, its folder says how far it is (reports/pack_jobs.py)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clockstop.errors import UserError
from clockstop.reports import pack_jobs, pack_process
from clockstop.store.home import home_from_environment


def work(asked: Mapping[str, Any], _tell: object) -> tuple[str, dict[str, Any]]:
    """Make the pack that the folder asks for, and give what came of it in words and the version's number."""
    folder = home_from_environment().packs / ".making" / Path(asked["making"]).name
    if not folder.is_dir():
        raise UserError("What was to be made is gone.", do="Ask for the pack again.")
    pack_process.main(folder)
    made = pack_jobs.progress(home_from_environment(), folder.name)
    if made.state == pack_jobs.FAILED:
        raise UserError(made.what, do="Ask for the pack again once that is put right.")
    return made.what, {"number": made.number, "state": made.state}
