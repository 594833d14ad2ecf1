"""Packs: made from a small home, opened again, set beside the answers; versions, rights, and makings that end early."""

import html
import io
import json
import re
import shutil
import zipfile
import zlib
from dataclasses import replace
from datetime import date

import pytest
import vl_convert

from clockstop.accounts.models import AccessRecord, Membership, User
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import series
from clockstop.errors import NotAllowed, UserError
from clockstop.measures.catalogue import measure as measure_of
from clockstop.reports import pack_docx, pack_jobs, pack_pdf, pack_pptx, pack_process, pack_xlsx
from clockstop.reports.figure_words import said
from clockstop.reports.pack import ExceptionPage, Section
from clockstop.reports.pack_gather import GROUP, PackAsked
from clockstop.reports.pack_jobs import PackJob, Stopped
from clockstop.reports.pack_layout import Layout, Version
from clockstop.reports.pack_template import template_of
from clockstop.reports.pack_text import printable
from clockstop.reports.packing import FORMATS, make, pack_of
from clockstop.store import frozen_packs
from clockstop.store.home import Home

MONTH, MEASURES = date(2026, 10, 1), ("rtt_within_18_weeks", "rtt_incomplete", "rtt_over_52_weeks")
BOTH = frozenset({"QQA", "QQB"})
OPERATOR = Scope(trusts=BOTH, may_see_patients=BOTH, user="operator", role="")
FORMULA = '=HYPERLINK("http://elsewhere.example","x")'
# What people may write, and no layout may stumble over: formulas, markup, other scripts, control characters, and very much of it.
WRITTEN = (FORMULA, "+1", "-1", "@SUM(A1)", "<b>&amp;</b> ]]> {{ 7 }} _x0041_", "שלום 😀 \x0b\x1b", "Word " * 600 + "to the end")


def quiet(_what: str, _share: float) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def home(group_home, tmp_path_factory) -> Home:
    """A copy of the small group's home, in which packs may be kept."""
    root = tmp_path_factory.mktemp("packs") / "home"
    shutil.copytree(group_home.root, root)
    return Home(root)


@pytest.fixture(scope="module")
def desk(home) -> Desk:
    return Desk(home).refreshed()


def made_for(desk, **more):
    """A pack of three measures of Aldermoor, as asked."""
    asked = PackAsked(**{"org": "QQA", "month": MONTH, "measures": MEASURES, **more})
    return lambda formats=("xlsx",), progress=quiet: make(
        OPERATOR, desk, asked, template_of(desk.home, asked.org), formats=formats, by="pat", progress=progress
    )


@pytest.fixture(scope="module")
def made(desk, django_db_setup, django_db_blocker):
    """One pack in every format; its version is the first of the month."""
    with django_db_blocker.unblock():
        return made_for(desk)(formats=FORMATS)


def expected(desk) -> dict[str, str]:
    """What the site's own answers say of the month, by measure."""
    found = {}
    for slug in MEASURES:
        points = series(OPERATOR, desk, slug, period_kind="month", where={"trust": "QQA"})[0].points
        point = next(one for one in points if one.period_end == date(2026, 10, 31))
        found[slug] = said(measure_of(slug), point)
    return found


@pytest.mark.slow
def test_every_figure_of_the_document_is_the_answer_and_leads_to_it(made, desk):
    import docx

    document = docx.Document(str(made.files["docx"]))
    table = next(one for one in document.tables if one.rows[0].cells[0].text == "Measure")
    links = {one.rId: one._target for one in document.part.rels.values() if one.is_external}
    for row, (slug, value) in zip(table.rows[1:], expected(desk).items(), strict=True):
        assert row.cells[0].text == measure_of(slug).title
        link = re.search(r'<w:hyperlink r:id="(\w+)".*?<w:t[^>]*>([^<]*)', row.cells[2]._tc.xml, re.DOTALL)
        assert link.group(2) == value
        address = f"/measures/{slug}/lineage?trust=QQA&period=month&period_end=2026-10-31&snapshot={desk.snapshot_id}"
        assert links[link.group(1)].endswith(address)
    assert "w:tblHeader" in table.rows[0]._tr.xml


