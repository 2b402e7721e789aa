"""What kind of publication it is, from its record and its words."""

from __future__ import annotations

from typing import Any

import pytest

from corpora.codebook import load_codebook
from pipeline.machine_coding.publication import (
    choose_evidence_type,
    count_categories,
    name_method,
    weigh_evidence_types,
)

TYPES = load_codebook().ids("evidence_types")


def choose(abstract: str = "", texts: tuple[str, ...] = (), **csl: Any) -> str | None:
    return choose_evidence_type(csl, abstract, texts, TYPES)


@pytest.mark.parametrize(
    ("csl", "expected"),
    [
        ({"title": "Evaluering av tverrfaglige team"}, "evaluation"),
        ({"title": "Følgeevaluering av programmet"}, "evaluation"),
        ({"title": "Samverkan", "type": "thesis"}, "thesis"),
        ({"title": "Yhteistyö", "collection-title": "Pro gradu -tutkielma"}, "thesis"),
        ({"title": "Tilsyn med barnevernet"}, "supervision_audit"),
        ({"title": "Litteraturgjennomgang om samhandling"}, "literature_review"),
        ({"title": "Collaboration", "container-title": "Journal of Work"}, "research_article"),
        ({"title": "NOU 2009: 22 Bedre samordning"}, "policy_guideline"),
        ({"title": "Samspil", "collection-title": "Rapport 2019:4"}, "research_report"),
    ],
)
def test_the_record_tells_the_type(csl: dict[str, Any], expected: str) -> None:
    assert choose(**csl) == expected


def test_an_article_about_an_evaluation_may_still_be_an_article() -> None:
    scores = weigh_evidence_types(
        {"title": "Samarbeid i skolen", "type": "article-journal"}, "En evaluering.", ()
    )
    assert max(scores, key=lambda name: scores[name]) == "research_article"


def test_the_title_outweighs_the_body() -> None:
    texts = ("Litteratursøk og kunnskapsoversikt.",)
    assert choose(texts=texts, title="Evaluering av modellen") == "evaluation"


def test_nothing_said_is_none() -> None:
    assert choose() is None
    assert choose(title="Barn") is None


def test_a_type_the_codebook_lacks_is_never_said() -> None:
    assert choose_evidence_type({"title": "Evaluering"}, "", (), ("survey",)) is None


@pytest.mark.parametrize(
    ("abstract", "method"),
    [
        ("Vi intervjuet 20 ansatte.", "interviews"),
        ("Enkäten besvarades av 300 chefer.", "survey"),
        ("Viðtöl og spurningalistakönnun.", "survey"),
        ("Fokusgruppeintervju med helsesykepleiere.", "focus groups"),
        ("A cluster-randomised trial in schools.", "randomised trial"),
    ],
)
def test_the_method_is_named_in_english(abstract: str, method: str) -> None:
    said = name_method(abstract, ())
    assert said is not None
    assert method in said.split(", ")


def test_a_text_that_does_not_say_how_has_no_method() -> None:
    assert name_method("Barn trenger hjelp.", ("Samarbeid er viktig.",)) is None


def test_at_most_three_methods_the_commonest_first() -> None:
    text = "Intervju, intervju, intervju. Spørreskjema. Observasjon. Registerdata. Casestudie."
    said = (name_method(text, ()) or "").split(", ")
    assert said[0] == "interviews"
    assert len(said) == 3


def test_the_body_is_read_where_the_abstract_is_silent() -> None:
    assert name_method("", ("Haastattelimme kymmentä työntekijää.",)) == "interviews"


def test_categories_are_counted() -> None:
    assert count_categories("methods", "survey, survey and interviews") == {
        "survey": 2,
        "interviews": 1,
    }
