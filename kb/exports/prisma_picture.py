"""The PRISMA 2020 flow as a picture: boxes from what was identified to what was included.

Owns the drawing (SVG, and PNG through vl-convert) and its few words. No kept Python library draws
this diagram, and its boxes are too wordy for a chart grammar, so it is set by hand. The counts are
`kb.prisma`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from kb.prisma import BY_HAND, IMPORTED, Flow

_KEYS: Final = (
    "title", "identification", "screening", "inclusion", "identified", "before", "duplicates",
    "not_retrieved", "removed", "screened", "excluded", "undecided", "included", "new", "by_people",
    "others", "reason_unknown", "by_hand", "imported",
)  # fmt: skip
_WORDS: Final[dict[str, str]] = {  # parted by |, in the order of _KEYS
    "en": "Flow of publications|Identification|Screening|Included|Records identified|"
    "Set aside before screening|Duplicates of another record|Could not be read|Removed by a person|"
    "Publications screened|Excluded|Undecided: a person should look|Publications included|"
    "New since the run before|Decided by a person|other sources|No reason given|"
    "Added by people|Imported by people",
    "nb": "Flyten av publikasjoner|Identifisering|Vurdering|Inkludert|Treff funnet|"
    "Lagt til side før vurdering|Dubletter av et annet treff|Kunne ikke leses|Fjernet av en person|"
    "Publikasjoner vurdert|Utelatt|Uavklart: en person bør se|Publikasjoner inkludert|"
    "Nye siden forrige kjøring|Avgjort av en person|andre kilder|Uten oppgitt grunn|"
    "Lagt til av folk|Importert av folk",
    "nn": "Flyten av publikasjonar|Identifisering|Vurdering|Inkludert|Treff funne|"
    "Lagt til side før vurdering|Dublettar av eit anna treff|Kunne ikkje lesast|"
    "Fjerna av ein person|Publikasjonar vurderte|Utelatne|Uavklart: ein person bør sjå|"
    "Publikasjonar inkluderte|Nye sidan førre køyring|Avgjort av ein person|andre kjelder|"
    "Utan oppgjeven grunn|Lagde til av folk|Importerte av folk",
    "sv": "Flödet av publikationer|Identifiering|Granskning|Inkluderade|Identifierade poster|"
    "Undantagna före granskning|Dubbletter av en annan post|Kunde inte läsas|"
    "Borttagna av en person|Granskade publikationer|Uteslutna|Oavgjorda: en person bör se|"
    "Inkluderade publikationer|Nya sedan förra körningen|Avgjorda av en person|andra källor|"
    "Utan angivet skäl|Tillagda av personer|Importerade av personer",
    "da": "Strømmen af publikationer|Identifikation|Vurdering|Inkluderet|Fundne poster|"
    "Lagt til side før vurdering|Dubletter af en anden post|Kunne ikke læses|"
    "Fjernet af en person|Publikationer vurderet|Udeladt|Uafklaret: en person bør se|"
    "Publikationer inkluderet|Nye siden forrige kørsel|Afgjort af en person|andre kilder|"
    "Uden angivet grund|Tilføjet af personer|Importeret af personer",
    "fi": "Julkaisujen kulku|Haku|Seulonta|Mukana|Löydetyt tietueet|Poistettu ennen seulontaa|"
    "Toisen tietueen kaksoiskappaleita|Ei voitu lukea|Ihmisen poistamia|Seulotut julkaisut|"
    "Suljettu pois|Avoinna: ihmisen tulisi katsoa|Mukaan otetut julkaisut|"
    "Uusia edellisen ajon jälkeen|Ihmisen ratkaisemia|muuta lähdettä|Syytä ei annettu|"
    "Ihmisten lisäämiä|Ihmisten tuomia",
    "is": "Ferli útgáfa|Leit|Skimun|Teknar með|Færslur fundnar|Lagðar til hliðar fyrir skimun|"
    "Tvítök annarrar færslu|Ekki tókst að lesa|Fjarlægðar af manneskju|Útgáfur skimaðar|"
    "Útilokaðar|Óákveðnar: manneskja ætti að skoða|Útgáfur teknar með|"
    "Nýjar frá síðustu keyrslu|Ákveðið af manneskju|aðrar heimildir|Engin ástæða gefin|"
    "Bætt við af fólki|Flutt inn af fólki",
}

FLOW_LANGUAGES: Final = tuple(_WORDS)  # that the picture speaks
_WIDTH, _BOX, _GAP, _BAND = 980, 430, 40, 40  # pixels: picture, box, between, stage band
_LINE, _PAD, _TEXT = 20, 14, 14  # pixels: line height, padding, letter size
_STAGE_LETTER = 8.5  # pixels a bold letter of a stage's name takes at most, on average
_MOST_SOURCES = 12  # named in the first box; the rest are counted together
_WRAP = 52  # letters that fit a box's line at _TEXT
_INK, _SOFT, _EDGE, _STAGE, _PAPER = "#16232b", "#4c5b63", "#5d7880", "#e8f0f1", "#ffffff"
_FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"


@dataclass(frozen=True)
class _Box:
    """One box: `lines` below its head, drawn at (x, y); sizes in pixels."""

    x: float
    y: float
    head: str
    lines: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        return 2 * _PAD + _LINE * (1 + len(self.lines))


def flow_words(language: str) -> dict[str, str]:
    """The picture's words in a language, English where it has none, by key."""
    return dict(zip(_KEYS, _WORDS.get(language, _WORDS["en"]).split("|"), strict=True))


