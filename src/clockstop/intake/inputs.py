"""What a refresh is built from: each trust's loads that stand, and a signature for each bucket of its rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from clockstop.contracts import contracts
from clockstop.errors import UnknownName
from clockstop.intake import ledger, signatures
from clockstop.intake.bucket_files import path_of
from clockstop.intake.ledger import Receipt
from clockstop.intake.organisation import Organisation, organisation
from clockstop.store.buckets import BUCKETS
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest, SnapshotLoad

# What RTT is made of; what else is loaded makes the declared facts (intake/fact_build.py).
EXTRACTS = ("referrals", "appointments", "waiting_list_entries", "spells")
DATASETS = (*EXTRACTS, "rtt_events")
# Datasets whose window date lies in the past when it is sent, beside those whose contract forbids a future one. Bookings lie
# ahead too and say nothing of the day. An attendance dated ahead by mistake is kept and marked, not set aside.
DATED_BY = ("waiting_list_entries", "ed_attendances")


@dataclass(frozen=True, kw_only=True)
class TrustInputs:
    """A trust's standing loads and the signature of each bucket. `is_kept`: its rows stay as the snapshot before has them."""

    organisation: Organisation
    receipts: tuple[Receipt, ...]
    signatures: tuple[str, ...]
    is_kept: bool = False

    @property
    def trust(self) -> str:
        return self.organisation.code

    def receipts_of(self, dataset: str) -> list[Receipt]:
        """The loads of one dataset in the order of their ids, in which the later wins."""
        return sorted((one for one in self.receipts if one.dataset == dataset), key=lambda one: one.load_id)

    @property
    def rows(self) -> int:
        """How many rows its loads kept: a bound on what building it must hold."""
        return sum(receipt.rows_kept for receipt in self.receipts)

    @property
    def loads(self) -> tuple[SnapshotLoad, ...]:
        """Its loads as the manifest names them."""
        return tuple(
            SnapshotLoad(
                dataset=receipt.dataset, load_id=receipt.load_id, file_name=receipt.file_name, file_sha256=receipt.file_sha256,
                rows_kept=receipt.rows_kept, rows_set_aside=receipt.rows_set_aside,
                as_at=receipt.as_at, dates_first=receipt.dates_first, dates_last=receipt.dates_last,
            )
            for receipt in self.receipts
        )  # fmt: skip


def trusts_loaded(home: Home, *, before: Manifest | None, only: Collection[str] | None) -> list[TrustInputs]:
    """Every trust that has rows, by code. Trusts outside `only` stay as they were, and those that never were stay out."""
    standing: dict[str, list[Receipt]] = {}
    known, loaded = contracts(), ledger.loads(home)
    for receipt in loaded:
        if receipt.dataset in known and not receipt.is_withdrawn:
            standing.setdefault(receipt.trust, []).append(receipt)
    unknown = sorted(set(only or ()) - set(standing))
    if unknown:
        raise UnknownName(
            f"Nothing is loaded for {unknown[0]}.",
            where=f"Loaded: {', '.join(sorted(standing)) or 'none'}.",
            do="Name one of these.",
        )
    read_anew = {trust for trust in standing if only is None or trust in only}
    found = [_inputs(home, trust, standing[trust]) for trust in sorted(read_anew)]
    kept = (_kept(home, trust, before, loaded) for trust in sorted(set(standing) - read_anew))
    return sorted([*found, *(inputs for inputs in kept if inputs is not None)], key=lambda inputs: inputs.trust)


def as_of_day(inputs: Sequence[TrustInputs], *, today: date) -> date:
    """The latest day of which the loads tell, never a day to come: of datasets that hold the past alone, else of any."""
    windows = [(receipt.dataset, receipt.window[1]) for each in inputs for receipt in each.receipts if receipt.window]
    dated = [last for dataset, last in windows if last <= today and _is_of_the_past(dataset)]
    return max(dated or [last for _, last in windows if last <= today], default=today)


def _is_of_the_past(dataset: str) -> bool:
    contract = contracts()[dataset]
    return dataset in DATED_BY or not contract.column(contract.window).may_be_in_future


def _inputs(home: Home, trust: str, receipts: list[Receipt]) -> TrustInputs:
    named = tuple(signatures.of_rows(home, trust, bucket, DATASETS) for bucket in range(BUCKETS))
    return TrustInputs(organisation=organisation(home, trust), receipts=tuple(receipts), signatures=named)


def _kept(home: Home, trust: str, before: Manifest | None, loaded: Sequence[Receipt]) -> TrustInputs | None:
    """The trust as the snapshot before has it, with the loads that it was built from; None where it was not in it."""
    files = [before.file(path_of("rtt_events", trust, bucket)) for bucket in range(BUCKETS)] if before else [None]
    if None in files:
        return None
    named = {(load.dataset, load.load_id) for load in before.trusts[trust].loads}
    return TrustInputs(
        organisation=organisation(home, trust),
        receipts=tuple(one for one in loaded if one.trust == trust and (one.dataset, one.load_id) in named),
        signatures=tuple(file.signature for file in files),
        is_kept=True,
    )
