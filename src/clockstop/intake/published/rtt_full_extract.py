"""NHS England's RTT full extract: every provider, commissioner, part and treatment function of one month."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.errors import UnreadableFile
from clockstop.intake.published import rtt_extract_checks, rtt_header
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

PARTS = {
    "part 1a": "completed_admitted",
    "part 1b": "completed_non_admitted",
    "part 2": "incomplete",
    "part 2a": "decision_to_admit",
    "part 3": "new_periods",
}
TOTAL = "C_999"
FEWEST_PROVIDERS_OF_ENGLAND = 100  # 150 trusts and more return each month; an excerpt is no England


def is_full_extract(preview: Preview) -> bool:
    """Whether the text's first lines hold the extract's header."""
    return preview.kind == "text" and rtt_header.header_line(preview.lines) is not None


def read(source: Source) -> Edition:
    """The month's rows and the figures made of them; refuses what does not add up, naming the row."""
    from clockstop.intake.published.rtt_figures import figures

    header = rtt_header.header(source.preview.lines)
    text, ragged = _text_rows(source, header)
    month_read = _month(text, header)
    rows = _shaped(text, header)
    rows = rtt_extract_checks.counts(rows, [*header.band_columns, "known_start", "unknown_start", "total_all"])
    rows, left_out = _of_known_parts(rtt_extract_checks.totalled(rows, header))
    rtt_extract_checks.check_arithmetic(rows, header)
    codes = rows["provider"].unique().to_pylist()
    notes = [*_ragged_notes(ragged), *_part_notes(left_out), *_excerpt_notes(len(codes))]
    return Edition(
        month=month_read,
        tables={"rows": rows, "figures": figures(rows, header.bands, month_read)},
        rows_read=rows.num_rows + sum(left_out.values()),
        notes=tuple(notes),
        details={
            "providers": len(codes),
            "only_provider": codes[0] or "" if len(codes) == 1 else "",
            "closed_bands": header.bands,
            "is_excerpt": len(codes) < FEWEST_PROVIDERS_OF_ENGLAND,
        },
    )


def _text_rows(source: Source, header: rtt_header.Header) -> tuple[pa.Table, int]:
    """The rows, with whole numbers where every cell is one, else with text to be looked at; and how many lines are no rows."""
    try:
        return _parsed(source, header, pa.int64())
    except pa.ArrowInvalid:
        pass
    try:
        return _parsed(source, header, pa.string())
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise UnreadableFile(
            "The file cannot be read as a table.",
            where=f"{source.file}: {str(error).splitlines()[0][:120]}",
            do="Load the file as NHS England published it.",
        ) from None


def _parsed(source: Source, header: rtt_header.Header, number: pa.DataType) -> tuple[pa.Table, int]:
    from pyarrow import csv

    ragged: list[csv.InvalidRow] = []

    def pass_over(row: csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    types = {name: pa.string() if name in rtt_header.TEXT or name.startswith("other_") else number for name in header.columns}
    rows = csv.read_csv(
        source.path,
        read_options=csv.ReadOptions(
            column_names=list(header.columns), skip_rows=header.line + 1, encoding=source.encoding, use_threads=False
        ),
        parse_options=csv.ParseOptions(delimiter=header.delimiter, newlines_in_values=True, invalid_row_handler=pass_over),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=["", "#N/A", "NULL"]),
    )
    _refuse_broken_rows(source, header, ragged)
    kept = [name for name in header.columns if not name.startswith("other_")]
    line = pa.array(range(header.line + 2, header.line + 2 + rows.num_rows), pa.int64())
    return rows.select(kept).append_column("line", line), len(ragged)


def _refuse_broken_rows(source: Source, header: rtt_header.Header, ragged: list[Any]) -> None:
    """A line of another width is a note below the table where it holds a cell or two, and a broken row where it holds more."""
    for row in ragged:
        if sum(bool(cell.strip()) for cell in row.text.split(header.delimiter)) > 2:
            line = f", line {row.number}" if row.number else ""
            raise UnreadableFile(
                f"A row has {row.actual_columns} cells where the header has {row.expected_columns}.",
                where=f"{source.file}{line}.",
                do="The file may be cut short or changed: download it again from NHS England's statistics pages.",
            )


