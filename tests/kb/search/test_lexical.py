from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError
from kb.search.asked_words import AskedWord, Meeting, asked_word
from kb.search.lexical import LexicalIndex, write_fulltext
from kb.search.twins import fingerprint
from tests.kb.search.sample_rows import make_row

ROWS = [
    make_row("a", "Taushetsplikten hindrer samarbeidet.", language="nb", title="", section=""),
    make_row("b", "Møtene hindret ingen.", language="nn", title="", section="Taushetsplikt"),
    make_row("c", "Tavshedspligten hindrer samarbejdet.", language="da"),
    make_row("d", "Yhteistyössä tarvitaan luottamusta.", language="fi"),
    make_row("e", "Þagnarskylda hindrar samstarf.", language="is"),
    make_row("f", "Zusammenarbeit der Dienste.", language="de"),
    make_row("g", "En åpen dør og en plikt.", language="nb", title="", section=""),
    make_row("h", "En plikt til aapenhet.", language="nb", title="", section=""),
    make_row("i", "Yhteistyöverkosto ja verkosto.", language="fi"),
    make_row("j", "Verkosto kokoontui.", language="fi"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("generation")
    write_fulltext(folder, ROWS)
    return LexicalIndex(folder)


def found(index: LexicalIndex, text: str, language: str, limit: int = 10) -> list[int]:
    return [int(row) for row in index.search(text, language, limit)[0]]


def word(index: LexicalIndex, text: str, language: str) -> AskedWord:
    (asked,) = index.asked(text, language)
    return asked


def test_every_row_is_indexed(index: LexicalIndex) -> None:
    assert len(index) == len(ROWS)


def test_inflections_meet_in_the_querys_own_language_only(index: LexicalIndex) -> None:
    assert found(index, "taushetsplikt", "nb") == [0, 1]
    assert found(index, "hindre", "da") == [2]
    assert found(index, "yhteistyö", "fi")[0] == 3
    assert found(index, "ÞAGNARSKYLDA", "is") == [4]
    assert found(index, "zusammenarbeit", "de") == [5]


def test_the_text_counts_more_than_the_heading(index: LexicalIndex) -> None:
    rows, scores = index.search("taushetsplikt", "nn", 10)
    assert rows.tolist() == [0, 1]
    assert scores[0] > scores[1] > 0


def test_a_part_meets_its_compounds_behind_the_word_itself(index: LexicalIndex) -> None:
    rows, scores = index.search("plikt", "nb", 10)
    assert set(rows.tolist()) == {0, 1, 6, 7}
    assert set(rows[:2].tolist()) == {6, 7}
    assert scores[1] > scores[2]
    assert set(found(index, "verkosto", "fi")) == {8, 9}
    assert set(found(index, "yhteistyö", "fi")) == {3, 8}


def test_letters_may_be_missing_and_the_exact_spelling_comes_first(index: LexicalIndex) -> None:
    assert found(index, "åpen", "nb") == [6, 7]
    assert set(found(index, "åpenhet", "nb")) == set(found(index, "aapenhet", "nb")) == {7, 6}
    assert found(index, "yhteistyo", "fi")[0] == 3
    assert found(index, "thagnarskylda", "is") == [4]
    rows, scores = index.search("aapenhet", "nb", 10)
    assert rows[0] == 7
    assert scores[0] > scores[-1]


def test_one_typing_error_is_forgiven_where_the_word_is_unknown(index: LexicalIndex) -> None:
    assert word(index, "samarbiedet", "nb").corrected == ("samarbeidet",)
    assert found(index, "samarbiedet", "nb") == [0]
    assert found(index, "taushetsplikter", "nb") == [0, 1]
    assert word(index, "hindrer", "nb").corrected == ()
    (quoted,) = index.asked("samarbiedet", "nb", exact={"samarbiedet"})
    assert quoted == AskedWord("samarbiedet", quoted.stem, quoted.folded)


def test_a_word_of_another_language_is_no_slip(index: LexicalIndex) -> None:
    assert index.occurs("hindrar")
    assert word(index, "hindrar", "nb").corrected == ()


def test_an_unknown_word_is_met_by_longer_ones_that_begin_with_it(index: LexicalIndex) -> None:
    assert word(index, "samarb", "nb").others
    assert found(index, "samarb", "nb") == [0]


def test_an_unknown_compound_is_met_by_all_its_parts(tmp_path: Path) -> None:
    rows = [
        make_row("a", "En plikt for skolen. En skole."),
        make_row("b", "Skolen er stor."),
        make_row("c", "Det er en plikt."),
    ]
    write_fulltext(tmp_path, rows)
    index = LexicalIndex(tmp_path)
    assert word(index, "skoleplikt", "nb").pieces == ("skol", "plikt")
    assert found(index, "skoleplikt", "nb") == [0]


def test_a_star_asks_for_every_word_that_begins_so(index: LexicalIndex) -> None:
    asked = index.asked("taushets", "nb", prefixes={"taushets"})
    assert asked[0].prefix
    assert index.search_words(asked, "nb", 10)[0].tolist() == [0]


def test_stop_words_count_only_by_themselves(index: LexicalIndex) -> None:
    assert [asked.word for asked in index.asked("en plikt og en dør", "nb")] == ["plikt", "dør"]
    assert [asked.word for asked in index.asked("en og til", "nb")] == ["en", "og", "til"]


def test_of_a_paragraph_the_rarest_words_are_searched(tmp_path: Path) -> None:
    rows = [make_row(f"r{n}", f"Barn nummer {n} i kommunen.") for n in range(30)]
    write_fulltext(tmp_path, rows)
    index = LexicalIndex(tmp_path)
    text = "barn nummer " + " ".join(str(n) for n in range(3, 29)) + " finnesikke"
    asked = [word.word for word in index.asked(text, "nb", paragraph=True)]
    assert len(asked) == 16
    assert not {"barn", "nummer", "finnesikke"} & set(asked)


def test_the_share_of_known_words_is_of_their_own_language(index: LexicalIndex) -> None:
    assert index.known_share(index.asked("plikt samarbeid ukjentord", "nb"), "nb") == 2 / 3
    assert index.known_share(index.asked("plikt samarbeid", "fi"), "fi") == 0.0
    assert index.known_share((), "nb") == 0.0


def test_only_allowed_rows_are_searched(index: LexicalIndex) -> None:
    rows, scores = index.search("taushetsplikt", "nb", 10, np.array([1, 4]))
    assert rows.tolist() == [1]
    wanted = index.search("taushetsplikt", "nb", 10)[1][1]
    assert scores[0] == pytest.approx(wanted)


def test_no_more_than_asked_for(index: LexicalIndex) -> None:
    assert found(index, "taushetsplikt", "nb", limit=1) == [0]


@pytest.mark.parametrize("text", ["", "?!", "finnesikke", 'body_no:"x', "🙂", "a" * 5000])
def test_nothing_met_is_nothing_found(index: LexicalIndex, text: str) -> None:
    assert found(index, text, "nb") == []


def test_rows_that_share_a_fingerprint_are_candidates(index: LexicalIndex) -> None:
    assert index.sharing(fingerprint("nb", ROWS[0].text)).tolist() == [0]
    assert index.sharing(fingerprint("sv", ROWS[0].text)).tolist() == []
    assert index.sharing(()).tolist() == []


def test_a_word_meets_what_it_is_asked_for(index: LexicalIndex) -> None:
    meeting = Meeting([asked_word("plikt", "no"), asked_word("sam", "no", prefix=True)], "no")
    for other, met in (
        ("plikten", True),
        ("taushetsplikten", True),
        ("samarbeidet", True),
        ("døren", False),
    ):
        assert meeting.meets(other, index.lexicon.facts(other, "no")) is met
    assert not Meeting((), "no").meets("plikten", index.lexicon.facts("plikten", "no"))


def test_a_missing_or_damaged_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"full text of the index .* cannot be opened"):
        LexicalIndex(tmp_path)
    write_fulltext(tmp_path, ROWS)
    (tmp_path / "words.arrow").unlink()
    with pytest.raises(GenerationError, match=r"words of the index .* cannot be read"):
        LexicalIndex(tmp_path)
    (tmp_path / "fulltext" / "meta.json").write_text("{")
    with pytest.raises(GenerationError, match="run `samvirke index`"):
        LexicalIndex(tmp_path)


def test_the_full_text_of_an_older_version_is_said(tmp_path: Path) -> None:
    import tantivy

    place = tmp_path / "fulltext"
    place.mkdir()
    schema = tantivy.SchemaBuilder().add_unsigned_field("row", indexed=True, fast=True).build()
    tantivy.Index(schema, path=str(place)).writer(15_000_000, 1).commit()
    with pytest.raises(GenerationError, match="run `samvirke index`"):
        LexicalIndex(tmp_path)
