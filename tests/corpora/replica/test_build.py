"""The rendering as a whole: complete, the same every time, quick, and true to its truth."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.errors import ReplicaError
from corpora.replica import Truth, build_replica, load_truth
from corpora.replica.build import hash_content, modified_at
from corpora.replica.plan import Placement
from corpora.replica.signposts import FORBIDDEN_PATH
from corpora.replica.storage import (
    FILES_FOLDER,
    SITE_FILE,
    Site,
    SiteWriter,
    load_site,
    normalise_path,
)
from corpora.replica.truth import TRUTH_FILE
from corpora.starter import StarterPublication


def test_every_starter_publication_is_rendered(
    truth: Truth, starter: tuple[StarterPublication, ...]
) -> None:
    assert [p.id for p in truth.publications] == [p.id for p in starter]
    for shown, real in zip(truth.publications, starter, strict=True):
        assert shown.original_url == real.url
        assert shown.abstract == real.abstract
        assert [(g.n, g.section, g.text) for g in shown.passages] == [
            (p.n, p.section, p.text) for p in real.passages
        ]
        assert shown.files


def test_every_passage_stands_in_some_file(truth: Truth) -> None:
    for publication in truth.publications:
        shown = {n for file in publication.files for n in file.passages}
        assert shown == {gold.n for gold in publication.passages}


def test_the_truth_carries_no_labels(folder: Path) -> None:
    text = (folder / TRUTH_FILE).read_text(encoding="utf-8")
    for label in ('"codes"', '"sectors"', '"target_groups"', '"queries"', "information_sharing"):
        assert label not in text


def test_every_file_of_the_truth_is_on_its_site(
    truth: Truth, site: Site, body_of: Callable[[str], bytes]
) -> None:
    for publication in truth.publications:
        for file in publication.files:
            for url in (*file.urls, file.landing):
                host, _, path = url.removeprefix("http://").partition("/")
                resource = site.hosts[host][normalise_path(f"/{path}")]
                if url == file.urls[0]:
                    assert resource.sha256 == file.sha256
            assert body_of(file.sha256)


def test_fillers_are_marked_with_kind_and_address(truth: Truth) -> None:
    kinds = {filler.kind for p in truth.publications for filler in p.fillers}
    assert kinds >= {
        "notice",
        "preface",
        "colophon",
        "footnote",
        "table",
        "caption",
        "reference",
        "header",
        "edition",
        "contents",
        "chrome",
    }
    for publication in truth.publications:
        known = {url for file in publication.files for url in (*file.urls, file.landing)}
        assert {filler.url for filler in publication.fillers} <= known


def test_filler_shares_no_text_with_the_gold(truth: Truth) -> None:
    for publication in truth.publications:
        for filler in publication.fillers:
            if filler.kind in {"preface", "footnote", "reference", "colophon", "notice"}:
                assert all(filler.text not in gold.text for gold in publication.passages)


def test_rendering_again_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    build_replica(tmp_path)
    for name in (SITE_FILE, TRUTH_FILE):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    assert {f.name for f in (tmp_path / FILES_FOLDER).iterdir()} == {
        f.name for f in (folder / FILES_FOLDER).iterdir()
    }


def test_a_current_folder_is_left_as_it_is(folder: Path, truth: Truth) -> None:
    before = (folder / SITE_FILE).stat().st_mtime_ns
    began = time.monotonic()
    assert build_replica(folder) == truth
    assert time.monotonic() - began < 2
    assert (folder / SITE_FILE).stat().st_mtime_ns == before


def test_a_changed_publication_is_rendered_again(
    tmp_path: Path, starter: tuple[StarterPublication, ...]
) -> None:
    few = starter[:2]
    first = build_replica(tmp_path, few)
    changed = (few[0].model_copy(update={"title": "Noget andet"}), few[1])
    second = build_replica(tmp_path, changed)
    assert first.content != second.content
    assert second.publications[0].title == "Noget andet"
    one, other = first.publications[1].files[0], second.publications[1].files[0]
    assert one.sha256 == other.sha256
    stored = {f.name for f in (tmp_path / FILES_FOLDER).iterdir()}
    assert first.publications[0].files[0].sha256 not in stored


def test_labels_do_not_change_the_rendering(starter: tuple[StarterPublication, ...]) -> None:
    stripped = tuple(
        p.model_copy(
            update={
                "passages": tuple(
                    q.model_copy(update={"codes": (), "sectors": (), "target_groups": ()})
                    for q in p.passages
                ),
                "queries": (),
                "evidence_type": "survey",
                "method": None,
                "countries": (),
            }
        )
        for p in starter
    )
    assert hash_content(stripped) == hash_content(starter)
    retold = (starter[0].model_copy(update={"abstract": "Andet."}), *starter[1:])
    assert hash_content(retold) != hash_content(starter)


def test_a_half_written_folder_is_rendered_again(
    tmp_path: Path, starter: tuple[StarterPublication, ...]
) -> None:
    few = starter[:2]
    truth = build_replica(tmp_path, few)
    (tmp_path / FILES_FOLDER / truth.publications[0].files[0].sha256).unlink()
    with pytest.raises(ReplicaError, match="missing: delete the folder"):
        load_site(tmp_path)
    build_replica(tmp_path, few)
    assert load_site(tmp_path).content == truth.content


def test_dates_stay_the_same_and_lie_in_the_past(plan: tuple[Placement, ...]) -> None:
    stamps = {modified_at(place) for place in plan}
    assert len(stamps) > 20
    assert max(stamps) < 1750000000
    assert modified_at(plan[0]) == modified_at(plan[0])


def test_the_truth_finds_publications_by_id_and_host(truth: Truth) -> None:
    report = truth.publication("no-fafo-2020-02")
    assert report.hosts == ("fafo-replica.test", "arkiv-replica.test")
    assert len(report.landings) == 2
    with pytest.raises(ReplicaError, match="found 'nothing'"):
        truth.publication("nothing")


def test_a_missing_truth_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReplicaError, match="render it with build_replica") as refused:
        load_truth(tmp_path)
    assert str(tmp_path) in str(refused.value)
    (tmp_path / TRUTH_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(ReplicaError):
        load_truth(tmp_path)


def test_an_address_is_given_once(tmp_path: Path) -> None:
    writer = SiteWriter(tmp_path)
    writer.put("a.test", "/x?b=1&a=2", b"one", "text/plain", 0)
    with pytest.raises(ReplicaError, match=r"found http://a\.test/x\?a=2&b=1 twice"):
        writer.put("a.test", "/x?a=2&b=1", b"two", "text/plain", 0)


def test_a_redirect_is_kept(tmp_path: Path) -> None:
    writer = SiteWriter(tmp_path)
    writer.redirect("a.test", "/old", "/new")
    site = writer.finish("hash")
    assert site.hosts["a.test"]["/old"].location == "/new"
    assert load_site(tmp_path) == site


@pytest.mark.parametrize(
    ("target", "spelled"),
    [
        ("/a", "/a"),
        ("", "/"),
        ("/b?y=2&x=1", "/b?x=1&y=2"),
        ("/%C3%A6", "/%C3%A6"),
        ("/æ", "/%C3%A6"),
        ("/c?q=", "/c?q="),
    ],
)
def test_addresses_have_one_spelling(target: str, spelled: str) -> None:
    assert normalise_path(target) == spelled


def test_forbidden_addresses_are_linked_and_there(truth: Truth, site: Site) -> None:
    for url in truth.forbidden:
        host = url.removeprefix("http://").removesuffix(FORBIDDEN_PATH)
        assert FORBIDDEN_PATH in site.hosts[host]