@pytest.mark.slow
def test_the_document_can_be_read_aloud(made):
    """Real headings, alternative text of every picture, British English, a title."""
    import docx

    document = docx.Document(str(made.files["docx"]))
    text = zipfile.ZipFile(made.files["docx"]).read("word/document.xml").decode()
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings[:3] == ["Executive summary", "Matrix of variation and assurance", "Measures at a glance"]
    pictures = re.findall(r"<wp:docPr[^>]*>", text)
    assert pictures
    assert all('descr="' in one and 'descr=""' not in one for one in pictures)
    assert document.core_properties.language == "en-GB"
    assert "Aldermoor" in document.core_properties.title
    assert 'w:val="en-GB"' in zipfile.ZipFile(made.files["docx"]).read("word/styles.xml").decode()


@pytest.mark.slow
def test_each_slide_has_a_title_and_says_the_same_figures(made, desk):
    import pptx

    slides = list(pptx.Presentation(str(made.files["pptx"])).slides)
    assert all(one.shapes.title is not None and one.shapes.title.text for one in slides)
    tables = [shape.table for one in slides for shape in one.shapes if shape.has_table]
    rows = next(one for one in tables if one.cell(0, 0).text == "Measure")
    shown = {rows.cell(at, 0).text: rows.cell(at, 2).text for at in range(1, len(rows.rows))}
    assert shown == {measure_of(slug).title: value for slug, value in expected(desk).items()}
    pictures = [shape for one in slides for shape in one.shapes if shape.shape_type == 13]
    assert all(one._element.nvPicPr.cNvPr.get("descr") for one in pictures)
    charts = [one for one in pictures if one.width.inches > 6]
    assert all(5.5 < one.top.inches + one.height.inches < 7 for one in charts), "a chart reaches down to the foot, not over it"
    assert len(charts) >= len(MEASURES)
    foot = f"version {made.kept.number}"
    assert all(foot in list(one.shapes)[-1].text_frame.text for one in slides[1:]), "the foot is read last"
    matrix = next(one for one in slides if one.shapes.title.text.startswith("Matrix"))
    assert "Will miss the target" in [one._element.nvPicPr.cNvPr.get("descr") for one in matrix.shapes if one.shape_type == 13]


@pytest.mark.slow
def test_the_pdf_is_tagged_titled_and_says_what_its_charts_show(made):
    body = made.files["pdf"].read_bytes()
    assert body.startswith(b"%PDF-")
    said = body + b"".join(_unpacked(body))
    assert b"pdfuaid" in said
    assert b"/MarkInfo" in said
    assert b"/Lang (en-GB)" in said
    assert said.count(b"/Alt") >= len(MEASURES)
    assert b"/Scope /Column" in said
    assert b"/Scope /Row" in said


@pytest.mark.slow
def test_whatever_people_write_stands_in_every_format_as_text(made, desk):
    """The narrative of an exception, word for word: in the document, in the notes of its slide, in one cell, in the PDF."""
    pack, drawn = _with_narrative(pack_of(desk.home, made.kept), WRITTEN), _pictures()
    layout = Layout(
        pack=pack,
        version=Version(number=1, made_on="", made_by=""),
        template=template_of(desk.home, "QQA"),
        progress=quiet,
        drawn=drawn,
    )
    written = [one.strip() for one in printable(WRITTEN)]
    document = _document(pack_docx.body_of(layout))
    assert set(written) <= {one.text.strip() for one in document.paragraphs}
    notes = [one.notes_slide.notes_text_frame.text for one in _slides(pack_pptx.body_of(layout)) if one.has_notes_slide]
    assert any(all(one in text for one in written) for text in notes)
    book = zipfile.ZipFile(io.BytesIO(pack_xlsx.body_of(layout)))
    cells = html.unescape(book.read("xl/sharedStrings.xml").decode()).replace("_x005F_", "_")
    assert "\n".join(WRITTEN[:5]) in cells
    assert not any(b"<f>" in book.read(name) for name in book.namelist())
    assert all(one in html.unescape(pack_pdf.html_of(layout, {})) for one in written)


