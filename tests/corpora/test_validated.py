"""Reading data files: values, line numbers, and one sentence for each fault, whatever the bytes."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from corpora.errors import (
    CodebookError,
    CorporaError,
    GazetteerError,
    RegistryError,
    StarterError,
)
from corpora.validated import (
    FrozenModel,
    name_options,
    parse_yaml,
    read_jsonl,
    read_text,
    read_yaml,
)

SAME_FOLDER = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


class Leaf(FrozenModel):
    """A record inside a record."""

    name: str
    size: int = Field(default=1, ge=0)


class Tree(FrozenModel):
    """A record with records in a list, in a mapping and alone."""

    title: str
    leaves: tuple[Leaf, ...] = ()
    named: dict[str, Leaf] = Field(default_factory=dict)
    root: Leaf | None = None
    alive: bool = True


def write(folder: Path, text: str) -> Path:
    path = folder / "tre.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(CorporaError) as caught:
        parse_yaml(path, Tree, StarterError)
    assert type(caught.value) is StarterError
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_errors_form_one_tree() -> None:
    for error in (CodebookError, RegistryError, StarterError, GazetteerError):
        assert error.__base__ is CorporaError


def test_reads_what_a_person_writes(tmp_path: Path) -> None:
    text = """\
# A comment
title: Bjørk 2024-05-01
leaves:
  - {name: no, size: 3}
  - name: "yes"
named:
  NO: {name: off}
root: null
alive: false
"""
    tree = parse_yaml(write(tmp_path, text), Tree, StarterError)
    assert tree.title == "Bjørk 2024-05-01"
    assert [(leaf.name, leaf.size) for leaf in tree.leaves] == [("no", 3), ("yes", 1)]
    assert tree.named["NO"].name == "off"
    assert tree.root is None
    assert tree.alive is False


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "tre.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: Eik\r\nalive: true\r\n")
    assert parse_yaml(path, Tree, StarterError).title == "Eik"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("true", True),
        ("'true'", "true"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("2024-01-01", "2024-01-01"),
        ("~", None),
        ("0x_", "0x_"),
        ("text: not", None),
        (">-\n  two\n  lines", "two lines"),
    ],
)
def test_scalars(tmp_path: Path, written: str, value: Any) -> None:
    path = write(tmp_path, f"key: {written}\n")
    if written == "text: not":
        with pytest.raises(StarterError, match="line 1"):
            read_yaml(path, StarterError)
    else:
        assert read_yaml(path, StarterError).value == {"key": value}


def test_lines_are_known_at_every_depth(tmp_path: Path) -> None:
    path = write(tmp_path, "title: Eik\nleaves:\n  - name: a\n    size: 2\n  - name: b\n")
    document = read_yaml(path, StarterError)
    assert document.lines[("leaves",)] == 2
    assert document.lines[("leaves", 0, "size")] == 4
    assert document.lines[("leaves", 1)] == 5
    assert document.where(("leaves", 1, "colour", "hue")) == f"{path}, line 5"
    assert document.where(("nothing",)) == f"{path}, line 1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: a\ntitel: b\n", "line 2, found 'titel': did you mean 'title'?"),
        (
            "title: a\nleaves:\n  - {name: b, sise: 2}\n",
            "line 3, found 'sise': did you mean 'size'?",
        ),
        ("title: a\nroot:\n  name: b\n  zzz: 1\n", "line 4, found 'zzz': use one of name, size."),
        ("title: a\nnamed:\n  x:\n    name: b\n    nam: c\n", "line 5, found 'nam': remove it."),
        ("leaves: []\n", "Expected 'title' at"),
        ("title: a\nleaves:\n  - size: 1\n", "Expected 'leaves.0.name' at"),
        ("title: a\nroot: {name: b, size: -1}\n", "found -1"),
        ("title: [a]\n", "found ['a']"),
        ("title: a\ntitle: b\n", "line 2, found 'title' a second time"),
        ("title: a\nroot: {name: b, name: c}\n", "line 2, found 'name' a second time"),
        ("title: &x a\nroot: *x\n", "an alias, which is not allowed"),
        ("title: !secret a\n", "the tag '!secret'"),
        ("title: !!binary aGVp\n", "remove it"),
        ("title: 'a\n", "found a fault"),
        ("title: a\n---\ntitle: b\n", "found a fault"),
        ("", "an empty file"),
        ("# only a comment\n", "an empty file"),
        ("just text\n", "'the record'"),
        ("? [a]\n: b\n", "line 1"),
    ],
)
def test_each_fault_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text)
    sentence = refusal(path)
    assert words in sentence
    assert str(path) in sentence
    assert sentence.startswith("Expected ")


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    sentence = refusal(write(tmp_path, f"title: a\nroot: {'x' * 5000}\n"))
    assert len(sentence) < 400
    assert "…" in sentence


def test_deep_nesting_does_not_crash(tmp_path: Path) -> None:
    path = write(tmp_path, "title: " + "[" * 3000 + "]" * 3000)
    assert str(path) in refusal(path)


def test_read_text_names_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(StarterError, match="found none"):
        read_text(tmp_path / "missing", StarterError)
    with pytest.raises(StarterError, match="found none"):
        read_text(tmp_path, StarterError)
    path = tmp_path / "latin1.txt"
    path.write_bytes("blåbær".encode("latin-1"))
    with pytest.raises(StarterError, match="at byte 2: save the file as UTF-8"):
        read_text(path, StarterError)


def test_jsonl_yields_lines_with_numbers(tmp_path: Path) -> None:
    path = tmp_path / "blad.jsonl"
    path.write_text('{"name": "a\u2028b"}\n\n  \n{"name": "c", "size": 2}', encoding="utf-8")
    found = list(read_jsonl(path, Leaf, StarterError))
    assert [(number, leaf.name) for number, leaf in found] == [(1, "a\u2028b"), (4, "c")]


def test_jsonl_gives_the_good_lines_before_the_fault(tmp_path: Path) -> None:
    path = tmp_path / "blad.jsonl"
    path.write_text('{"name": "a"}\n{"name": }\n', encoding="utf-8")
    lines = read_jsonl(path, Leaf, StarterError)
    assert next(lines)[1].name == "a"
    with pytest.raises(StarterError, match="line 2, found text that is not JSON"):
        next(lines)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [("leadershp", "did you mean 'leadership'?"), ("qqqq", "use one of leadership, culture.")],
)
def test_advice_names_the_nearest_or_all(wrong: str, advice: str) -> None:
    assert name_options(wrong, ("leadership", "culture")) == advice


@SAME_FOLDER
@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_record_or_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "hva_som_helst.yaml"
    path.write_bytes(data)
    try:
        parse_yaml(path, Tree, StarterError)
    except StarterError as error:
        assert str(path) in str(error)


@SAME_FOLDER
@given(
    title=st.text(
        alphabet=st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=40
    ),
    sizes=st.lists(st.integers(min_value=0, max_value=10**6), max_size=4),
)
def test_what_is_written_is_read_back(tmp_path: Path, title: str, sizes: list[int]) -> None:
    tree = {"title": title, "leaves": [{"name": title, "size": size} for size in sizes]}
    path = tmp_path / "tre.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    read = parse_yaml(path, Tree, StarterError)
    assert read.title == title
    assert [leaf.size for leaf in read.leaves] == sizes
    lines = tmp_path / "tre.jsonl"
    lines.write_text(json.dumps(tree) + "\n", encoding="utf-8")
    assert [record for _, record in read_jsonl(lines, Tree, StarterError)] == [read]
