"""Publications made of the exemplars' passages in seven languages, and ways their text changes.

Owns the texts before and after. What becomes of people's work on them is the gate's.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from corpora.starter import load_exemplar_passages
from kb.publications import NewPassage
from pipeline.bodies import _passage
from pipeline.passages import make_passages
from pipeline.records import Block, Extracted, Line, Page
from pipeline.sentences import split_sentences

LANGUAGES = ("nb", "nn", "sv", "da", "fi", "is", "en")
SECTIONS, PARAGRAPHS = 4, 3  # of a publication; each paragraph about 100 words
PER_PAGE = 2  # paragraphs


@dataclass(frozen=True)
class Text:
    """A publication's body: (section, paragraph) in order, where it begins, and what file it is."""

    language: str
    paragraphs: tuple[tuple[str, str], ...]
    first_page: int = 0
    media_type: str = "application/pdf"

    def drafts(self, sha256: str) -> list[NewPassage]:
        """Its passages, as the pipeline makes them."""
        blocks: list[Block] = []
        section = ""
        paged = self.media_type == "application/pdf"
        last = 0
        for at, (own, text) in enumerate(self.paragraphs):
            last = self.first_page + at // PER_PAGE if paged else 0
            if own != section:
                blocks.append(Block("heading", own, (own,), 1))
                section = own
            blocks.append(Block("paragraph", text, (own,), lines=(Line(0, len(text), last),)))
        labels = [str(number + 1) if paged else None for number in range(last + 1)]
        pages = tuple(Page(number, label, "") for number, label in enumerate(labels))
        extracted = Extracted(
            "read", None, self.media_type, self.language, pages=pages, blocks=tuple(blocks)
        )
        return [_passage(sha256, draft) for draft in make_passages(extracted)]


@functools.cache
def shelf(language: str) -> tuple[str, ...]:
    """The exemplars' passages in a language."""
    return tuple(one.text for one in load_exemplar_passages() if one.language == language)


def publications(count: int, dice: random.Random) -> list[Text]:
    """Invented publications, the seven languages in turn."""
    found = []
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        texts = dice.sample(shelf(language), SECTIONS * PARAGRAPHS)
        parts = [(f"{at // PARAGRAPHS + 1} Del", text) for at, text in enumerate(texts)]
        found.append(Text(language, tuple(parts)))
    return found


def spare_paragraph(text: Text, dice: random.Random) -> str:
    """A paragraph in the publication's language that it does not hold."""
    own = {paragraph for _, paragraph in text.paragraphs}
    return dice.choice([said for said in shelf(text.language) if said not in own])


def sentences(paragraph: str) -> list[str]:
    """The paragraph's sentences."""
    return [paragraph[start:end] for start, end in split_sentences(paragraph)]


def _rewritten(text: Text, change: Callable[[str], str]) -> Text:
    return replace(text, paragraphs=tuple((own, change(said)) for own, said in text.paragraphs))


def paragraph_inserted(text: Text, dice: random.Random) -> Text:
    """Two new paragraphs somewhere."""
    parts = list(text.paragraphs)
    for _ in range(2):
        at = dice.randrange(len(parts))
        parts.insert(at, (parts[at][0], spare_paragraph(text, dice)))
    return replace(text, paragraphs=tuple(parts))


def words_changed(text: Text, dice: random.Random, share: float = 0.3) -> Text:
    """In a share of the sentences one or two words become others, or fall out."""
    words = [word for _, said in text.paragraphs for word in said.split() if word.isalpha()]

    def change(said: str) -> str:
        kept = []
        for sentence in sentences(said):
            own = sentence.split()
            if dice.random() < share and len(own) > 6:
                for _ in range(dice.randint(1, 2)):
                    own[dice.randrange(1, len(own) - 1)] = dice.choice([*words[:200], ""])
            kept.append(" ".join(word for word in own if word))
        return " ".join(kept)

    return _rewritten(text, change)


def pages_moved(text: Text, dice: random.Random) -> Text:
    """A foreword pushes every page back, and a paragraph of it is new."""
    parts = [("Forord", spare_paragraph(text, dice)), *text.paragraphs]
    return replace(text, paragraphs=tuple(parts), first_page=dice.randint(2, 9))


def section_removed(text: Text, dice: random.Random) -> Text:
    """One section is gone."""
    gone = dice.choice(sorted({own for own, _ in text.paragraphs}))
    return replace(text, paragraphs=tuple(p for p in text.paragraphs if p[0] != gone))


