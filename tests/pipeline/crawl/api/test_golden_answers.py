"""A saved answer of every interface in the registry, and what must be read from it.

An answer of ours says so in `samvirke_note`; replace it with a live one when you can. A missing
`expected.json` is written, and the test fails until a person has looked at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpora.registry import Source, load_sources
from kb.frontier import Frontier, Wanted
from kb.publications import NewPublication, save_publication
from kb.settings import Settings
from kb.store import Store, open_store
from pipeline.crawl.spiders import Answer, Spider
from pipeline.crawl.spiders.choose import UNCONDITIONAL, may_rest, ways_for
from pipeline.extract.dispatch import read_job
from pipeline.extract.job import Job
from tests.pipeline.crawl.api.samples import DOI

GOLDEN = Path(__file__).with_name("golden")
ADAPTED = {
    source.id: source for source in load_sources().values() if source.api and source.api.adapter
}


FIRST: dict[str, Wanted] = {}  # each source's first question


def first_question(source: Source, store: Store) -> tuple[Spider, Wanted]:
    """A new spider and what it asks first."""
    way = ways_for(source, Frontier(store, run_id=1))[-1]
    if source.id not in FIRST:
        FIRST[source.id] = way.start()[0]
    return way, FIRST[source.id]


def read_answer(source: Source, store: Store, body: bytes) -> dict[str, Any]:
    way, wanted = first_question(source, store)
    found = way.read(Answer(wanted, wanted.url, body, {"content-type": "application/json"}))
    records = {}
    for data, sighting in found.files:
        read = read_job(Job(data, sighting.media_type))
        fields = {name: field.value for name, field in sorted(read.metadata.items())}
        records[sighting.url] = {"item": sighting.item, "status": read.status, **fields}
    return {
        "records": records,
        "links": [[link.kind, _without_question(link)] for link in found.links],
        "gone": list(found.gone),
        "problem": found.problem,
        "failed": found.failed,
    }


def _without_question(link: Wanted) -> str:
    """An address; of a next page only what makes it another one, since questions have dates."""
    return link.url.rpartition("&")[2] if link.kind == "api-page" else link.url


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A record that knows one DOI, for the interface that is asked for DOIs; only read here."""
    store = open_store(Settings(home=tmp_path_factory.mktemp("home"), database_url=None))
    new = NewPublication({"type": "report"}, {}, None, None, None, None, (("doi", DOI),))
    with store.write() as session:
        save_publication(session, None, new)
    yield store
    store.close()


def test_every_interface_that_is_asked_has_an_answer() -> None:
    assert set(ADAPTED) == {path.name for path in GOLDEN.iterdir()}
    assert {source.api.adapter for source in ADAPTED.values() if source.api} == {
        "nva", "kudos", "openalex", "crossref", "finna",
    }  # fmt: skip


@pytest.mark.parametrize("source_id", sorted(ADAPTED))
def test_what_is_read_from_an_answer_is_what_was_agreed(source_id: str, known: Store) -> None:
    folder = GOLDEN / source_id
    found = read_answer(ADAPTED[source_id], known, (folder / "answer.json").read_bytes())
    expected = folder / "expected.json"
    if not expected.exists():
        written = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        expected.write_text(written, encoding="utf-8")
        pytest.fail(f"{expected} was missing and has been written: look at it, then run this again")
    assert json.loads(json.dumps(found)) == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("source_id", sorted(ADAPTED))
def test_every_question_fits_an_address(source_id: str, known: Store) -> None:
    way, first = first_question(ADAPTED[source_id], known)
    starts = way.start()
    assert len({wanted.url for wanted in starts}) == len(starts)
    assert max(len(wanted.url) for wanted in starts) <= 2000
    assert first.kind in way.kinds
    assert first.kind in UNCONDITIONAL or may_rest(ADAPTED[source_id])


HOSTILE = [
    b"",
    b"null",
    b"17",
    b'"text"',
    b"[]",
    b"[[]]",
    b"{}",
    b"<html>Just a moment</html>",
    b"{" * 100_000,
    b"[" * 100_000,
    b'{"a": ' + b"9" * 10_000 + b"}",
    b'{"a": NaN, "data": [], "meta": {}}',
    b"\xff\xfe\x00",
    b'{"hits": null, "data": null, "results": null, "records": null, "message": null}',
    b'{"hits": 3, "data": 3, "results": 3, "records": 3, "meta": 3, "message": 3, "status": 3}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("source_id", sorted(ADAPTED))
def test_what_is_no_answer_is_one_sentence(source_id: str, body: bytes, known: Store) -> None:
    way, wanted = first_question(ADAPTED[source_id], known)
    found = way.read(Answer(wanted, wanted.url, body))
    assert found.failed
    assert found.kind == "bad_api"
    assert found.problem is not None
    assert "\n" not in found.problem
    assert len(found.problem) < 2600
    assert found.remember == ()


WRONG: list[Any] = [
    None,
    True,
    3,
    -1,
    "x",
    "../../etc",
    [],
    {},
    [[]],
    [{"url": {}}],
    {"a": {"b": []}},
    "\ud800",
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize("source_id", sorted(ADAPTED))
def test_a_record_with_wrong_values_harms_nobody(source_id: str, wrong: Any, known: Store) -> None:
    """Whichever field of the first record is wrong, the second one is kept."""
    answer = json.loads((GOLDEN / source_id / "answer.json").read_text(encoding="utf-8"))
    agreed = json.loads((GOLDEN / source_id / "expected.json").read_text(encoding="utf-8"))
    listed = next((name for name in ("hits", "data", "results", "records") if name in answer), None)
    record = answer[listed][0] if listed else answer["message"]
    for field in list(record):
        kept, record[field] = record[field], wrong
        found = read_answer(ADAPTED[source_id], known, json.dumps(answer).encode())
        record[field] = kept
        if listed:
            assert list(agreed["records"])[-1] in found["records"], field
        assert all(read["status"] == "read" for read in found["records"].values()), field
