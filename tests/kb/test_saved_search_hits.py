"""What is new to a saved search: found for the first time, and nothing that was there before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from corpora.errors import CodebookError
from kb.coding.codings import record_coding
from kb.corrections import correct
from kb.doctor import examine
from kb.errors import GenerationError, QueryError
from kb.grouping import join, undo_decision
from kb.knowledge_base import KnowledgeBase
from kb.library import list_publications, present_passages
from kb.publications import replace_passages
from kb.removal import remove
from kb.runs import start_run
from kb.saved_search_hits import (
    DEPTH,
    Found,
    _fits,
    _record,
    find_hits,
    keep_change,
    keep_search,
    watch_all,
)
from kb.saved_search_news import count_news, list_news, new_passages
from kb.saved_searches import SavedView, get_search, mark_seen, remove_search, save_search
from kb.screening import decide
from kb.search.rows import Filters
from kb.store import Store
from tests.app.sample_base import Sample, index_sample
from tests.builders import passage
from tests.kb.curated import ONE, THREE, TWO, Desk, two_reports

Opened = tuple[KnowledgeBase, Sample]
CHANGED = ONE.replace("kommunen", "bydelen")


def hits(*ids: str, fits: bool = True, twins: Sequence[str] = ()) -> list[Found]:
    """These passages as found, in this order."""
    return [Found(name, rank, fits, tuple(twins)) for rank, name in enumerate(ids, start=1)]


class Watcher:
    """A saved search over a record, told what it finds by hand."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.number = save_search(store, "Ledelse", "ledelse", Filters())

    @property
    def view(self) -> SavedView:
        """The search as it is now."""
        return get_search(self.store, self.number)

    def finds(self, found: Sequence[Found]) -> set[str]:
        """Let a run find this; return what the run calls new."""
        run_id, _ = start_run(self.store, f"run {len(found)}")
        _record(self.store, self.view, found, run_id)
        return self.news()

    def news(self) -> set[str]:
        """All that is new since the baseline."""
        return new_passages(self.store, self.view)


@pytest.fixture
def watcher(store: Store) -> tuple[Watcher, Desk, str, list[str]]:
    """A search over two publications whose three passages are its baseline."""
    desk, first, second = two_reports(store)
    made = Watcher(store)
    ids = [p.id for key in (first, second) for p in present_passages(store, key)]
    assert made.finds(hits(*ids[:1])) == set()
    return made, desk, first, ids


Watching = tuple[Watcher, Desk, str, list[str]]


def test_the_first_run_is_the_baseline_and_what_comes_later_is_new(watcher: Watching) -> None:
    made, _, _, ids = watcher
    assert made.view.baseline_at is not None
    assert made.finds(hits(*ids)) == set(ids[1:])
    assert made.finds(hits(*ids)) == set(ids[1:]), "the same again adds nothing"
    news = list_news(made.store, made.view)
    assert [one.passage.text for one in news] == [TWO, THREE]
    assert {one.publication.csl["title"] for one in news} == {"Første", "Andre"}


def test_one_that_fell_out_and_comes_back_is_not_new(watcher: Watching) -> None:
    made, _, _, ids = watcher
    assert made.finds(hits(ids[1])) == {ids[1]}
    mark_seen(made.store, made.number)
    made.finds(hits(*ids[::-1]))
    assert new_passages(made.store, made.view, since=made.view.seen_at) == {ids[2]}


def test_what_does_not_fit_or_stands_too_deep_is_known_and_never_new(watcher: Watching) -> None:
    made, _, _, ids = watcher
    deep = replace(hits(ids[1])[0], rank=DEPTH + 1)
    assert made.finds([deep, *hits(ids[2], fits=False)]) == set()
    assert made.finds(hits(*ids)) == set(), "it only climbed over the edge"


def test_a_text_changed_a_little_is_not_new(watcher: Watching) -> None:
    made, desk, first, ids = watcher
    url = "http://a.no/1.pdf"
    changed, same = desk.passages(first, (CHANGED, url), (TWO, url))
    assert changed not in ids and same == ids[1]
    assert made.finds(hits(changed)) == set()