def _with_narrative(pack, lines):
    first = pack.exceptions[0] if pack.exceptions else ExceptionPage(slug=MEASURES[0], why="", sections=(), actions=())
    said = replace(first, sections=(Section(title="Cause and recovery", paragraphs=printable(lines)),))
    return replace(pack, exceptions=(said,), pages=pack.pages[:1] + tuple(one for one in pack.pages[1:] if one.slug == said.slug))


def _pictures() -> dict[str, bytes]:
    """Every chart as one small picture: what is looked at here are the words."""
    icon = vl_convert.svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="3"/>')
    return {f"{slug}.png": icon for slug in MEASURES}


def _document(body: bytes):
    import docx

    return docx.Document(io.BytesIO(body))


def _slides(body: bytes):
    import pptx

    return list(pptx.Presentation(io.BytesIO(body)).slides)


def _unpacked(body: bytes):
    """The streams of a PDF that are packed, as they were."""
    for found in re.finditer(rb"stream\r?\n", body):
        try:
            yield zlib.decompressobj().decompress(body[found.end() :])
        except zlib.error:
            continue


@pytest.mark.slow
def test_the_workbook_holds_exact_numbers_in_tables_and_runs_no_formula(made, desk):
    book = zipfile.ZipFile(made.files["xlsx"])
    names = [name for name in book.namelist() if name.startswith("xl/tables/")]
    assert {re.search(r' name="(\w+)"', book.read(name).decode()).group(1) for name in names} == {
        "pack_summary", "pack_exceptions", "pack_series", "pack_definitions",
    }  # fmt: skip
    sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in one for one in sheets)
    point = series(OPERATOR, desk, MEASURES[0], period_kind="month", where={"trust": "QQA"})[0].points[-1]
    assert any(f"<v>{point.value!r}</v>" in one or f"<v>{point.value:.16G}</v>" in one for one in sheets)


@pytest.mark.slow
def test_a_link_of_the_pack_opens_the_number_it_stands_on(made, reader):
    client = reader("service_manager", "QQA")
    for row in pack_of(Home(made.files["xlsx"].parents[5]), made.kept).rows[::2]:
        answer = client.get(row.href.removeprefix("http://127.0.0.1:8000"))
        assert answer.status_code == 200
        assert row.value_said in answer.content.decode()
        assert "made of snapshot" not in answer.content.decode()
    later = client.get(row.href.removeprefix("http://127.0.0.1:8000") + "&snapshot=2020-01-31.1").content.decode()
    assert "The pack that led here was made of snapshot 2020-01-31.1" in later


@pytest.mark.slow
@pytest.mark.django_db
def test_the_same_again_is_no_new_version_and_what_is_written_since_is_one(made, desk):
    from clockstop.registers.core.place import Place
    from clockstop.registers.performance.actions import name_owner

    again = made_for(desk)()
    assert (again.is_new, again.kept.number) == (False, made.kept.number)
    by = User.objects.create_user(username="lead")
    name_owner(place=Place(trust="QQA"), measure=MEASURES[0], owner=FORMULA, contact="", by=by, version=0)
    later = made_for(desk)()
    assert later.is_new
    assert later.kept.follows == made.kept.number
    assert any("owner" in line and "HYPERLINK" in line for line in later.kept.changes)
    assert pack_of(desk.home, made.kept).row(MEASURES[0]).owner == ""
    sheets = zipfile.ZipFile(later.files["xlsx"])
    assert not any("<f>" in sheets.read(name).decode() for name in sheets.namelist() if name.startswith("xl/worksheets/sheet"))