def new_edition(text: Text, dice: random.Random) -> Text:
    """Sections in another order, some paragraphs gone, others new, words changed."""
    names = sorted({own for own, _ in text.paragraphs})
    dice.shuffle(names)
    parts = [part for name in names for part in text.paragraphs if part[0] == name]
    parts = [part for part in parts if dice.random() > 0.15]
    edition = replace(text, paragraphs=tuple(parts), first_page=dice.randint(0, 5))
    return words_changed(paragraph_inserted(edition, dice), dice, 0.25)


def pdf_to_html(text: Text, dice: random.Random) -> Text:
    """A web page in place of the PDF: no pages, other quotation marks and spaces."""
    plain = str.maketrans(dict.fromkeys("”“»«", '"') | {"’": "'", "–": "—", "\u00a0": " "})
    page = _rewritten(text, lambda said: said.translate(plain))
    return paragraph_inserted(replace(page, media_type="text/html", first_page=0), dice)


def sentence_split(text: Text, dice: random.Random) -> Text:
    """In half of the paragraphs a sentence becomes two."""

    def change(said: str) -> str:
        cuts = [match.start() for match in re.finditer(r", [a-zåäöæøðþ]", said)]
        if not cuts or dice.random() < 0.5:
            return said
        at = dice.choice(cuts)
        return said[:at] + ". " + said[at + 2].upper() + said[at + 3 :]

    return _rewritten(text, change)


def sentence_merged(text: Text, dice: random.Random) -> Text:
    """In half of the paragraphs two sentences become one."""

    def change(said: str) -> str:
        own = sentences(said)
        if len(own) < 2 or dice.random() < 0.5:
            return said
        at = dice.randrange(len(own) - 1)
        joined = own[at].rstrip(".") + "; " + own[at + 1][0].lower() + own[at + 1][1:]
        return " ".join([*own[:at], joined, *own[at + 2 :]])

    return _rewritten(text, change)


def hyphenation(text: Text, dice: random.Random) -> Text:
    """Long words are broken at line ends, and the breaks were not mended, or only half."""

    def broken(word: str) -> str:
        if len(word) < 9 or not word.isalpha() or dice.random() > 0.3:
            return word
        return word[:5] + dice.choice(["-", "- ", "\u00ad", "\u00ad ", "-\n"]) + word[5:]

    return _rewritten(text, lambda said: " ".join(broken(word) for word in said.split(" ")))


def boundaries_moved(text: Text, dice: random.Random) -> Text:
    """Paragraphs run together and are parted elsewhere, so that passages are cut elsewhere."""
    parts: list[tuple[str, str]] = []
    for name in dict.fromkeys(own for own, _ in text.paragraphs):
        own = [one for part, said in text.paragraphs if part == name for one in sentences(said)]
        lengths = dice.randint(3, 6)
        shift = dice.randint(1, 3)
        cuts = [0, *range(shift, len(own), lengths), len(own)]
        parts += [(name, " ".join(own[a:b])) for a, b in pairwise(cuts) if own[a:b]]
    return replace(text, paragraphs=tuple(parts))


def doubled(text: Text, dice: random.Random) -> Text:
    """A summary at the front repeats paragraphs; those in the body get a word more."""
    chosen = dice.sample(range(len(text.paragraphs)), 4)
    front = [("Sammendrag", text.paragraphs[at][1]) for at in chosen[:2]]
    front += [("Sammendrag", " ".join(sentences(text.paragraphs[at][1])[:2])) for at in chosen[2:]]
    return replace(text, paragraphs=(*front, *text.paragraphs))


def alike(text: Text) -> Text:
    """The publication with one paragraph for each of twelve places, but for name and number."""
    names = ("Bodø", "Växjö", "Århus", "Åbo", "Ísafjörður", "Þórshöfn", "Nuuk", "Mariehamn",
             "Tønder", "Östersund", "Kemijärvi", "Ålesund")  # fmt: skip
    own = text.paragraphs[0][1].split()
    half = len(own) // 2
    parts = [
        (f"{at + 1} {name}", " ".join([name, *own[:half], f"{at + 21} %", *own[half:]]))
        for at, name in enumerate(names)
    ]
    return replace(text, paragraphs=tuple(parts))


def one_of_alike_removed(text: Text, dice: random.Random) -> Text:
    """Of paragraphs that differ in a name and a number, two are gone."""
    gone = dice.sample(range(len(text.paragraphs)), 2)
    kept = [part for at, part in enumerate(text.paragraphs) if at not in gone]
    return replace(text, paragraphs=tuple(kept))


CHANGES: tuple[Callable[[Text, random.Random], Text], ...] = (
    paragraph_inserted,
    words_changed,
    pages_moved,
    section_removed,
    new_edition,
    pdf_to_html,
    sentence_split,
    sentence_merged,
    hyphenation,
    boundaries_moved,
    doubled,
    one_of_alike_removed,
)
