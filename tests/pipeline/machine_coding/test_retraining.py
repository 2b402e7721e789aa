"""Training again on what people have coded: when, against what, and which coder is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.codebook import load_codebook
from kb.search.rows import PersonCoding
from kb.settings import Settings
from pipeline.errors import CoderError
from pipeline.machine_coding import coder_training, retraining
from pipeline.machine_coding.coding_encoder import ENCODER_FILE, hash_encoder
from pipeline.machine_coding.model import Coder, load_coder
from pipeline.machine_coding.model_files import SHIPPED, coder_folder, own_folder, read_facts
from pipeline.machine_coding.peoples_codings import JudgedPassage, load_people
from pipeline.machine_coding.retraining import Retrained, new_codings, retrain, retrain_if_due
from pipeline.machine_coding.training_data import TrainingData, load_training_data
from pipeline.records import CodingInput
from tests.models import (
    shared_coding_embedder,
    shared_model_home,
    starter_lock,
)

EVERY = 10


@pytest.fixture(scope="module")
def little() -> TrainingData:
    data = load_training_data(load_codebook())
    return TrainingData(data.codebook, data.texts[::EVERY], data.publications[:4])


@pytest.fixture
def home(tmp_path: Path, little: TrainingData, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data home with the shared model and vectors, and little to learn from."""
    (tmp_path / "models" / "runtime").mkdir(parents=True)
    for path in (shared_model_home() / "models").iterdir():
        if path.name != "runtime":
            (tmp_path / "models" / path.name).symlink_to(path)
    (tmp_path / "vectors").symlink_to(shared_model_home() / "vectors")
    monkeypatch.setattr(coder_training, "load_training_data", lambda codebook: little)
    for module in (coder_training, retraining):
        name = "open_adapted_embedder" if module is coder_training else "open_coding_embedder"
        monkeypatch.setattr(module, name, lambda *given: shared_coding_embedder())
    return Settings(home=tmp_path, model="bundled", retrain_after=3)


def judged(count: int, factor: str = "resources") -> list[JudgedPassage]:
    said = (PersonCoding(factor, "barrier", "added", "Åse"),)
    text = "Det mangler penger, og kommune {} har ingen stillinger til samarbeidet."
    return [
        JudgedPassage(CodingInput(text.format(number), "nb"), f"p{number}", said, True)
        for number in range(count)
    ]


def test_codings_are_new_until_a_coder_has_learnt_them(home: Settings) -> None:
    assert new_codings(home, judged(4)) == 4
    assert new_codings(home, []) == 0


def test_a_coder_that_learns_from_people_is_kept_where_it_is_no_worse(home: Settings) -> None:
    with starter_lock():
        found = retrain(home, load_codebook(), judged(6))
    assert found.codings == 6
    assert 0 <= found.before <= found.after <= 1
    assert found.kept == "new"
    own = own_folder(home)
    assert coder_folder(home) == own
    facts = read_facts(own)
    assert facts.data_counts["people"] == facts.data_counts["people_codings"] == 6
    assert len(load_people(own)) == 6
    assert facts.encoder_sha256 == hash_encoder(own / ENCODER_FILE)
    assert facts.encoder_sha256 == hash_encoder(SHIPPED / ENCODER_FILE), "the encoder stays"
    assert load_coder(home).version == found.version
    assert found.version != load_coder(Settings(home=home.home / "other")).version
    assert new_codings(home, judged(7)) == 1


def test_a_worse_coder_is_not_kept(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retraining, "_compare", lambda *given, **named: (0.5, 0.4))
    with starter_lock():
        found = retrain(home, load_codebook(), judged(3), fold=7)
    present = load_coder(Settings(home=home.home / "other", model="bundled"))
    assert found == Retrained("present", present.version, 3, 0.5, 0.4)
    assert coder_folder(home) == SHIPPED


def test_there_must_be_something_to_learn_from(home: Settings) -> None:
    with pytest.raises(CoderError, match="found none: code some passages first"):
        retrain(home, load_codebook(), [])


def test_a_night_compares_on_its_own_fold(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folds: list[int | None] = []
    monkeypatch.setattr(retraining, "judged_passages", lambda store: judged(3))

    def take_note(*given: object, fold: int | None, **named: object) -> None:
        folds.append(fold)

    monkeypatch.setattr(retraining, "retrain", take_note)
    for night in (4, 5):
        retrain_if_due(home, None, load_codebook(), night=night)  # type: ignore[arg-type]
    assert folds == [4, 5]


@pytest.mark.parametrize(("after", "codings"), [(0, 99), (10, 9)])
def test_nothing_is_trained_before_it_is_due(
    home: Settings, monkeypatch: pytest.MonkeyPatch, after: int, codings: int
) -> None:
    monkeypatch.setattr(retraining, "judged_passages", lambda store: judged(codings))
    settings = home.model_copy(update={"retrain_after": after})
    found = retrain_if_due(settings, None, load_codebook(), night=1)  # type: ignore[arg-type]
    assert found is None


def test_a_factor_that_people_code_is_suggested_afterwards(home: Settings) -> None:
    with starter_lock():
        retrain(home, load_codebook(), judged(12))
    coder: Coder = load_coder(home)
    text = judged(20)[-1].input
    vectors = shared_coding_embedder().embed_passages([text.text])
    (coded,) = coder.code([text], vectors)
    assert coded.codings[0].factor == "resources"
    assert coded.codings[0].direction == "barrier"