@pytest.mark.django_db
def test_a_making_that_ends_anywhere_leaves_no_version(desk):
    """At each piece in turn it breaks off; the versions are as before, and the next making is whole."""
    asked = made_for(desk, measures=MEASURES[:1], audience="outside")
    before = frozen_packs.versions(desk.home, "QQA")
    for piece in (3, 5):  # when everything is gathered, and just before the version is kept
        with pytest.raises(Stopped):
            asked(progress=_stopping_at(piece))
        assert frozen_packs.versions(desk.home, "QQA") == before
    left = desk.home.packs / "QQA" / "2026-10" / ".partial-rev-9-1" / "xlsx"
    left.mkdir(parents=True)
    found = asked()
    assert found.is_new
    assert found.kept in frozen_packs.versions(desk.home, "QQA")
    assert json.loads(frozen_packs.content(desk.home, found.kept))["org"] == "QQA"


def _stopping_at(piece: int):
    heard = []

    def told(_what: str, _share: float) -> None:
        heard.append(_what)
        if len(heard) == piece:
            raise Stopped

    return told


@pytest.mark.django_db
def test_what_may_leave_the_trust_holds_no_small_number(desk):
    """Of Birkdale's nine pathways few wait over 52 weeks: neither rows nor months nor charts of the pack say how many."""
    asked = made_for(desk, org="QQB", measures=("rtt_over_52_weeks", "rtt_incomplete"), audience="outside")
    pack = pack_of(desk.home, asked().kept)
    points = [point for page in pack.pages for point in page.points]
    assert any(one.is_hidden for one in points)
    assert not [one for one in points if one.numerator is not None and 0 < one.numerator < 5]
    drawn = [row for page in pack.pages if page.chart for row in json.loads(page.chart.spec)["data"]["values"]]
    assert not [row for row in drawn if row["value"] is not None and 0 < row["value"] < 5]


@pytest.mark.django_db
def test_a_pack_of_the_group_is_for_outside_and_sums_before_it_divides(desk):
    with pytest.raises(UserError, match="no small numbers"):
        made_for(desk, org=GROUP)()
    pack = pack_of(desk.home, made_for(desk, org=GROUP, audience="outside", measures=("rtt_incomplete",))().kept)
    parts = [series(OPERATOR, desk, "rtt_incomplete", period_kind="month", where={"trust": one})[0].points[-1] for one in BOTH]
    assert pack.rows[0].value == sum(one.value for one in parts)


def test_a_template_says_what_is_wrong_with_it(tmp_path, desk):
    (tmp_path / "template.toml").write_text('[colours]\nmain = "blue"\n')
    with pytest.raises(UserError, match="main is no colour"):
        template_of(desk.home, "QQA", tmp_path)
    (tmp_path / "template.toml").write_text('[words]\ntitle = "Board report"\n[domains]\nop_dna_rate = "nowhere"\n')
    with pytest.raises(UserError, match="no domain nowhere"):
        template_of(desk.home, "QQA", tmp_path)


@pytest.mark.slow
def test_the_trusts_own_words_and_colours_are_those_of_the_file(tmp_path, desk, made):
    (tmp_path / "template.toml").write_text('[words]\ntitle = "Board report"\n[colours]\nmain = "#AA0000"\n')
    template = template_of(desk.home, "QQA", tmp_path)
    (tmp_path / "pack.docx").write_bytes(pack_docx.starter(template.style))
    pack = replace(pack_of(desk.home, made.kept), style=template.style)
    layout = Layout(
        pack=pack, version=Version(number=1, made_on="", made_by=""), template=template, progress=quiet, drawn=_pictures()
    )
    document = _document(pack_docx.body_of(layout))
    assert document.paragraphs[0].text == "Board report"
    assert str(document.styles["Title"].font.color.rgb) == "AA0000"