def test_news_that_nobody_has_seen_stay_news_when_their_text_changes(watcher: Watching) -> None:
    made, desk, first, ids = watcher
    made.finds(hits(*ids))
    (before,) = (n for n in list_news(made.store, made.view) if n.passage.id == ids[1])
    url = "http://a.no/1.pdf"
    _, changed = desk.passages(first, (ONE, url), (TWO.replace("ofte", "svært ofte"), url))
    assert made.finds(hits(changed)) == {changed, ids[2]}
    (after,) = (n for n in list_news(made.store, made.view) if n.passage.id == changed)
    assert after.hit.known_as == before.hit.known_as == ids[1]
    assert (after.hit.run_id, after.hit.at) == (before.hit.run_id, before.hit.at)


def test_another_text_in_the_same_publication_is_new(watcher: Watching) -> None:
    made, desk, first, _ = watcher
    (other,) = desk.passages(
        first, ("Noe helt annet om økonomi i barnevernet.", "http://a.no/1.pdf")
    )
    assert made.finds(hits(other)) == {other}


def test_the_same_text_at_another_address_is_not_new(watcher: Watching) -> None:
    made, desk, _, ids = watcher
    third = desk.publication("Tredje", "http://c.no/3")
    desk.document("http://c.no/3.pdf", "http://c.no/3", "three")
    copy, own = desk.passages(
        third, (ONE, "http://c.no/3.pdf"), ("Nytt å si.", "http://c.no/3.pdf")
    )
    assert made.finds(hits(ids[0], copy, own)) == {own}


def test_a_near_copy_of_a_known_hit_is_not_new_and_a_twin_is_known(watcher: Watching) -> None:
    made, _, _, ids = watcher
    assert made.finds(hits(ids[1], twins=[ids[0]])) == set(), "its twin was a hit before"
    assert made.finds(hits(ids[0], twins=[ids[2]])) == set()
    assert made.finds(hits(ids[2])) == set(), "it was there, as a twin"


def test_a_join_makes_nothing_new(watcher: Watching) -> None:
    made, desk, first, ids = watcher
    second = next(v.id for v in list_publications(made.store) if v.id != first)
    desk.document("http://b.no/2b.pdf", "http://b.no/2", "more")
    twin = desk.passages(second, (THREE, "http://b.no/2.pdf"), (ONE, "http://b.no/2b.pdf"))[1]
    join(made.store, first, second, by="Kari")
    assert made.finds(hits(twin, *ids)) == {ids[1], ids[2]}
    owners = {one.publication.id for one in list_news(made.store, made.view)}
    assert len(owners) == 1


def test_news_that_two_publications_hold_stay_news_when_they_are_joined(watcher: Watching) -> None:
    made, desk, first, ids = watcher
    second = next(v.id for v in list_publications(made.store) if v.id != first)
    desk.document("http://b.no/2b.pdf", "http://b.no/2", "more")
    url = "http://b.no/2.pdf"
    copy = desk.passages(second, (THREE, url), (TWO, "http://b.no/2b.pdf"))[1]
    assert made.finds(hits(copy, twins=[ids[1]])) == {copy}
    decision = join(made.store, first, second, by="Kari")
    assert made.finds(hits(ids[1])) == {ids[1]}
    (one,) = list_news(made.store, made.view)
    assert (one.hit.known_as, one.publication.id) == (copy, first)
    undo_decision(made.store, decision, by="Kari")
    assert len(made.finds(hits(ids[1], twins=[copy]))) == 1
    assert [f for f in examine(made.store.settings, made.store) if f.where == "record"] == []


def test_a_split_makes_nothing_new(watcher: Watching) -> None:
    made, _, first, ids = watcher
    second = next(v.id for v in list_publications(made.store) if v.id != first)
    made.finds(hits(*ids))
    mark_seen(made.store, made.number)
    seen = made.view.seen_at
    undo_decision(made.store, join(made.store, first, second, by="Kari"), by="Kari")
    present = [p.id for key in (first, second) for p in present_passages(made.store, key)]
    made.finds(hits(*present))
    assert new_passages(made.store, made.view, since=seen) == set()
    assert len(made.news()) == 2