def _month(rows: pa.Table, header: rtt_header.Header) -> str:
    """The one month that the rows are of."""
    texts = {" ".join(parts).strip() for parts in _period_texts(rows, header)} - {""}
    months = {text: month(text) for text in sorted(texts)}
    found = sorted({value for value in months.values() if value})
    if len(found) == 1:
        return found[0]
    if found:
        raise UnreadableFile(
            "The file holds more than one month.",
            where=f"Its periods are {', '.join(found)}.",
            do="Load each month's own file.",
        )
    raise UnreadableFile(
        "The file does not say which month it is of." if rows.num_rows else "The file has a header and no rows.",
        where=f"Its periods are: {', '.join(sorted(texts)[:3]) or 'blank'}.",
        do="The column Period should read like RTT-January-2026.",
    )


def _period_texts(rows: pa.Table, header: rtt_header.Header) -> Iterator[tuple[str, ...]]:
    names = [name for name in ("period", "year", "period_name") if name in header.columns]
    has_provider = pc.is_valid(rows["provider"])
    distinct = rows.filter(has_provider).group_by(names).aggregate([])
    return ((tuple(str(row[name] or "") for name in names)) for row in distinct.to_pylist())


def _shaped(rows: pa.Table, header: rtt_header.Header) -> pa.Table:
    """Codes made the same whatever the month's spelling; rows without provider or part are gone."""
    function = pc.utf8_upper(_text(rows, "treatment_function"))
    function = pc.replace_substring_regex(function, r"^(\d{3})$", r"C_\1")
    is_total = pc.fill_null(pc.equal(function, "TOTAL"), False)
    names = ("icb", "icb_name", "provider_name", "commissioner_icb", "commissioner_name")
    numbers = (*header.band_columns, "known_start", "unknown_start", "total_all")
    shaped = pa.table(
        {
            "line": rows["line"],
            "provider": pc.utf8_upper(_text(rows, "provider")),
            "commissioner": pc.utf8_upper(_text(rows, "commissioner")),
            "part": pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(_text(rows, "part")), "[^a-z0-9]+", " ")),
            "treatment_function": pc.if_else(is_total, TOTAL, function),
            **{name: _text(rows, name) for name in names},
            **{name: rows[name] if name in rows.column_names else pa.nulls(rows.num_rows, pa.int64()) for name in numbers},
        }
    )
    return shaped.filter(pc.and_(pc.is_valid(shaped["provider"]), pc.is_valid(shaped["part"])))


def _text(rows: pa.Table, name: str) -> pa.Array | pa.ChunkedArray:
    if name not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    trimmed = pc.utf8_trim_whitespace(rows[name])
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _of_known_parts(rows: pa.Table) -> tuple[pa.Table, dict[str, int]]:
    """The rows of the five parts, and how many rows each other part has."""
    names = pa.array(PARTS)
    is_known = pc.is_in(rows["part"], value_set=names)
    others = {row["values"]: row["counts"] for row in pc.value_counts(rows.filter(pc.invert(is_known))["part"]).to_pylist()}
    known = rows.filter(is_known)
    place = known.schema.get_field_index("part")
    part = pa.array(list(PARTS.values())).take(pc.index_in(known["part"], value_set=names).combine_chunks())
    return known.set_column(place, "part", part), others


def _ragged_notes(ragged: int) -> list[str]:
    return [f"{ragged} lines below the table were no rows and were passed over."] if ragged else []


def _part_notes(left_out: dict[str, int]) -> list[str]:
    return [f"{count:,} rows of “{part}” are not among the five parts and are not counted." for part, count in left_out.items()]


def _excerpt_notes(providers: int) -> list[str]:
    if providers >= FEWEST_PROVIDERS_OF_ENGLAND:
        return []
    return [f"The file holds {providers} provider(s) only: its sum is shown, but it is not all England."]


PUBLICATION = Publication(
    slug="rtt_full_extract",
    title="RTT full extract",
    known_by="a CSV, or a zip with it, whose header has RTT Part Type, Treatment Function Code and week bands",
    is_ours=is_full_extract,
    read=read,
)
