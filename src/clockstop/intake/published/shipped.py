"""The table that ships with Clockstop: England's and providers' totals, and in which region an ICB or a provider lies."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from clockstop.errors import UnreadableFile
from clockstop.intake.published.publication import ATTRIBUTION

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent / "shipped"
TOTALS_FILE = "rtt_totals.csv"
ORGANISATIONS_FILE = "organisations.csv"
REGIONS = {
    "Y56": "London",
    "Y58": "South West",
    "Y59": "South East",
    "Y60": "Midlands",
    "Y61": "East of England",
    "Y62": "North West",
    "Y63": "North East and Yorkshire",
}
_ORGANISATION = ("code", "kind", "name", "icb_code", "icb_name", "region_code")


@cache
def organisations() -> dict[str, dict[str, str]]:
    """Each shipped organisation by its code: kind (trust, provider or icb), name, ICB and region."""
    path = FOLDER / ORGANISATIONS_FILE
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(line for line in lines if not line.startswith("#"))}


def with_region(cells: "pd.DataFrame", known: dict[str, dict[str, str]]) -> "pd.DataFrame":
    """The rows with region, by the provider's ICB, or by the provider where older files name another parent."""
    icb = cells["icb"].map(lambda code: known.get(code, {}).get("region_code"), na_action="ignore")
    own = cells["provider"].map(lambda code: known.get(code, {}).get("region_code"))
    region = icb.where(icb.notna(), own).replace("", None)
    return cells.assign(region_code=region, region_name=region.map(REGIONS, na_action="ignore"))


@cache
def totals() -> pa.Table:
    """The shipped figures, with the same columns as a loaded month's."""
    from clockstop.intake.published.rtt_figures import SCHEMA

    path = FOLDER / TOTALS_FILE
    if not path.exists():
        return SCHEMA.empty_table()
    found = _read(path, SCHEMA)
    areas = [_area(code) for code in found["area_code"].to_pylist()]
    columns = {name: found[name] if name in found.column_names else _missing(name, areas, found) for name in SCHEMA.names}
    return pa.table(columns, schema=SCHEMA)


def _area(code: str) -> dict[str, Any]:
    """Name and place of an area, by the shipped organisations."""
    if code in REGIONS:
        return {"area_name": REGIONS[code], "region_code": code, "region_name": REGIONS[code]}
    known = organisations().get(code)
    if known is None:
        return {"area_name": "England"}
    places = {name: known.get(name) or None for name in ("icb_code", "icb_name", "region_code")}
    return {"area_name": known["name"], **places, "region_name": REGIONS.get(known["region_code"])}


def _missing(name: str, areas: list[dict[str, Any]], found: pa.Table) -> pa.Array:
    if name == "includes_nonc":
        return pa.array([False] * found.num_rows)
    return pa.array([area.get(name) for area in areas])


def _read(path: Path, schema: pa.Schema) -> pa.Table:
    from io import BytesIO

    from pyarrow import csv as arrow_csv

    body = b"".join(line for line in path.read_bytes().splitlines(keepends=True) if not line.startswith(b"#"))
    types = {field.name: field.type for field in schema}
    convert = arrow_csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    return arrow_csv.read_csv(BytesIO(body), convert_options=convert)


def write(out: Path, *, figures: Iterable[pa.Table], places: dict[str, dict[str, str]], sources: list[str]) -> list[Path]:
    """Write the two shipped tables, each under a heading with its sources and the licence's attribution."""
    import pandas as pd

    from clockstop.intake.published.rtt_figures import ESTIMATES, FIGURES, WEEKS

    table = pa.concat_tables(figures).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    has_figures = table[list(FIGURES)].astype("Float64").fillna(0).ne(0).any(axis=1)
    chosen = table.loc[~table["includes_nonc"] & has_figures, ["month", "area_kind", "area_code", "treatment_function", *FIGURES]]
    chosen = chosen.round(dict.fromkeys((*WEEKS, *ESTIMATES), 6))
    chosen = chosen.sort_values(["month", "area_kind", "area_code", "treatment_function"])
    out.mkdir(parents=True, exist_ok=True)
    heading = [*(f"Figures: {source}" for source in sources), ATTRIBUTION, "Written by: clockstop published ship"]
    _write_csv(out / ORGANISATIONS_FILE, heading, pd.DataFrame(places.values(), columns=list(_ORGANISATION)))
    _write_csv(out / TOTALS_FILE, heading, chosen)
    return [out / ORGANISATIONS_FILE, out / TOTALS_FILE]


def _write_csv(path: Path, heading: list[str], table: "pd.DataFrame") -> None:
    partial = path.with_name(f".partial-{path.name}")
    with partial.open("w", encoding="utf-8", newline="") as out:
        out.writelines(f"# {line}\n" for line in heading)
        table.to_csv(out, index=False, lineterminator="\n")
    partial.replace(path)


def places(figures: pa.Table, directory: Path) -> dict[str, dict[str, str]]:
    """Each ICB, trust and other provider that the figures name or `directory` holds open, by its code.

    `directory` is the Organisation Data Service's list of NHS trusts (etr.csv: no header, 27 fields). A provider's
    region is that of its ICB; an ICB's is that of its trusts.
    """
    trusts = _trusts(directory)
    rows = {(row["area_kind"], row["area_code"]): row for row in figures.to_pylist() if row["area_kind"] in ("icb", "provider")}
    icb_names = {code: row["area_name"] for (kind, code), row in sorted(rows.items()) if kind == "icb"}
    region_of = {trust["icb_code"]: trust["region_code"] for trust in trusts.values() if trust["icb_code"] and trust["region_code"]}
    found = {code: _place(code, "icb", name, region_code=region_of.get(code, "")) for code, name in icb_names.items()}
    open_trusts = {code for code, trust in trusts.items() if trust["is_open"]}
    for code in sorted(open_trusts | {code for kind, code in rows if kind == "provider"}):
        trust, row = trusts.get(code, {}), rows.get(("provider", code), {})
        icb = row.get("icb_code") or trust.get("icb_code", "")
        found[code] = _place(
            code,
            "trust" if trust else "provider",
            row.get("area_name") or trust["name"],
            icb_code=icb,
            icb_name=icb_names.get(icb, ""),
            region_code=region_of.get(icb) or trust.get("region_code", ""),
        )
    return found


def _place(code: str, kind: str, name: str, *, icb_code: str = "", icb_name: str = "", region_code: str = "") -> dict[str, str]:
    return dict(zip(_ORGANISATION, (code, kind, name, icb_code, icb_name, region_code), strict=True))


def _trusts(directory: Path) -> dict[str, dict[str, Any]]:
    try:
        with directory.open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.reader(lines) if len(row) >= 12]
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            "The directory of NHS trusts cannot be read.",
            where=f"{directory}: {error}",
            do="Give the Organisation Data Service's etr.csv, as it was downloaded.",
        ) from None
    if not rows:
        raise UnreadableFile(
            "The directory holds no NHS trusts.", where=str(directory), do="Give the Organisation Data Service's etr.csv."
        )
    return {row[0]: {"name": row[1], "region_code": row[2], "icb_code": row[3], "is_open": row[11] == ""} for row in rows}
