"""Where everything lies: the one file that reads CLOCKSTOP_HOME, CLOCKSTOP_SHARED, CLOCKSTOP_ENGINE and CLOCKSTOP_QUERIES.

It names every path.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The folder under which all state lies. Nothing is written elsewhere."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / "settings.toml"

    @property
    def database_file(self) -> Path:
        return self.root / "database" / "clockstop.sqlite3"

    @property
    def pseudonym_key_file(self) -> Path:
        return self.root / "keys" / "pseudonym.key"

    @property
    def expected_key_file(self) -> Path:
        """Which pseudonym key the data of a restored home need: its fingerprint."""
        return self.root / "keys" / "expected.json"

    @property
    def secret_key_file(self) -> Path:
        return self.root / "keys" / "django.key"

    @property
    def audit_heads_file(self) -> Path:
        """Where the chains of records ended, hour by hour (accounts/heads.py): copied elsewhere it shows a tail cut off."""
        return self.root / "audit" / "heads.txt"

    @property
    def lock_file(self) -> Path:
        return self.root / "writer.lock"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def static_files(self) -> Path:
        """The built files of the site, each under the hash of what it holds; collected by `clockstop serve --production`."""
        return self.cache / "static"

    @property
    def metrics(self) -> Path:
        """What the workers of a site that runs have measured: a folder for each port."""
        return self.cache / "metrics"

    @property
    def queries(self) -> Path:
        """Where written queries are kept: of this home, or of all that `CLOCKSTOP_QUERIES` lets share them (they hold no data)."""
        return Path(os.environ.get("CLOCKSTOP_QUERIES") or self.cache / "queries")

    @property
    def trusts(self) -> Path:
        return self.root / "trusts"

    def organisation_file(self, trust: str) -> Path:
        return self.trusts / trust / "organisation.toml"

    def mapping_file(self, trust: str, dataset: str) -> Path:
        return self.trusts / trust / "mappings" / f"{dataset}.toml"

    def loads(self, trust: str, dataset: str) -> Path:
        return self.root / "loads" / trust / dataset

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    def snapshot(self, snapshot_id: str) -> Path:
        return self.snapshots / snapshot_id

    @property
    def snapshot_pointer(self) -> Path:
        return self.snapshots / "current"

    @property
    def states(self) -> Path:
        """The states of now between two snapshots, each trust's in its folder."""
        return self.root / "now"

    @property
    def play_clock_file(self) -> Path:
        """What time it is in a play of made-up days; there only where one was begun."""
        return self.states / "clock.json"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def returns(self) -> Path:
        """The monthly returns as they were sent: TRUST/MONTH/rev-N, each with its list of pathways."""
        return self.root / "returns"

    @property
    def packs(self) -> Path:
        """The performance packs as they went out: ORG/MONTH/rev-N; `.making` holds those that are being made."""
        return self.root / "packs"

    @property
    def jobs(self) -> Path:
        """The locks of long jobs that are being done, and of the workers that do them; the jobs themselves are in the database."""
        return self.root / "jobs"

    @property
    def samples(self) -> Path:
        """The drawn samples of validation: TRUST/NAME, each with its frame and what was drawn. Patient-level."""
        return self.root / "samples"

    @property
    def comparisons(self) -> Path:
        """Lists compared on the pages, each for the session of the person who compared it."""
        return self.root / "comparisons"

    @property
    def demo(self) -> Path:
        """The extracts of the demonstration's made-up group, and the mark that it is built."""
        return self.root / "demo"


def home_from_environment() -> Home:
    """The home that `CLOCKSTOP_HOME` names, `~/.clockstop` where it names none. The folder is made if it is not there."""
    root = Path(os.environ.get("CLOCKSTOP_HOME") or Path.home() / ".clockstop").expanduser().resolve()
    root.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("NUMBA_CACHE_DIR", str(root / "cache" / "numba"))
    return Home(root)


def environment_for(home: Home) -> dict[str, str]:
    """The environment of a process that is started to work on this home."""
    return {**os.environ, "CLOCKSTOP_HOME": str(home.root)}


def shared_folder() -> Path:
    """The folder of shared reference files, `CLOCKSTOP_SHARED` or `../shared`; it need not exist."""
    return Path(os.environ.get("CLOCKSTOP_SHARED") or "../shared").resolve()


def chosen_engine() -> str:
    """The engine that `CLOCKSTOP_ENGINE` names for `clockstop rtt clocks`; empty, for the embedded one, where it names none."""
    return os.environ.get("CLOCKSTOP_ENGINE", "").strip().lower()