def render_flow_svg(
    flow: Flow,
    before: Flow | None = None,
    *,
    language: str = "en",
    reason_label: Callable[[str], str] = str,
    source_names: Mapping[str, str] | None = None,
) -> bytes:
    """Return the flow as SVG in UTF-8, about 980 pixels wide.

    `before` is the flow of the run before, for what is new; `reason_label` names a reason's id and
    `source_names` the sources.
    """
    words = flow_words(language)
    left, right = _BAND + 20, _BAND + 20 + _BOX + _GAP
    identified = _Box(
        left, 60, _counted(words["identified"], flow.found), _sources(flow, words, source_names)
    )
    aside = (("duplicates", flow.duplicates), ("not_retrieved", flow.not_retrieved),
             ("removed", flow.removed))  # fmt: skip
    dropped = _Box(
        right,
        60,
        _counted(words["before"], sum(number for _, number in aside)),
        tuple(_counted(words[key], number) for key, number in aside),
    )
    second = 60 + max(identified.height, dropped.height) + 36
    by_people = (_counted(words["by_people"], flow.by_people),)
    screened = _Box(left, second, _counted(words["screened"], flow.screened), by_people)
    reasons = tuple(
        _cut(_counted(_reason(key, words, reason_label), number))
        for key, number in flow.excluded.items()
    )
    excluded = _Box(
        right, second, _counted(words["excluded"], sum(flow.excluded.values())), reasons
    )
    below = second + excluded.height + 16
    undecided = _Box(right, below, _counted(words["undecided"], flow.undecided))
    third = max(second + screened.height, below + undecided.height) + 36
    new = () if before is None else (_counted(words["new"], flow.included - before.included),)
    included = _Box(left, third, _counted(words["included"], flow.included), new)
    end = third + max(included.height, len(words["inclusion"]) * _STAGE_LETTER + _PAD)
    boxes = (identified, dropped, screened, excluded, undecided, included)
    stages = (
        (words["identification"], 60.0, second - 18),
        (words["screening"], second, third - 18),
        (words["inclusion"], third, end),
    )
    body = [
        *(_stage(*stage) for stage in stages),
        *(_drawn(box) for box in boxes),
        *_arrows(identified, dropped, screened, excluded, undecided, included),
    ]
    return _document(words["title"], end + 24, body)


