"""Reading the data files of `corpora` so that each fault names its file and line.

Owns the strict base model, the YAML reader that remembers line numbers and the JSON Lines
reader. What the records mean is left to codebook, terms, registry, starter and gazetteer, each of
which passes in the error class its callers catch.
"""

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from corpora.errors import CorporaError

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[str | int, ...]

MAX_FILE_BYTES = 20 * 1024 * 1024
"""Data files are written by people; twenty megabytes is ten times the largest of ours."""


MAX_DEPTH = 100
"""Levels of a YAML file; ours have six."""


class FrozenModel(BaseModel):
    """Base of every record in `corpora`: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MarkedYaml:
    """A YAML file's value together with the line on which each part of it begins.

    `value` is the plain data, `lines` maps a path of keys and indexes to a 1-based line number.
    """

    def __init__(self, path: Path, value: Any, lines: dict[Loc, int]) -> None:
        self.path = path
        self.value = value
        self.lines = lines

    def where(self, loc: Loc) -> str:
        """Return "file, line N" of the innermost part of `loc` that the file has."""
        for end in range(len(loc), -1, -1):
            if loc[:end] in self.lines:
                return f"{self.path}, line {self.lines[loc[:end]]}"
        return str(self.path)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without yes, no, on and off as booleans: NO is Norway and no is a language.

    In C where PyYAML was built with it: the codebook is read at every start of the program.
    """


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:bool"]
    for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _compose(text: str) -> yaml.Node | None:
    """The document's nodes; aliases are refused, since a few lines of them can be gigabytes.

    Raises RecursionError where it goes deeper than `MAX_DEPTH`.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="an alias, which is not allowed",
                problem_mark=event.start_mark,  # type: ignore[arg-type]  # the C parser's own class
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise RecursionError
    return yaml.compose(text, Loader=_Loader)


def read_text(path: Path, error: type[CorporaError]) -> str:
    """Return the UTF-8 text of `path`; raises `error` if it is missing, too large or not text."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise error(
                f"Expected a data file of at most {MAX_FILE_BYTES} bytes, found a larger one at "
                f"{path}: split it."
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise error(
            f"Expected a readable file at {path}, found none ({problem.strerror}): "
            "put it there or correct the path."
        ) from problem
    except UnicodeDecodeError as problem:
        raise error(
            f"Expected UTF-8 text in {path}, found other bytes at byte {problem.start}: "
            "save the file as UTF-8."
        ) from problem


def read_yaml(path: Path, error: type[CorporaError]) -> MarkedYaml:
    """Read `path` as one YAML document; raises `error` on a fault in the file or a doubled key."""
    text = read_text(path, error)
    try:
        node = _compose(text)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise error(
            f"Expected well-formed YAML in {path}, line {line}, found a fault "
            f"({problem.problem}): correct that line."
        ) from problem
    except RecursionError as problem:
        raise error(
            f"Expected a few levels of YAML in {path}, found nesting too deep to read: flatten it."
        ) from problem
    except yaml.YAMLError as problem:
        raise error(
            f"Expected well-formed YAML in {path}, found characters that YAML does not allow: "
            "remove them."
        ) from problem
    if node is None:
        raise error(f"Expected a YAML mapping in {path}, found an empty file: fill it in.")
    lines: dict[Loc, int] = {}
    value = _build(node, (), lines, path, error)
    return MarkedYaml(path, value, lines)


