"""Why a passage was found, other publications with its text, and what a search tells."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from app import notices
from app.i18n import LANGUAGES, translations
from app.markup import marked
from app.widgets.passage_card import quotation
from app.widgets.reasons import also_line, why_line
from kb.knowledge_base import open_knowledge_base
from kb.search.notices import TEXTS, Notice
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample

VALUES = {"value": "AND", "options": "a, b", "field": "country"}


def why(**more: Any) -> dict[str, Any]:
    """A record with nothing but its reasons."""
    return {
        "why": {
            "words": [],
            "closeness": 0.0,
            "factor": None,
            "phrase": False,
            "level": None,
            **more,
        }
    }


def line(sample: Sample, record: dict[str, Any]) -> str:
    return why_line(open_knowledge_base(sample.settings), record)


def test_every_reason_is_said(sample: Sample) -> None:
    html = line(sample, why(words=["ledelse", "<b>"], level="very_close", factor="leadership"))
    for part in ("Why:", "words met: ledelse, &lt;b&gt;", "very close in meaning", "coded: Leade"):
        assert part in html
    assert "close in meaning" in line(sample, why(level="close"))
    assert "very" not in line(sample, why(level="close"))
    assert "phrase and words met: a b" in line(sample, why(words=["a b"], phrase=True))
    assert line(sample, why(words=[f"w{n}" for n in range(8)])).count("w") < 8


def test_what_is_only_the_nearest_is_called_so(sample: Sample) -> None:
    assert "the nearest in meaning there is" in line(sample, why(closeness=0.2))
    assert line(sample, why()) == line(sample, {}) == ""


def test_other_publications_with_the_text_are_named() -> None:
    one = {"title": "Årsmelding <2019>"}
    assert also_line({"also_in": [one]}).count("1 other publication:") == 1
    html = also_line({"also_in": [one, {"title": None}, one, one]})
    assert "4 other publications" in html
    assert "“Årsmelding &lt;2019&gt;”, “Without a title”" in html
    assert html.endswith(" …</p>")
    assert also_line({"also_in": []}) == also_line({}) == ""


def test_the_sentence_is_marked_around_the_words() -> None:
    text = "En. To ord. Tre."
    assert marked(text, [[4, 6]], [4, 11]) == (
        'En. <span class="sv-means"><mark>To</mark> ord.</span> Tre.'
    )
    assert marked(text, [[0, 6]], [4, 11]).startswith(
        '<mark>En. </mark><span class="sv-means"><mark>To</mark>'
    )
    assert "sv-means" in quotation({"text": text, "meaning": [4, 11]})
    for whole in ([0, 16], None, []):
        assert "sv-means" not in quotation({"text": text, "meaning": whole})


@pytest.mark.parametrize("kind", TEXTS)
def test_the_app_says_every_notice_in_its_own_words(kind: str) -> None:
    notice = Notice(kind, 7, VALUES)
    assert notices.sentence(notice) == str(notice)
    assert str(notice).endswith(".")
    assert "{" not in str(notice)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
@pytest.mark.parametrize("kind", TEXTS)
def test_a_translated_notice_keeps_its_place_and_values(language: str, kind: str) -> None:
    said = translations(language).gettext(TEXTS[kind])
    assert said != TEXTS[kind]
    for name in ("{place}", "{value}", "{options}", "{field}"):
        assert (name in said) == (name in TEXTS[kind])


def test_the_app_has_a_sentence_for_every_notice_there_is() -> None:
    tree = ast.parse(Path(notices.__file__).read_text("utf-8"))
    keys = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    assert [key.value for key in keys[0].keys if isinstance(key, ast.Constant)] == list(TEXTS)


def test_a_search_shows_its_notices_quietly_and_its_reasons(open_view: Opener) -> None:
    test = open_view(q='ledelse AND "felles')
    assert not test.exception
    html = html_of(test)
    assert "The quotation mark at character 13 is not closed" in html
    assert "Why:" in html
    assert "words met: ledelse" in html


def test_a_passage_leads_to_others_like_it_and_back(open_view: Opener) -> None:
    first = open_view(q="taushetsplikt")
    links = [str(link.proto) for link in first.get("page_link") if "More like" in str(link.proto)]
    assert links
    like = links[0].split("like=")[1].split('"')[0].split("&")[0]
    test = open_view(like=like)
    assert not test.exception
    html = html_of(test)
    assert "Passages like this one, from" in html
    assert html.count('"sv-quote"') > 2
    test.button(key="like-clear").click().run()
    assert "like" not in test.query_params
    gone = html_of(open_view(like="no-such-passage"))
    assert "The index holds no passage" in gone
