"""Loads and refreshes that die at a chosen step: forked from one process that has imported everything, so a death costs no start.

    with Workshop(home) as workshop:
        steps = workshop.finish("load", file=file)           # what it did, step by step: progress, renames, chmods, ...
        workshop.kill("load", Kill("os.rename", 2), file=file)   # again, and SIGKILL just before its second rename
        workshop.finish("refresh", copies=folder, day=day)   # and at its steps the home as a death there would leave it

A step is a call of the work's own `progress`, or a change of the file system as Python's audit events tell it, or the end.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

CHANGES = ("os.rename", "os.chmod", "os.mkdir", "os.link", "os.remove")
PROGRESS, END = "progress", "end"
# Copies are made before each of these steps; of the others, which are many and alike, before the first and each twentieth.
COPIED, COPIED_ONE_IN = (PROGRESS, "os.rename", END), 20


@dataclass(frozen=True)
class Kill:
    """The instant just before the `number`-th step of that kind, counted from 1."""

    step: str
    number: int = 1


class Workshop:
    """One process that forks a child a job; the jobs are the functions of `JOBS`."""

    def __init__(self, home):
        self.home = home

    def __enter__(self):
        command = [sys.executable, __file__, str(self.home.root)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_error):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()

    def finish(self, job, *, copies=None, **arguments):
        """Do the job to its end, and give its steps in order; `copies` is the folder for the home as it was before its steps."""
        said = self._ask(job, None, copies, arguments)
        assert said["status"] == 0, f"the {job} failed: {said}"
        return said["steps"]

    def kill(self, job, kill, **arguments):
        """Do the job until the instant; it must have been reached."""
        said = self._ask(job, astuple(kill), None, arguments)
        assert said["status"] == -signal.SIGKILL, f"the {job} was not at {kill}: {said}"

    def _ask(self, *asked):
        self.process.stdin.write(json.dumps(asked, default=str) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Steps(list):
    """The steps so far; the process dies instead of taking the one that `kill` names."""

    def __init__(self, home, kill, copies):
        super().__init__()
        self.home, self.kill, self.copies, self.is_copying = home, tuple(kill or ()), copies, False

    def take(self, step):
        """Note a step that is about to be taken."""
        if self.is_copying:
            return
        self.append(step)
        if self.kill == (step, self.count(step)):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.copies and (step in COPIED or self.count(step) % COPIED_ONE_IN == 1):
            self.is_copying = True
            shutil.copytree(self.home.root, Path(self.copies) / f"{len(self):04} before {step} {self.count(step)}")
            self.is_copying = False


def load(home, progress, *, file):
    """Load a file of RTT events of RXX, all of them anew."""
    from clockstop.intake.load import load_file

    load_file(home, file=Path(file), trust="RXX", dataset="rtt_events", delivery="full", progress=progress)


def refresh(home, progress, *, day, rows_at_once):
    """Refresh, so many rows at once: few, so that there are instants between the buckets."""
    from clockstop.intake import build

    build.ROWS_AT_ONCE = rows_at_once
    build.refresh(home, as_of=date.fromisoformat(day), progress=progress)


def state(home, progress, *, rows, built_at):
    """Publish a state of now of RXX with so many rows, as the quick build does, and let go of those of before."""
    from datetime import datetime

    from clockstop.store import states

    built = datetime.fromisoformat(built_at)
    state_id = states.next_id(home, "RXX", built)
    folder = states.begin(home, "RXX", state_id)
    progress()
    (folder / "here_now.parquet").write_text("row\n" * rows)
    tables = {"here_now": states.LiveTable(rows=rows, at=built.replace(tzinfo=None), signature="")}
    account = states.State(trust="RXX", id=state_id, built_at=built, snapshot_id="", clockstop_version="", seconds=0, tables=tables)
    states.publish(home, folder, account)
    progress()
    states.prune(home, "RXX", now=built)


JOBS = {"load": load, "refresh": refresh, "state": state}


def _child(home, asked, answer):
    """Do one job and never come back; its steps go to `answer` where it lives."""
    job, kill, copies, arguments = asked
    steps, status = Steps(home, kill, copies), 1
    sys.addaudithook(lambda event, _: event in CHANGES and steps.take(event))
    try:
        JOBS[job](home, lambda *_said: steps.take(PROGRESS), **arguments)
        steps.take(END)
        os.write(answer, json.dumps(steps).encode())
        status = 0
    except BaseException:  # the child of a fork must not run on into its parent's loop
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _done(home, asked):
    ours, answer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _child(home, asked, answer)
    os.close(answer)
    with os.fdopen(ours) as said:
        steps = said.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"status": status, "steps": json.loads(steps) if status == 0 else []}


def _serve(root):
    """Answer jobs, one a line. Nothing has opened an engine here: a fork of live threads would be no honest child."""
    import ibis.backends.duckdb  # noqa: F401  imported once for every child
    import pandas  # noqa: F401  imported once for every child

    import clockstop.intake.build
    import clockstop.intake.load  # noqa: F401  imported once for every child
    from clockstop.store.home import Home

    home = Home(Path(root))
    for line in sys.stdin:
        print(json.dumps(_done(home, json.loads(line))), flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1])
