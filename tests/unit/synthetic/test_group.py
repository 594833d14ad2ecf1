"""The group as a folder: labelled, repeatable, and readable by its own mappings."""

import hashlib
import json
from datetime import date

import pyarrow.parquet as pq
import pytest

from clockstop.contracts import contracts
from clockstop.intake.map import match, read_mapping
from clockstop.intake.organisation import read_organisation
from clockstop.synthetic.group import Wanted, synthesise
from clockstop.synthetic.organisations import TRUSTS

pytestmark = pytest.mark.slow
TINY = Wanted(scale=0.002, weeks=40, seed=7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny group."""
    out = tmp_path_factory.mktemp("group")
    synthesise(out, TINY)
    return out


@pytest.fixture(scope="module")
def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def hashes(folder):
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    synthesise(tmp_path, TINY)
    assert hashes(tmp_path) == hashes(folder)


def test_another_seed_gives_others(folder, tmp_path):
    synthesise(tmp_path, Wanted(scale=0.002, weeks=40, seed=8))
    name = "ZZA/deliveries/2026-11-01_full/referrals.csv"
    assert hashes(tmp_path)[name] != hashes(folder)[name]


def test_everything_is_labelled_synthetic(folder, manifest):
    assert manifest["is_synthetic"] is True
    for code, trust in manifest["trusts"].items():
        organisation = read_organisation(folder / trust["organisation"])
        assert (organisation.code, organisation.is_synthetic) == (code, True)


def test_a_whole_delivery_and_three_of_changes(manifest):
    days = {code: [] for code in manifest["trusts"]}
    for one in manifest["deliveries"]:
        if one["dataset"] == "referrals":
            days[one["trust"]].append((one["as_of"], one["delivery"]))
    expected = [("2026-11-01", "full"), ("2026-11-08", "changes"), ("2026-11-12", "changes"), ("2026-11-15", "changes")]
    assert all(found == expected for found in days.values())


def test_each_trust_sends_its_own_form(folder, manifest):
    """CSV, cp1252 with semicolons and British dates, XLSX at the smallest alone, Parquet."""
    suffixes = {
        code: {one["file"].rsplit(".")[-1] for one in manifest["deliveries"] if one["trust"] == code} for code in manifest["trusts"]
    }
    assert suffixes == {"ZZA": {"csv"}, "ZZB": {"csv"}, "ZZC": {"xlsx"}, "ZZD": {"parquet"}}
    text = (folder / "ZZB/deliveries/2026-11-01_full/referrals.csv").read_bytes()
    assert b"\x92" in text
    assert b";" in text
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")


def test_the_mappings_fit_the_files(folder, manifest):
    """Every column of every delimited file is claimed by its mapping; none is dropped."""
    for one in manifest["deliveries"]:
        if not one["file"].endswith(".csv"):
            continue
        contract = contracts()[one["dataset"]]
        declared = (folder / one["trust"] / "mappings" / f"{one['dataset']}.toml").read_bytes()
        mapping = read_mapping(declared, contract, where="the test")
        first_line = (folder / one["file"]).read_text(encoding=mapping.encoding or "utf-8").split("\n", 1)[0]
        matched = match(first_line.split(mapping.delimiter or ","), contract, mapping, file_name=one["file"])
        assert matched.dropped == (), one["file"]


def test_the_truth_stands_beside(folder):
    for trust in TRUSTS:
        periods = pq.read_table(folder / "truth" / trust.code / "periods.parquet")
        faults = pq.read_table(folder / "truth" / trust.code / "faults.parquet")
        assert periods.num_rows > 100
        assert {"fault", "record_identifier", "is_set_aside", "reason"} <= set(faults.column_names)


def test_each_trust_has_its_own_returns(folder):
    """Six months in the layout of the published full extract, September's the latest on 15 November."""
    for trust in TRUSTS:
        files = sorted((folder / trust.code / "published").iterdir())
        assert [file.name[:8] for file in files] == ["20260430", "20260531", "20260630", "20260731", "20260831", "20260930"]
        lines = files[-1].read_text(encoding="utf-8").splitlines()
        assert {line.count(",") for line in lines} == {120}


def test_the_group_has_publications_of_its_own(folder):
    """Three months each of A&E and of cancer, each with every trust, labelled as made up; what was planted is told."""
    files = {file.name: file.read_text(encoding="utf-8").splitlines() for file in sorted((folder / "published").iterdir())}
    assert [name for name in files if name.startswith("MSitAE")] == [
        "MSitAE-August-2026-made-up.csv", "MSitAE-October-2026-made-up.csv", "MSitAE-September-2026-made-up.csv"
    ]  # fmt: skip
    assert "CWT-CRS-Sep-2026-Data-Extract-Provider-provisional-made-up.csv" in files
    october = files["MSitAE-October-2026-made-up.csv"]
    assert [line.split(",")[1] for line in october[1:]] == [trust.code for trust in TRUSTS]
    assert {len(line.split(",")) for line in october} == {22}
    differences = (folder / "truth" / "national_differences.csv").read_text(encoding="utf-8")
    assert "ZZB,ae,2026-10,A&E attendances Type 1" in differences


def test_the_window(folder):
    """130 weeks to Sunday 15 November 2026 begin on a Monday."""
    assert Wanted().first == date(2024, 5, 20)
    assert Wanted().first.weekday() == 0