def render_flow_png(svg: bytes) -> bytes:
    """Return a flow's SVG as PNG, two dots a pixel."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg.decode(), scale=2.0))


def _sources(
    flow: Flow, words: Mapping[str, str], names: Mapping[str, str] | None
) -> tuple[str, ...]:
    """A line a source; what people imported or added stands last, whatever else is counted up."""
    people = {IMPORTED: words["imported"], BY_HAND: words["by_hand"]}
    harvested = [entry for entry in flow.identified.items() if entry[0] not in people]
    ordered = sorted(harvested, key=lambda entry: (-entry[1], entry[0]))
    shown = ordered if len(ordered) <= _MOST_SOURCES else ordered[: _MOST_SOURCES - 1]
    lines = [_cut(_counted((names or {}).get(key, key), number)) for key, number in shown]
    rest = ordered[len(shown) :]
    if rest:
        lines.append(_counted(f"{len(rest)} {words['others']}", sum(n for _, n in rest)))
    given = [key for key in people if key in flow.identified]
    return *lines, *(_counted(people[key], flow.identified[key]) for key in given)


def _reason(key: str, words: Mapping[str, str], label: Callable[[str], str]) -> str:
    return words["reason_unknown"] if key == "unspecified" else label(key)


def _counted(text: str, number: int) -> str:
    return f"{text} (n = {number})"


def _cut(text: str) -> str:
    """A line that fits its box; the number at its end stays."""
    if len(text) <= _WRAP:
        return text
    head, _, tail = text.rpartition(" (n = ")
    return f"{head[: _WRAP - len(tail) - 8]}… (n = {tail}"


def _drawn(box: _Box) -> str:
    parts = [
        f'<rect x="{box.x}" y="{box.y}" width="{_BOX}" height="{box.height}" rx="3" '
        f'fill="{_PAPER}" stroke="{_EDGE}"/>',
        _text(box.x + _PAD, box.y + _PAD + _TEXT, box.head, weight=600),
    ]
    for number, line in enumerate(box.lines, start=1):
        y = box.y + _PAD + _TEXT + number * _LINE
        parts.append(_text(box.x + _PAD, y, line, colour=_SOFT))
    return "".join(parts)


def _stage(name: str, top: float, bottom: float) -> str:
    middle = (top + bottom) / 2
    return (
        f'<rect x="12" y="{top}" width="{_BAND - 8}" height="{bottom - top}" rx="3" '
        f'fill="{_STAGE}"/><text transform="translate(33 {middle}) rotate(-90)" '
        f'text-anchor="middle" font-size="{_TEXT}" font-weight="600" fill="{_INK}">'
        f"{escape(name)}</text>"
    )


def _arrows(
    identified: _Box, dropped: _Box, screened: _Box, excluded: _Box, undecided: _Box, included: _Box
) -> list[str]:
    middle = identified.x + _BOX / 2
    across = identified.x + _BOX
    beside = undecided.y + undecided.height / 2
    down = (
        (identified.y + identified.height, screened.y),
        (screened.y + screened.height, included.y),
    )
    paths = [f"M{middle} {start} V{end - 2}" for start, end in down]
    paths += [
        f"M{across} {dropped.y + 24} H{dropped.x - 2}",
        f"M{across} {excluded.y + 24} H{excluded.x - 2}",
        f"M{across + _GAP / 2} {excluded.y + 24} V{beside} H{undecided.x - 2}",
    ]
    return [
        f'<path d="{path}" fill="none" stroke="{_EDGE}" stroke-width="1.5" marker-end="url(#tip)"/>'
        for path in paths
    ]


def _text(x: float, y: float, text: str, *, weight: int = 400, colour: str = _INK) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{_TEXT}" font-weight="{weight}" fill="{colour}">'
        f"{escape(text)}</text>"
    )


def _document(title: str, height: float, body: Sequence[str]) -> bytes:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="{_FONT}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{_EDGE}"/></marker></defs>'
        f'<rect width="{_WIDTH}" height="{height}" fill="{_PAPER}"/>'
        f'<text x="12" y="36" font-size="20" font-weight="600" fill="{_INK}">{escape(title)}</text>'
    )
    return f"{head}{''.join(body)}</svg>\n".encode()