def test_removed_and_left_out_publications_never_show(watcher: Watching) -> None:
    made, desk, first, ids = watcher
    made.finds(hits(*ids))
    second = next(v.id for v in list_publications(made.store) if v.id != first)
    desk.screen(second, "exclude")
    assert made.news() == {ids[1]}
    desk.screen(second, "include")
    assert made.news() == {ids[1], ids[2]}
    remove(made.store.settings, made.store, first, reason="trukket", by="Kari")
    assert made.news() == {ids[2]} and count_news(made.store, made.view) == 1
    assert made.finds(hits(*ids)) == {ids[2]}, "a passage that is no more stops nothing"


def test_a_search_changed_while_it_was_asked_records_nothing(watcher: Watching) -> None:
    made, _, _, ids = watcher
    former = replace(made.view, query="en eldre form")
    _record(made.store, former, hits(*ids), None)
    assert made.finds([]) == set()
    assert made.finds(hits(ids[1])) == {ids[1]}


def test_a_refresh_brings_what_was_gathered_since(sample: Opened) -> None:
    knowledge, own = sample
    index_sample(knowledge.settings, own.store, without="Samverkan")
    asked = keep_search(knowledge, "Møter", "gemensamma lokaler träffas varje dag", Filters())
    filtered = keep_search(knowledge, "Sverige", "", Filters(countries=("SE",)))
    assert asked.baseline_at is not None and filtered.baseline_at is not None
    index_sample(knowledge.settings, own.store)
    run_id, _ = start_run(own.store, "refresh")
    done = {one.name: one for one in watch_all(knowledge, run_id)}
    new = {own.passage("Samverkan", n).id for n in (0, 1)}
    assert new_passages(own.store, filtered) == new
    assert own.passage("Samverkan").id in new_passages(own.store, asked)
    assert (done["Sverige"].hits, done["Sverige"].new, done["Sverige"].error) == (2, 2, None)
    again = {one.name: one for one in watch_all(knowledge, run_id)}
    assert again == done, "a run that goes on tells the same"
    later, _ = start_run(own.store, "demo")
    assert [one.new for one in watch_all(knowledge, later)] == [0, 0]


def test_what_a_person_verifies_is_new_to_a_search_for_it(sample: Opened) -> None:
    knowledge, own = sample
    view = keep_search(knowledge, "Sett", "ledelse", Filters(verified=True))
    passage_id = own.passage("Ledelse").id
    record_coding(
        own.store, knowledge.codebook, passage_id,
        factor="leadership", direction="facilitator", act="accept", coder="Åse",
    )  # fmt: skip
    watch_all(knowledge, start_run(own.store, "refresh")[0])
    assert new_passages(own.store, view) == {passage_id}


def test_one_search_that_cannot_be_asked_stops_no_other(sample: Opened) -> None:
    knowledge, own = sample
    save_search(own.store, "A ødelagt", "ledelse", Filters(factors=("magic",)))
    save_search(own.store, "B bare tegn", "?!", Filters())
    fine = save_search(own.store, "C hel", "ledelse", Filters())
    gone = save_search(own.store, "D slettet", "ledelse", Filters())
    remove_search(own.store, gone)
    steps: list[int] = []
    broken, empty, whole = watch_all(knowledge, None, steps.append)
    assert "magic" in str(broken.error) and "at least one word" in str(empty.error)
    assert (whole.id, whole.error, whole.new) == (fine, None, 0) and whole.hits > 0
    assert steps == [1, 1, 1]
    assert get_search(own.store, gone).baseline_at is None


def test_what_cannot_be_asked_is_not_saved(sample: Opened) -> None:
    knowledge, own = sample
    cases: list[tuple[str, dict[str, Any], type[Exception]]] = [
        ("?!", {}, QueryError),
        ("ledelse", {"countries": ("DE",)}, QueryError),
        ("ledelse", {"factors": ("magic",)}, CodebookError),
    ]
    for query, filters, error in cases:
        with pytest.raises(error):
            keep_search(knowledge, "Feil", query, Filters(**filters))
    view = keep_search(knowledge, "Rett", "ledelse", Filters())
    with pytest.raises(CodebookError):
        keep_change(knowledge, view.id, "ledelse", Filters(factors=("magic",)))
    assert get_search(own.store, view.id) == view


