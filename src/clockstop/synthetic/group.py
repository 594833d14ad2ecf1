"""The made-up group as a folder: each trust's deliveries, mappings and organisation, and the truth beside them."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from clockstop.synthetic.care import families
from clockstop.synthetic.deliveries import DATASETS, SENT_EVENTS, Delivery, TrustFolder
from clockstop.synthetic.faults import marks
from clockstop.synthetic.histories import Truth, history
from clockstop.synthetic.lists import ListDifference, write_list_differences, write_lists
from clockstop.synthetic.national_files import write_national, write_national_differences
from clockstop.synthetic.organisations import GROUP_NAME, TRUSTS
from clockstop.synthetic.population import Drawn, Wanted, drawn, generator, received
from clockstop.synthetic.records import History
from clockstop.synthetic.returns import Difference, write_differences
from clockstop.synthetic.working_calendar import Calendar

__all__ = ["Made", "Wanted", "history_of", "synthesise"]
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was made, for the manifest and the person who asked."""

    deliveries: tuple[Delivery, ...]
    messages: tuple[str, ...] = ()


def synthesise(out: Path, wanted: Wanted, progress: Progress = lambda message: None) -> Made:
    """Write the group under `out`. The same wish gives the same bytes."""
    days = wanted.days
    progress("People and referrals")
    everything = drawn(wanted, days)
    deliveries: list[Delivery] = []
    messages: list[str] = []
    differences: list[Difference] = []
    on_lists: list[ListDifference] = []
    for place, trust in enumerate(TRUSTS):
        progress(trust.name)
        found, truth = history_of(place, wanted, everything, days)
        marked = marks(found, days, generator(wanted, place, 5))
        folder = TrustFolder(out=out, place=place, wanted=wanted, found=found, truth=truth, marked=marked)
        folder.write()
        deliveries += folder.deliveries
        messages += folder.messages
        differences += folder.differences
        on_lists += write_lists(out, wanted, place, found=found, truth=truth, marked=marked)
    write_differences(out / "truth" / "return_differences.csv", differences)
    write_list_differences(out / "truth" / "list_differences.csv", on_lists)
    write_national_differences(out / "truth" / "national_differences.csv", write_national(out, wanted.until))
    made = Made(deliveries=_in_load_order(deliveries), messages=tuple(messages))
    _write_manifest(out, wanted, made)
    return made


def history_of(place: int, wanted: Wanted, everything: Drawn, days: Calendar) -> tuple[History, Truth]:
    """The records and the truth of the trust at that place in `TRUSTS`."""
    own, known = received(place, everything, days=days, rng=generator(wanted, place, 3))
    return history(TRUSTS[place], own, known, days=days, rng=generator(wanted, place, 4))


def _in_load_order(deliveries: list[Delivery]) -> tuple[Delivery, ...]:
    datasets = (*DATASETS, SENT_EVENTS, *(name for family in families().values() for name in family.DATASETS))
    return tuple(sorted(deliveries, key=lambda one: (one.as_of, one.trust, datasets.index(one.dataset))))


def _write_manifest(out: Path, wanted: Wanted, made: Made) -> None:
    manifest = {
        "is_synthetic": True,
        "note": "Every trust, patient and figure here is made up.",
        "group": GROUP_NAME,
        **{name: getattr(wanted, name) for name in ("scale", "weeks", "seed")},
        "until": wanted.until.isoformat(),
        "trusts": {
            trust.code: {
                "name": trust.name,
                "is_synthetic": True,
                "organisation": f"{trust.code}/organisation.toml",
                "mappings": f"{trust.code}/mappings",
                "published": f"{trust.code}/published",
            }
            for trust in TRUSTS
        },
        "deliveries": [asdict(one) for one in made.deliveries],
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
