"""The shipped coder at work, on sentences of our own, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from corpora.categories import Category
from corpora.codebook import Codebook, load_codebook
from kb.settings import Settings
from pipeline.errors import CoderError
from pipeline.machine_coding import Coder, load_coder
from pipeline.machine_coding.model_files import SHIPPED, own_folder, read_model, write_model
from pipeline.records import CodedText, CodingInput, PublicationInput
from tests.models import shared_coding_embedder

TEXTS = {
    "nb": (
        "Taushetsplikten gjør at skolen og barnevernet ikke får dele opplysninger. Kommunen har "
        "38 skoler. Ansatte er usikre på hva loven tillater dem å si til hverandre."
    ),
    "sv": (
        "Chefernas stöd var avgörande för att samverkan skulle lyckas. Ledningen prioriterade "
        "arbetet och gav det tyngd i båda förvaltningarna."
    ),
    "fi": (
        "Resurssien puute haittaa yhteistyötä. Työntekijöillä ei ole aikaa yhteisiin "
        "palavereihin, ja rahoitus on lyhytaikaista."
    ),
}


@pytest.fixture(scope="module")
def coder() -> Coder:
    return load_coder(Settings(model="bundled"))


@pytest.fixture(scope="module")
def coded(coder: Coder) -> dict[str, CodedText]:
    inputs = [CodingInput(text, language) for language, text in TEXTS.items()]
    vectors = shared_coding_embedder().embed_passages(list(TEXTS.values()))
    return dict(zip(TEXTS, coder.code(inputs, vectors), strict=True))


@pytest.mark.parametrize(
    ("language", "factor", "direction"),
    [
        ("nb", "information_sharing", "barrier"),
        ("sv", "leadership", "facilitator"),
        ("fi", "resources", "barrier"),
    ],
)
def test_a_plain_passage_is_coded(
    coded: dict[str, CodedText], language: str, factor: str, direction: str
) -> None:
    first = coded[language].codings[0]
    assert (first.factor, first.direction) == (factor, direction)
    assert 0.3 < first.confidence <= 1.0


def test_codings_come_surest_first(coded: dict[str, CodedText]) -> None:
    for found in coded.values():
        confidences = [coding.confidence for coding in found.codings]
        assert confidences == sorted(confidences, reverse=True)


def test_what_it_is_unsure_of_is_told_when_asked_for(coder: Coder) -> None:
    inputs = [CodingInput(text, language) for language, text in TEXTS.items()]
    vectors = shared_coding_embedder().embed_passages(list(TEXTS.values()))
    sure, every = coder.code(inputs, vectors), coder.code(inputs, vectors, unsure=True)
    for given, some, more in zip(inputs, sure, every, strict=True):
        assert some.codings == tuple(one for one in more.codings if coder.is_sure(given, one))
        assert all(coder.is_sure(given, coding) for coding in some.codings)


def test_the_sentence_that_carries_a_coding_is_marked(coded: dict[str, CodedText]) -> None:
    first = coded["nb"].codings[0]
    sentence = TEXTS["nb"][first.start : first.end]
    assert sentence.startswith("Taushetsplikten")
    assert sentence.endswith(".")


def test_sectors_are_those_spoken_of(coded: dict[str, CodedText]) -> None:
    assert "school" in coded["nb"].sectors
    assert "child_welfare" in coded["nb"].sectors


def test_everything_it_says_is_in_the_codebook(coded: dict[str, CodedText]) -> None:
    codebook = load_codebook()
    for found in coded.values():
        assert {c.factor for c in found.codings} <= set(codebook.ids("factors"))
        assert {c.direction for c in found.codings} <= set(codebook.ids("directions"))
        assert set(found.sectors) <= set(codebook.ids("sectors"))
        assert set(found.target_groups) <= set(codebook.ids("target_groups"))


def test_what_is_about_nothing_of_the_kind_is_not_coded(coder: Coder) -> None:
    text = "The kernel image is loaded from the boot partition before the disk is mounted."
    vectors = shared_coding_embedder().embed_passages([text])
    assert coder.code([CodingInput(text, "en")], vectors)[0].codings == ()


def test_the_same_text_is_coded_the_same_alone_and_among_others(coder: Coder) -> None:
    inputs = [CodingInput(text, language) for language, text in TEXTS.items()]
    vectors = shared_coding_embedder().embed_passages(list(TEXTS.values()))
    together = coder.code(inputs, vectors)
    alone = [coder.code([one], vectors[place : place + 1])[0] for place, one in enumerate(inputs)]
    assert [t.codings for t in together] == [t.codings for t in alone]


@pytest.mark.parametrize("text", ["", " ", "…", "x", "ord " * 5000, "\x00\ud800<b>&"])
def test_odd_texts_do_no_harm(coder: Coder, text: str) -> None:
    found = coder.code([CodingInput(text, "nb")], np.ones((1, 384), np.float32))[0]
    for coding in found.codings:
        assert 0 <= coding.start <= coding.end <= len(text)


def test_no_texts_give_no_codings(coder: Coder) -> None:
    assert coder.code([], np.zeros((0, 384), np.float32)) == []


@pytest.mark.parametrize("shape", [(1, 384), (2, 768), (3, 384)])
def test_vectors_of_another_model_are_refused(coder: Coder, shape: tuple[int, int]) -> None:
    inputs = [CodingInput("en", "nb"), CodingInput("to", "nb")]
    with pytest.raises(CoderError, match="Expected 2 vectors of 384 numbers, found an array"):
        coder.code(inputs, np.zeros(shape, np.float32))


def test_a_publication_is_told_whole(coder: Coder) -> None:
    said = coder.code_publication(
        PublicationInput(
            csl={"title": "Evaluering av samarbeid i Oslo kommune", "language": "nb"},
            abstract="Intervjuer med ansatte i Oslo og Bergen kommune.",
            texts=("Barnevernloven gir plikt til å samarbeide.",),
            coded=(),
        )
    )
    assert said.evidence_type == "evaluation"
    assert said.method == "interviews"
    assert said.countries == ("NO",)


def test_a_publication_of_which_nothing_is_known(coder: Coder) -> None:
    said = coder.code_publication(PublicationInput(csl={}, abstract="", texts=(), coded=()))
    assert (said.evidence_type, said.method, said.countries) == (None, None, ())


def test_the_version_is_that_of_the_files(coder: Coder) -> None:
    assert coder.version == load_coder(Settings(model="bundled")).version
    assert len(coder.version) == 12
    assert coder.embedding_space


def category(name: str) -> Category:
    return load_codebook().factors[0].model_copy(update={"id": name})


def changed(codebook: Codebook, **lists: Any) -> Codebook:
    return Codebook.model_validate({**codebook.model_dump(), **lists})


def test_a_codebook_with_a_factor_it_has_not_learnt_is_coded_without_it_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    codebook = load_codebook()
    other = changed(codebook, factors=(*codebook.factors, category("luck")))
    coders = [load_coder(Settings(model="bundled"), other) for _ in range(2)]
    assert [record.getMessage() for record in caplog.records] == [
        "The machine coder has not learnt the factors luck of this codebook and leaves them to "
        "people."
    ]
    vectors = shared_coding_embedder().embed_passages([TEXTS["sv"]])
    (found,) = coders[1].code([CodingInput(TEXTS["sv"], "sv")], vectors)
    assert found.codings[0].factor == "leadership"


def test_a_codebook_without_a_factor_it_has_learnt() -> None:
    codebook = load_codebook()
    other = changed(codebook, factors=codebook.factors[1:])
    with pytest.raises(CoderError, match=f"found no {codebook.factors[0].id}: put it back") as said:
        load_coder(Settings(model="bundled"), other)
    assert "machine_coding.train" in str(said.value)


def test_a_codebook_that_lost_a_sector() -> None:
    codebook = load_codebook()
    other = changed(codebook, sectors=codebook.sectors[1:])
    with pytest.raises(CoderError, match=f"found no {codebook.sectors[0].id}"):
        load_coder(Settings(model="bundled"), other)


def test_another_order_of_the_same_codes_is_fine() -> None:
    codebook = load_codebook()
    other = changed(codebook, factors=tuple(reversed(codebook.factors)))
    assert load_coder(Settings(model="bundled"), other).version


def test_another_embedding_model_needs_its_own_coder() -> None:
    with pytest.raises(CoderError, match="trained on the embedding model 'some/other'"):
        load_coder(Settings(model="some/other"))


def test_the_data_homes_own_coder_comes_first(settings: Settings) -> None:
    parts = read_model(SHIPPED)
    facts = parts.facts.model_copy(update={"embedding_model": "some/other"})
    write_model(own_folder(settings), type(parts)(**{**vars(parts), "facts": facts}))
    mine = settings.model_copy(update={"model": "some/other"})
    assert load_coder(mine).version != load_coder(Settings(model="bundled")).version
    with pytest.raises(CoderError, match="trained on 'some/other'"):
        load_coder(settings)
