"""A publication's bibliographic record on screen, with where each field was read; its files.

Owns drawing; the record is CSL-JSON as `kb` keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import markup
from app.i18n import _, language, moment
from app.labels import year_of
from app.widgets.page import table
from kb.corrections import FIELDS
from kb.display_names import language_name
from kb.files import AddressView

_READ_AS = {key: name for name, key in FIELDS.items()}  # CSL key -> name where it was read
_MOST = 100  # addresses and authors drawn; a crawled record may claim any number


def record_table(
    csl: Mapping[str, Any], origins: Mapping[str, Any], given: Mapping[str, Any]
) -> str:
    """HTML of the record: a line for each field there is, with where it was read."""
    lines = []
    for field, name in field_labels().items():
        value = _value_html(field, csl)
        if value:
            lines.append(markup.row(name, value, _origin(field, origins, given)))
    if not csl.get("title"):
        lines.insert(0, markup.row(_("Title"), markup.plain(_("not found"))))
    return f'<dl class="sv-record">{"".join(lines)}</dl>'


def field_labels() -> dict[str, str]:
    """The fields of a record by their CSL keys, in the order they are shown, with their names."""
    return {
        "title": _("Title"),
        "author": _("Authors"),
        "issued": _("Year"),
        "type": _("Kind"),
        "publisher": _("Publisher"),
        "collection-title": _("Series"),
        "number": _("Number"),
        "container-title": _("Published in"),
        "volume": _("Volume"),
        "issue": _("Issue"),
        "page": _("Pages"),
        "ISBN": "ISBN",
        "ISSN": "ISSN",
        "DOI": "DOI",
        "URL": _("Address"),
        "language": _("Language"),
        "abstract": _("Abstract"),
    }


def _value_html(field: str, csl: Mapping[str, Any]) -> str:
    value = csl.get(field)
    if value in (None, "", [], {}):
        return ""
    if field == "author":
        names = [_full_name(name) for name in value if isinstance(name, Mapping)]
        return "<br>".join(markup.plain(name) for name in names[:_MOST] if name)
    if field == "issued":
        return markup.plain(year_of(csl) or "")
    if field == "type":
        return markup.plain(kind_label(str(value)))
    if field == "DOI":
        return markup.link(f"https://doi.org/{value}", value)
    if field == "URL":
        return markup.link(value)
    if field == "language":
        return markup.plain(language_name(str(value), language()))
    return markup.plain(value)


def _full_name(name: Mapping[str, Any]) -> str:
    literal = name.get("literal")
    parts = [literal] if literal else [name.get("given"), name.get("family")]
    return " ".join(str(part) for part in parts if part)


def kind_label(kind: str) -> str:
    """What a CSL type is called."""
    return {
        "report": _("Report"),
        "article-journal": _("Journal article"),
        "chapter": _("Chapter"),
        "thesis": _("Thesis"),
        "webpage": _("Web page"),
        "book": _("Book"),
    }.get(kind, kind)


def _origin(field: str, origins: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """Where a field was read and how sure that is, as a note."""
    if field in given:
        return _("given by a person")
    origin = origins.get(_READ_AS.get(field, field))
    if not isinstance(origin, Mapping) or not origin.get("origin"):
        return ""
    confidence = origin.get("confidence")
    sure = f", {round(100 * confidence)} %" if isinstance(confidence, int | float) else ""
    return _("read from {place}").format(place=origin_label(str(origin["origin"]))) + sure


def origin_label(origin: str) -> str:
    """Words for where a field was read; an unknown place stands as it is called in the record."""
    return {
        "citation_title": _("the page's citation tags"),
        "citation": _("the page's citation tags"),
        "dc": _("Dublin Core tags"),
        "json-ld": _("structured data (JSON-LD)"),
        "open-graph": _("Open Graph tags"),
        "visible": _("the visible page"),
        "pdf-cover": _("the title page of the PDF"),
        "xmp": _("the PDF's properties"),
        "oai_dc": _("an OAI-PMH record"),
        "given": _("what a person gave"),
    }.get(origin, origin)


def address_table(addresses: Sequence[AddressView]) -> str:
    """HTML of a table of addresses: what was there, when it was seen, and its bytes' hash."""
    heads = (_("Address"), _("What it is"), _("First seen"), _("Last seen"), "SHA-256")
    lines = [f"<tr>{_address_cells(address)}</tr>" for address in addresses[:_MOST]]
    return table(heads, "".join(lines))


def _address_cells(address: AddressView) -> str:
    shown = address.filename if address.url.startswith("upload:") else address.url
    gone = ""
    if address.gone_at is not None:
        gone = " " + markup.badge(_("gone {when}").format(when=moment(address.gone_at)), "gone")
    what = " · ".join(part for part in (role_label(address.role), address.media_type) if part)
    cells = (
        f'<span class="sv-address">{markup.link(address.url, shown or address.url)}</span>{gone}',
        markup.plain(what),
        markup.plain(moment(address.first_seen)),
        markup.plain(moment(address.last_seen)),
        f"<code>{markup.plain(address.sha256[:12])}…</code>",
    )
    return "".join(f"<td>{cell}</td>" for cell in cells)


def role_label(role: str) -> str:
    """What a file is to its publication."""
    return {
        "landing": _("landing page"),
        "document": _("document"),
        "chapter": _("chapter"),
        "record": _("catalogue record"),
    }.get(role, role)
