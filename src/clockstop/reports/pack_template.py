"""How a trust restyles its packs: a folder with template.toml and, if it likes, pack.docx, pack.pptx and pack.css."""

import hashlib
import re
import tomllib
import zipfile
import zlib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from clockstop.errors import UnreadableFile, UserError
from clockstop.measures.catalogue import measures
from clockstop.reports.pack import Style
from clockstop.reports.pack_domains import DOMAINS
from clockstop.store.home import Home

TOML, DOCX, PPTX, CSS = "template.toml", "pack.docx", "pack.pptx", "pack.css"
SECTIONS = {
    "words": ("title", "subtitle", "footer", "contact", "site", "font"),
    "colours": ("main", "text", "muted", "line", "shade", "improving", "concerning"),
}
# What a file of each kind holds at least.
_PARTS = {DOCX: "word/document.xml", PPTX: "ppt/presentation.xml"}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, kw_only=True)
class Template:
    """A trust's template: its style, and the folder in which its files lie (None: Clockstop's own style)."""

    style: Style
    folder: Path | None

    def file(self, name: str) -> Path | None:
        """A file of the template, where the trust gave one."""
        found = self.folder / name if self.folder else None
        return found if found and found.is_file() else None


def template_of(home: Home, org: str, folder: Path | None = None) -> Template:
    """The template in `folder`, else the trust's own, else the group's, else Clockstop's.

    They lie in CLOCKSTOP_HOME/trusts/CODE/pack and CLOCKSTOP_HOME/pack.
    """
    if folder is not None and not (folder / TOML).is_file():
        raise UserError(
            f"There is no {TOML} in that folder.",
            where=str(folder),
            do="Write one to start from: clockstop pack-template --out DIR",
        )
    places = [folder] if folder else [home.trusts / org / "pack", home.root / "pack"]
    found = next((place for place in places if (place / TOML).is_file()), None)
    if found is None:
        return Template(style=Style(), folder=None)
    said = _read(found / TOML)
    _must_open(found)
    hashes = {name: _sha256(found / name) for name in (DOCX, PPTX, CSS) if (found / name).is_file()}
    return Template(style=replace(_style(said, found / TOML), files=hashes), folder=found)


def with_site(template: Template, address: str) -> Template:
    """The template with that address of the site, unless the trust named its own."""
    is_named = template.style.site != Style().site
    return template if is_named or not address else replace(template, style=replace(template.style, site=address.rstrip("/")))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile("The template is not valid TOML.", where=f"{file}: {error}", do="Put that line right.") from None


def _must_open(folder: Path) -> None:
    """Raise for a file that its program would not open either: before the work, not in the midst of it."""
    for name, part in _PARTS.items():
        file = folder / name
        if not file.is_file():
            continue
        try:
            with zipfile.ZipFile(file) as held:
                is_whole = part in held.namelist() and held.testzip() is None
        except (zipfile.BadZipFile, EOFError, zlib.error):
            is_whole = False
        if not is_whole:
            raise _wrong(file, f"{name} is damaged, or no {file.suffix.removeprefix('.')} file.", "Save it again, or take it away.")
    try:
        (folder / CSS).read_text("utf-8") if (folder / CSS).is_file() else ""
    except UnicodeDecodeError:
        raise _wrong(folder / CSS, f"{CSS} is not text in UTF-8.", "Save it as UTF-8.") from None


def _style(said: dict[str, Any], file: Path) -> Style:
    unknown = [name for name in said if name not in (*SECTIONS, "domains")]
    for section in (*SECTIONS, "domains"):
        if not isinstance(said.get(section, {}), dict):
            raise _wrong(file, f"{section} is no section.", f"Write [{section}] on a line of its own.")
    for section, known in SECTIONS.items():
        unknown += [f"{section}.{name}" for name in said.get(section, {}) if name not in known]
    if unknown:
        raise _wrong(file, f"It knows no {', '.join(sorted(unknown))}.", "Leave it out; docs/packs.md lists what may stand there.")
    values = {name: str(value) for section in SECTIONS for name, value in said.get(section, {}).items()}
    for name in SECTIONS["colours"]:
        if name in values and not _COLOUR.fullmatch(values[name]):
            raise _wrong(file, f"{name} is no colour.", "Write it as #RRGGBB.")
    site = values.get("site", "")
    if site and not site.startswith(("http://", "https://")):
        raise _wrong(file, "site is no address.", "Write it as https://NAME.")
    if "site" in values:
        values["site"] = site.rstrip("/") or Style().site
    return Style(**values, domains=_domains(said.get("domains", {}), file))


def _domains(chosen: dict[str, Any], file: Path) -> dict[str, str]:
    for slug, domain in chosen.items():
        if slug not in measures():
            raise _wrong(file, f"[domains] names no measure: {slug}.", "Take a slug from the list of measures.")
        if domain not in DOMAINS:
            raise _wrong(file, f"There is no domain {domain}.", f"Choose one of: {', '.join(DOMAINS)}.")
    return {slug: str(domain) for slug, domain in chosen.items()}


def _wrong(file: Path, what: str, do: str) -> UserError:
    return UserError(f"The template cannot be used. {what}", where=str(file), do=do)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def toml_of(style: Style) -> str:
    """The style as a template.toml with every setting at its value, to start from."""
    values = {one.name: getattr(style, one.name) for one in fields(style)}
    lines = ["# How packs look and what they are called. Colours are #RRGGBB; what is left out stays as it is."]
    for section, names in SECTIONS.items():
        lines += ["", f"[{section}]", *(f'{name} = "{values[name]}"' for name in names)]
    lines += ["", "# Under which domain of the executive summary a measure stands, where that should be another:", "# [domains]"]
    lines += ['# op_dna_rate = "responsive"']
    return "\n".join(lines) + "\n"