def test_a_changed_search_gets_a_new_baseline_at_once(sample: Opened) -> None:
    knowledge, own = sample
    view = keep_search(knowledge, "Land", "", Filters(countries=("FI",)))
    keep_change(knowledge, view.id, "", Filters(countries=("SE",)))
    changed = get_search(own.store, view.id)
    assert changed.baseline_at is not None and view.baseline_at is not None
    assert changed.baseline_at > view.baseline_at
    watch_all(knowledge, start_run(own.store, "refresh")[0])
    assert count_news(own.store, changed) == 0


def test_before_anything_is_indexed_the_first_refresh_makes_the_baseline(store: Store) -> None:
    knowledge = KnowledgeBase(store.settings, store)
    view = keep_search(knowledge, "Tidlig", "ledelse", Filters(countries=("NO",)))
    assert view.baseline_at is None
    (failed,) = watch_all(knowledge, None)
    assert failed.error is not None and "samvirke" in failed.error
    with pytest.raises(GenerationError):
        find_hits(knowledge, "ledelse", Filters())


def test_only_the_best_the_near_and_those_with_every_word_fit(
    sample: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge, own = sample
    monkeypatch.setattr("kb.saved_search_hits.TOP", 2)
    found = {hit.passage_id: hit for hit in find_hits(knowledge, "taushetsplikten", Filters())}
    assert found[own.passage("Ledelse", 1).id].fits
    everything = find_hits(knowledge, "country:SE", Filters())
    assert len(everything) == 2 and all(hit.fits for hit in everything), "what is demanded is there"
    off = find_hits(knowledge, "how to bake sourdough bread in a cast iron pot", Filters())
    assert sum(hit.fits for hit in off) < len(off)


def test_brackets_demand_nothing_and_two_forms_of_a_word_are_one(
    sample: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge, _ = sample
    monkeypatch.setattr("kb.saved_search_hits.TOP", 0)
    plain = find_hits(knowledge, "sourdough (bread pot) iron", Filters())
    assert sum(hit.fits for hit in plain) < len(plain), "brackets round plain words only wish"
    starred = find_hits(knowledge, "taushet*", Filters())
    assert starred and all(hit.fits for hit in starred), "a beginning is demanded"
    quoted = " ".join(["bread"] * 41) + ' "sourdough"'  # a pasted paragraph has no operators
    pasted = find_hits(knowledge, quoted, Filters())
    assert sum(hit.fits for hit in pasted) < len(pasted)
    record = {"language": "nb", "why": {"level": None, "phrase": False}}
    for met, wanted in (
        (["samarbeidet", "samarbeid"], False),
        (["samarbeidsavtale", "barna"], True),
        ([], False),
    ):
        why = {**record["why"], "words": met}  # type: ignore[dict-item]
        assert _fits({**record, "why": why}, {"barn", "samarbeid"}) is wanted
    assert not _fits({**record, "why": {**why, "words": ["barn"]}}, ())


def test_a_title_corrected_by_a_person_shows_at_once(sample: Opened) -> None:
    knowledge, own = sample
    index_sample(knowledge.settings, own.store, without="Yhteinen")
    view = keep_search(knowledge, "Suomi", "", Filters(countries=("FI",)))
    index_sample(knowledge.settings, own.store)
    watch_all(knowledge, start_run(own.store, "refresh")[0])
    publication = own.publication("Yhteinen")
    correct(own.store, publication.id, "title", "Ny tittel þð", by="Kari")
    (one,) = list_news(own.store, view)
    assert one.publication.csl["title"] == "Ny tittel þð"
    decide(
        own.store, knowledge.codebook, publication.id, "exclude",
        by="Kari", reason=knowledge.codebook.ids("exclusion_reasons")[0],
    )  # fmt: skip
    assert list_news(own.store, view) == []


def test_pages_that_shift_make_nothing_new(sample: Opened) -> None:
    knowledge, own = sample
    view = keep_search(knowledge, "Norge", "", Filters(countries=("NO",)))
    publication = own.publication("Ledelse")
    moved = [
        passage(one.text, page=one.page + 3, sha256=one.sha256)
        for one in present_passages(own.store, publication.id)
    ]
    with own.store.write() as session:
        replace_passages(session, publication.id, moved[::-1])
    index_sample(knowledge.settings, own.store)
    watch_all(knowledge, start_run(own.store, "refresh")[0])
    assert count_news(own.store, view) == 0
