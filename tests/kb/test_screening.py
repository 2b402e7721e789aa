"""Verdicts in the record: people outrank the machine, nothing is overwritten, all can be undone."""

from __future__ import annotations

import pytest

from corpora.codebook import load_codebook
from corpora.errors import CodebookError
from kb.errors import NotFoundError, ScreeningError
from kb.library import list_publications
from kb.publications import MACHINE, record_screening
from kb.screening import decide, excluded_by_people, history, verdicts, withdraw
from kb.tables import Publication
from tests.builders import Shelf

CODEBOOK = load_codebook()


def machine(shelf: Shelf, verdict: str, reason: str | None = None) -> None:
    """Let the machine judge."""
    with shelf.store.write() as session:
        record_screening(
            session,
            shelf.publication_id,
            verdict=verdict,
            reason=reason,
            score=0.4,
            reasons=["few words"],
            by=MACHINE,
            version="2",
        )


def say(shelf: Shelf, verdict: str, by: str = "Åsa", reason: str | None = None) -> str:
    """Let a person decide."""
    return decide(shelf.store, CODEBOOK, shelf.publication_id, verdict, by=by, reason=reason)


def counting(shelf: Shelf) -> tuple[str, str]:
    """Who said what counts now."""
    with shelf.store.read() as session:
        row = verdicts(session)[shelf.publication_id]
        return row.verdict, row.by


def test_a_person_outranks_the_machine_whenever_it_speaks(shelf: Shelf) -> None:
    machine(shelf, "undecided")
    assert counting(shelf) == ("undecided", MACHINE)
    say(shelf, "include")
    machine(shelf, "exclude", "not_collaboration")
    assert counting(shelf) == ("include", "Åsa")
    (view,) = list_publications(shelf.store)
    assert (view.verdict, view.verdict_by) == ("include", "Åsa")


def test_the_newest_persons_verdict_counts_and_is_taken_back_step_by_step(shelf: Shelf) -> None:
    machine(shelf, "undecided")
    say(shelf, "include")
    say(shelf, "exclude", "Jón Þór", "not_nordic")
    assert counting(shelf) == ("exclude", "Jón Þór")
    withdraw(shelf.store, shelf.publication_id, by="Jón Þór")
    assert counting(shelf) == ("include", "Åsa")
    withdraw(shelf.store, shelf.publication_id, by="Åsa")
    assert counting(shelf) == ("undecided", MACHINE)
    acts = history(shelf.store, shelf.publication_id)
    assert [(act.verdict, act.by) for act in acts] == [
        ("undecided", MACHINE),
        ("include", "Åsa"),
        ("exclude", "Jón Þór"),
        ("withdrawn", "Jón Þór"),
        ("withdrawn", "Åsa"),
    ]
    assert [act.counts for act in acts] == [True, False, False, False, False]


def test_taking_back_touches_ones_own_newest_only(shelf: Shelf) -> None:
    say(shelf, "include")
    say(shelf, "exclude", reason="not_nordic")
    say(shelf, "include", "Jón Þór")
    withdraw(shelf.store, shelf.publication_id, by="Åsa")
    assert counting(shelf) == ("include", "Jón Þór")
    withdraw(shelf.store, shelf.publication_id, by="Jón Þór")
    assert counting(shelf) == ("include", "Åsa")
    with pytest.raises(ScreeningError, match="by Berit on publication"):
        withdraw(shelf.store, shelf.publication_id, by="Berit")


def test_a_double_click_takes_one_verdict_back(shelf: Shelf) -> None:
    say(shelf, "exclude", reason="not_nordic")
    withdraw(shelf.store, shelf.publication_id, by="Åsa")
    with pytest.raises(ScreeningError, match="found none"):
        withdraw(shelf.store, shelf.publication_id, by="Åsa")
    assert len(history(shelf.store, shelf.publication_id)) == 2


def test_exclusions_by_people_are_known_to_search(shelf: Shelf) -> None:
    machine(shelf, "exclude", "not_nordic")
    with shelf.store.read() as session:
        assert excluded_by_people(session) == set()
    say(shelf, "exclude", reason="not_nordic")
    with shelf.store.read() as session:
        assert excluded_by_people(session) == {shelf.publication_id}
    withdraw(shelf.store, shelf.publication_id, by="Åsa")
    with shelf.store.read() as session:
        assert excluded_by_people(session) == set()


@pytest.mark.parametrize(
    ("verdict", "reason", "by", "said"),
    [
        ("perhaps", None, "Åsa", "Expected include, exclude or undecided, found the verdict"),
        ("exclude", None, "Åsa", "Expected a reason with the verdict exclude"),
        ("include", "not_nordic", "Åsa", "Expected no reason with the verdict include"),
        ("include", None, "  ", "Expected the name of the person who decides"),
        ("include", None, "machine", "Expected the name of the person who decides"),
    ],
)
def test_what_cannot_be_kept_is_said(
    shelf: Shelf, verdict: str, reason: str | None, by: str, said: str
) -> None:
    with pytest.raises(ScreeningError, match=said):
        say(shelf, verdict, by, reason)
    assert history(shelf.store, shelf.publication_id) == []


def test_reasons_and_publications_must_be_known(shelf: Shelf) -> None:
    with pytest.raises(CodebookError, match="boring"):
        say(shelf, "exclude", reason="boring")
    with pytest.raises(NotFoundError, match="nowhere"):
        decide(shelf.store, CODEBOOK, "nowhere", "include", by="Åsa")


def test_a_remark_is_kept_with_the_verdict(shelf: Shelf) -> None:
    decide(
        shelf.store,
        CODEBOOK,
        shelf.publication_id,
        "include",
        by="Åsa",
        comment="<b>Sjå kapittel 4</b>",
    )
    (act,) = history(shelf.store, shelf.publication_id)
    assert act.reasons == ("<b>Sjå kapittel 4</b>",)


def test_a_removed_publication_takes_no_verdict(shelf: Shelf) -> None:
    with shelf.store.write() as session:
        session.get_one(Publication, shelf.publication_id).removed_reason = "wrong file"
    with pytest.raises(ScreeningError, match=r"was removed \(wrong file\)"):
        say(shelf, "include")
    assert history(shelf.store, shelf.publication_id) == []