def _build(
    node: yaml.Node, loc: Loc, lines: dict[Loc, int], path: Path, error: type[CorporaError]
) -> Any:
    """Turn a node into plain data, noting where each part stands and refusing doubled keys."""
    lines.setdefault(loc, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in mapping:
                raise error(
                    f"Expected each key once in {path}, line {line}, found {key!r} a second time: "
                    "remove one of the two."
                )
            lines[(*loc, key)] = line
            mapping[key] = _build(value_node, (*loc, key), lines, path, error)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [
            _build(child, (*loc, index), lines, path, error)
            for index, child in enumerate(node.value)
        ]
    return _scalar(node, path, error)


def _scalar(node: yaml.Node, path: Path, error: type[CorporaError]) -> Any:
    """Return a scalar's value: true and false alone are booleans, dates stay text."""
    text = str(node.value)
    if node.tag == "tag:yaml.org,2002:str" or node.tag == "tag:yaml.org,2002:timestamp":
        plain = isinstance(node, yaml.ScalarNode) and not node.style
        return {"true": True, "false": False}.get(text, text) if plain else text
    if node.tag == "tag:yaml.org,2002:null":
        return None
    try:
        if node.tag == "tag:yaml.org,2002:int":
            return int(text)
        if node.tag == "tag:yaml.org,2002:float":
            return float(text)
    except ValueError:
        return text
    raise error(
        f"Expected plain values in {path}, line {node.start_mark.line + 1}, found the tag "
        f"{node.tag!r}: remove it."
    )


def parse_yaml(path: Path, model: type[Model], error: type[CorporaError]) -> Model:
    """Return `path` as `model`; raises `error` with file and line on the first fault."""
    document = read_yaml(path, error)
    return validate(document, document.value, model, error)


def validate(
    document: MarkedYaml,
    value: Any,
    model: type[Model],
    error: type[CorporaError],
    loc: Loc = (),
) -> Model:
    """Return `value`, which stands at `loc` in `document`, as `model`; raises `error`."""
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = document.where((*loc, *first["loc"]))
        raise error(_sentence(first, model, place)) from problem


def read_jsonl(
    path: Path, model: type[Model], error: type[CorporaError]
) -> Iterator[tuple[int, Model]]:
    """Yield (1-based line number, record) of a JSON Lines file; blank lines are skipped.

    Raises `error` naming file and line on a line that is no JSON or does not fit `model`.
    """
    for number, line in enumerate(read_text(path, error).split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            yield number, model.model_validate(json.loads(line))
        except ValidationError as problem:
            raise error(_sentence(problem.errors()[0], model, place)) from problem
        except (json.JSONDecodeError, RecursionError) as problem:
            raise error(
                f"Expected one JSON object at {place}, found text that is not JSON: "
                "correct or remove that line."
            ) from problem


def name_options(wrong: str, options: tuple[str, ...]) -> str:
    """Return the advice that ends an error about an unknown name: the nearest one, or all."""
    near = nearest_name(wrong, options)
    return f"did you mean {near!r}?" if near else f"use one of {', '.join(options)}."


def nearest_name(wrong: str, options: tuple[str, ...]) -> str | None:
    """Return the option that an unknown name may be a slip for."""
    return next(iter(difflib.get_close_matches(wrong, options, n=1)), None)


def _sentence(fault: Any, model: type[BaseModel], place: str) -> str:
    """Return one sentence for a pydantic fault: expected, found, where, what to do."""
    loc: Loc = tuple(fault["loc"])
    name = ".".join(str(part) for part in loc if part != "[key]") or "the record"
    if fault["type"] == "extra_forbidden":
        wrong = str(loc[-1])
        options = _fields_at(model, loc[:-1])
        advice = name_options(wrong, options) if options else "remove it."
        return f"Expected only known keys at {place}, found {wrong!r}: {advice}"
    if fault["type"] == "missing":
        return f"Expected {name!r} at {place}, found no such key: add it."
    if fault["type"] == "value_error":
        return f"{fault['ctx']['error']} ({name} at {place})."
    return (
        f"Expected {name!r} at {place} to be valid, found {_shorten(fault['input'])}: "
        f"{fault['msg'].rstrip('.')}."
    )


def _shorten(value: Any, limit: int = 60) -> str:
    """Return `value` as a reader would write it, cut to `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _fields_at(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """Return the keys that the model reached by `loc` accepts; empty if there is none."""
    current: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        if current is None or part not in current.model_fields:
            return ()
        current = _model_in(current.model_fields[part].annotation)
    return tuple(current.model_fields) if current is not None else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the first model inside a type such as tuple[Category, ...] or Api | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, list, dict, Union, UnionType):
        for part in get_args(annotation):
            found = _model_in(part)
            if found is not None:
                return found
    return None
