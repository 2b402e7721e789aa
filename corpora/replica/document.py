"""A publication as its publisher would print it: the real text plus what makes it look real.

Owns which invented parts (preface, colophon, footnotes, table, figure, references) a publication
gets and records each of them as filler. Setting them on pages is left to the writers of each form.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from corpora.replica.plan import Form, Placement, stable_number
from corpora.replica.text import Texts, texts_for
from corpora.replica.truth import Filler, FillerKind
from corpora.starter import StarterAuthor, StarterPassage, StarterPublication

WITH_TABLE = frozenset({"pdf", "pdf2", "chapters", "docx"})


@dataclass(frozen=True)
class Section:
    """A heading and its passages; `number` counts from 1 in the document."""

    number: int
    heading: str
    passages: tuple[StarterPassage, ...]


@dataclass(frozen=True)
class Table:
    """An invented table of numbers about the document itself."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class FillerLog:
    """Collects what was invented, with the address it ends up at."""

    def __init__(self) -> None:
        self.found: list[tuple[FillerKind, str]] = []

    def add(self, kind: FillerKind, text: str) -> str:
        """Note `text` as invented and return it."""
        if (kind, text) not in self.found:
            self.found.append((kind, text))
        return text

    def at(self, url: str) -> tuple[Filler, ...]:
        """Return everything noted as standing at `url`."""
        return tuple(Filler(kind=kind, text=text, url=url) for kind, text in self.found)


@dataclass(frozen=True)
class Document:
    """One publication ready to be set: real text and marked filler.

    `footnotes` maps a passage's number to the note that hangs on it; `table_after` and
    `figure_after` are section numbers.
    """

    placement: Placement
    texts: Texts
    sections: tuple[Section, ...]
    notice: str
    preface: tuple[str, ...]
    colophon: tuple[str, ...]
    footnotes: dict[int, str]
    table: Table | None
    table_after: int
    figure: str | None
    figure_after: int
    references: tuple[str, ...]
    fillers: FillerLog = field(default_factory=FillerLog)

    @property
    def publication(self) -> StarterPublication:
        """The real publication."""
        return self.placement.publication

    @property
    def is_article(self) -> bool:
        """True for what stands in a journal or a book: no cover, no front matter."""
        return self.placement.host.articles

    @property
    def passages(self) -> tuple[StarterPassage, ...]:
        """The passages in this document, in order."""
        return tuple(passage for section in self.sections for passage in section.passages)

    def heading(self, section: Section) -> str:
        """Return the section's heading as its publisher numbers it."""
        return self.placement.host.heading.format(number=section.number, title=section.heading)

    def facts(self) -> list[tuple[str, str]]:
        """Return label and value of each known fact; what is not known is not there."""
        return facts_of(self.publication, self.texts)


def facts_of(publication: StarterPublication, texts: Texts) -> list[tuple[str, str]]:
    """Return label and value of what is known about a publication, in `texts`' language."""
    values: list[tuple[str, str | int | None]] = [
        (texts.word("publisher"), publication.publisher),
        (texts.word("year"), publication.year),
        (texts.word("series"), publication.series),
        (texts.word("journal"), publication.journal),
        (texts.word("volume"), publication.volume),
        (texts.word("issue"), publication.issue),
        (texts.word("pages"), publication.pages),
        ("ISBN", publication.isbn),
        ("ISSN", publication.issn),
        ("DOI", publication.doi),
    ]
    return [(label, str(value)) for label, value in values if value is not None]


def author_name(author: StarterAuthor) -> str:
    """Return an author's name as printed on a cover."""
    return author.literal or f"{author.given or ''} {author.family}".strip()


def author_names(publication: StarterPublication) -> list[str]:
    """Return every author as printed on a cover; empty where none is known."""
    return [author_name(author) for author in publication.authors or ()]


def make_sections(passages: Iterable[StarterPassage]) -> tuple[Section, ...]:
    """Put passages that follow each other under the same heading together."""
    groups: list[list[StarterPassage]] = []
    for passage in passages:
        if groups and groups[-1][-1].section == passage.section:
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return tuple(
        Section(number, group[0].section, tuple(group)) for number, group in enumerate(groups, 1)
    )


def make_document(placement: Placement, form: Form) -> Document:
    """Return the publication as it is printed in `form`, its filler noted."""
    publication = placement.publication
    texts = texts_for(publication.language)
    passages = publication.passages
    if placement.edition == 1:
        passages = passages[:-1]
    sections = make_sections(passages)
    rich = form != "pptx"
    log = FillerLog()
    notice = log.add("notice", texts.notice_for(publication.url))
    headings = {section.heading for section in sections}
    article = placement.host.articles
    with_preface = form in {"pdf", "pdf2", "scan", "docx"} and not article
    preface = texts.preface if with_preface and texts.word("preface") not in headings else ()
    colophon = list(texts.colophon) if with_preface else []
    with_figure = form in {"pdf", "chapters"} and stable_number(publication.id) % 2
    return Document(
        placement=placement,
        texts=texts,
        sections=sections,
        notice=notice,
        preface=tuple(log.add("preface", text) for text in preface),
        colophon=tuple(log.add("colophon", text) for text in colophon),
        footnotes=_choose_footnotes(publication, passages, texts, log) if rich else {},
        table=_count_table(sections, texts, log) if form in WITH_TABLE else None,
        table_after=sections[(len(sections) - 1) // 2].number,
        figure=log.add("caption", f"{texts.word('figure')} 1 {texts.figure}")
        if with_figure
        else None,
        figure_after=sections[-1].number,
        references=tuple(log.add("reference", text) for text in texts.references) if rich else (),
        fillers=log,
    )


def _choose_footnotes(
    publication: StarterPublication,
    passages: tuple[StarterPassage, ...],
    texts: Texts,
    log: FillerLog,
) -> dict[int, str]:
    """Hang two or three invented notes on passages spread over the document."""
    step = max(2, len(passages) // len(texts.footnotes))
    start = stable_number(publication.id) % 2
    chosen = [passage.n for passage in passages[start::step]][: len(texts.footnotes)]
    return {n: log.add("footnote", note) for n, note in zip(chosen, texts.footnotes, strict=False)}


def _count_table(sections: tuple[Section, ...], texts: Texts, log: FillerLog) -> Table:
    """Count pages and words of the first sections: numbers that look real and say nothing."""
    rows: list[tuple[str, ...]] = []
    for section in sections[:5]:
        words = sum(len(passage.text.split()) for passage in section.passages)
        rows.append((str(section.number), str(1 + words // 60), str(words), str(words % 3)))
    table = Table(
        caption=log.add("caption", f"{texts.word('table')} 1 {texts.table.caption}"),
        columns=texts.table.columns,
        rows=tuple(rows),
    )
    log.add("table", " ".join(table.columns))
    for row in rows:
        log.add("table", " ".join(row))
    return table