@pytest.mark.slow
def test_only_those_cleared_open_small_numbers_and_each_download_is_recorded(made, reader, monkeypatch, settings, home):
    _serve(home, monkeypatch, settings)
    number = made.kept.number
    own, group = reader("service_manager", "QQA"), reader("group_operations_director", "*", username="director")
    other = reader("service_manager", "QQB", username="other")
    address = f"/packs/QQA/2026-10/{number}"
    assert own.get(address).status_code == 200
    assert group.get(address).status_code == 403
    assert other.get(address).status_code == 403
    assert own.get(f"{address}/xlsx").status_code == 200
    record = AccessRecord.objects.filter(what="show_pack_file").get()
    assert (record.username, record.trust) == ("pat", "QQA")
    assert "version" in own.get("/packs").content.decode()
    assert f"{address}" not in group.get("/packs").content.decode()


def test_a_making_has_the_rights_of_who_asked_for_it_and_can_be_stopped(db, home, desk, tmp_path):
    person = User.objects.create_user(username="sam")
    Membership.objects.create(user=person, trust="*", role="group_operations_director")
    job = PackJob(
        org="QQA", month="2026-10", audience="trust", division="", measures=("rtt_incomplete",), formats=("xlsx",),
        username="sam", site="http://testserver/",
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        pack_process.run(home, tmp_path, job)
    outside = PackJob(**{**vars(job), "audience": "outside"})
    found = pack_process.run(home, tmp_path, outside)
    assert (found.state, found.is_new) == (pack_jobs.MADE, True)
    (tmp_path / pack_jobs.STOP_FILE).touch()
    with pytest.raises(Stopped):
        pack_process.run(home, tmp_path, outside)


def test_a_making_whose_process_is_gone_is_said_to_have_failed(db, home):
    folder = home.packs / ".making" / "dead"
    folder.mkdir(parents=True)
    (folder / "job.json").write_text("{}")
    pack_jobs.tell(folder, pack_jobs.Progress(state=pack_jobs.MAKING, share=0.4, what="Waiting list"))
    found = pack_jobs.progress(home, "dead")
    assert (found.state, found.is_over) == (pack_jobs.FAILED, True)
    shutil.rmtree(folder)


def test_a_viewer_of_the_group_makes_no_packs(reader):
    client = reader("group_viewer", "*")
    assert "Make the pack" not in client.get("/packs").content.decode()
    answer = client.post("/packs/add", {"trust": "QQA", "month": "2026-10", "format": "docx"})
    assert answer.status_code == 403


def _serve(home: Home, monkeypatch, settings) -> None:
    """Let the pages answer from the home in which packs are kept."""
    from clockstop.pages import context

    settings.HOME = home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(home.root))
    context.desk_of_process.cache_clear()


def test_a_version_that_was_not_recorded_before_its_maker_died_is_recorded_once(db, made):
    from clockstop.registers.core.models import Change
    from clockstop.reports.pack_keeping import keep_record

    keep_record(made.kept)
    assert not Change.objects.filter(record="pack").exists()
    User.objects.create_user(username="pat")
    keep_record(made.kept)
    keep_record(made.kept)
    assert [one.record_key for one in Change.objects.filter(record="pack")] == [made.kept.name]


def test_a_folder_of_packs_that_cannot_be_written_is_a_message(tmp_path):
    (tmp_path / "packs").write_text("a file where the folder should be")
    job = PackJob(
        org="QQA", month="2026-10", audience="trust", division="", measures=(), formats=("docx",), username="jo", site="http://site"
    )
    with pytest.raises(UserError, match="cannot be written"):
        pack_jobs.start(Home(tmp_path), job)
    assert "Make room" in pack_process.refused(OSError(28, "No space left on device"))


def test_what_is_being_stopped_says_so_and_is_not_what_is_asked_for_anew(db, tmp_path, monkeypatch):
    monkeypatch.setattr(pack_jobs, "_spawn", lambda home, folder: None)
    home = Home(tmp_path)
    asked = PackJob(
        org="QQA", month="2026-10", audience="trust", division="", measures=(), formats=("docx",), username="jo", site="http://site"
    )
    first = pack_jobs.start(home, asked)
    assert pack_jobs.start(home, asked).key == first.key
    pack_jobs.stop(home, first.key)
    assert pack_jobs.progress(home, first.key).what.startswith("Stopping")
    assert pack_jobs.start(home, asked).key != first.key
