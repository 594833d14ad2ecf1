"""A refresh as a job: waits for its turn at the store, and says how far it is."""

import time
from collections.abc import Mapping
from typing import Any

from clockstop.errors import Busy
from clockstop.registers.jobs.process import Tell

# A load of a large file may hold the store for long; a refresh that waits longer than this says so and ends.
WAIT_SECONDS = 3600
LOOK_SECONDS = 2.0


def work(asked: Mapping[str, Any], tell: Tell) -> tuple[str, dict[str, Any]]:
    """Refresh, and give what came of it in words and the snapshot's id."""
    from clockstop.intake.build import refresh
    from clockstop.store import snapshots
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    before, until = snapshots.current(home), time.monotonic() + WAIT_SECONDS
    while True:
        try:
            account = refresh(home, progress=lambda step: tell(step.doing, step.done / step.of if step.of else 0.0))
            break
        except Busy:
            if time.monotonic() > until:
                raise
            tell("Waiting: another load or refresh is running", 0.0)
            time.sleep(LOOK_SECONDS)
    if account.id == before:
        return f"Nothing has changed since snapshot {account.id}.", {"snapshot": account.id}
    says = f"Published snapshot {account.id}, as of {account.as_of.isoformat()}, in {account.duration_seconds:.0f} s."
    return says, {"snapshot": account.id}
