"""A publication as a deck of slides, with some of its text in the speaker notes.

Owns which passage stands on which slide.
"""

import io

from corpora.replica.document import Document, author_names
from corpora.replica.office import describe_file, fix_archive
from corpora.replica.truth import PassagePlace

NOTES_EVERY = 3
"""On every third slide the text stands in the speaker notes."""
TYPE_SIZE = 20
"""Points of the text on a slide."""


def write_pptx(document: Document) -> tuple[bytes, tuple[PassagePlace, ...]]:
    """Return the publication as PPTX and on which slide each passage stands."""
    from pptx import Presentation
    from pptx.util import Pt

    publication, words = document.publication, document.texts
    deck = Presentation()
    describe_file(deck.core_properties, document)
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = publication.title
    lines = [", ".join(author_names(publication)), *(value for _, value in document.facts())]
    cover.placeholders[1].text = "\n".join(line for line in (*lines, document.notice) if line)
    abstract = deck.slides.add_slide(deck.slide_layouts[1])
    abstract.shapes.title.text = words.word("abstract")
    abstract.placeholders[1].text = publication.abstract
    places: list[PassagePlace] = []
    for section in document.sections:
        for passage in section.passages:
            slide = deck.slides.add_slide(deck.slide_layouts[1])
            slide.shapes.title.text = section.heading
            in_notes = passage.n % NOTES_EVERY == 0
            body = slide.placeholders[1]
            if in_notes:
                body.text = document.fillers.add("chrome", words.word("see_notes"))
                slide.notes_slide.notes_text_frame.text = passage.text
            else:
                body.text = passage.text
            for paragraph in body.text_frame.paragraphs:
                paragraph.font.size = Pt(TYPE_SIZE)
            index = len(deck.slides) - 1
            label = str(index + 1)
            places.append(
                PassagePlace(
                    n=passage.n,
                    page=index,
                    page_label=label,
                    page_end=index,
                    page_label_end=label,
                    notes=in_notes,
                )
            )
    last = deck.slides.add_slide(deck.slide_layouts[1])
    last.shapes.title.text = words.word("contact")
    last.placeholders[1].text = document.notice
    buffer = io.BytesIO()
    deck.save(buffer)
    return fix_archive(buffer.getvalue()), tuple(places)
