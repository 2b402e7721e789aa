"""The codebook: what passages and publications are coded with, in every language.

Owns reading and checking `codebook.yaml` (or another review team's file) and the page made from it,
`docs/codebook.md` (`python -m corpora.codebook > docs/codebook.md`). Who coded what is left to
`kb.coding`; where a data home keeps its edited copy is left to `kb.settings`.
"""

import sys
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, PrivateAttr

from corpora.appraisal import AppraisalForms
from corpora.categories import Category, Texts, in_language
from corpora.errors import CodebookError
from corpora.nordic import LABEL_LANGUAGES
from corpora.validated import (
    FrozenModel,
    MarkedYaml,
    name_options,
    nearest_name,
    read_yaml,
    validate,
)

PACKAGED_CODEBOOK = Path(__file__).with_name("codebook.yaml")

Kind = Literal[
    "factors",
    "directions",
    "sectors",
    "target_groups",
    "evidence_types",
    "exclusion_reasons",
    "areas",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

DIRECTIONS = ("facilitator", "barrier", "mixed", "neutral")
"""Counted by name in the evidence map, so every codebook has these four, whatever it calls them."""


class AreaRule(FrozenModel):
    """Which codings an area holds: any of `factors` (none named: every factor) and `directions`."""

    factors: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()

    def holds(self, factor: str, direction: str) -> bool:
        """Return whether a coding with this factor and direction belongs to the area."""
        return (not self.factors or factor in self.factors) and (
            not self.directions or direction in self.directions
        )


class Area(Category):
    """A derived area: nobody codes it, `rule` tells it from factor and direction."""

    rule: AreaRule


class Codebook(FrozenModel):
    """A complete codebook; ids are unique within each of its lists."""

    title: Texts
    version: Annotated[str, Field(min_length=1)]
    factors: Annotated[tuple[Category, ...], Field(min_length=1)]
    directions: tuple[Category, ...]
    sectors: tuple[Category, ...]
    target_groups: tuple[Category, ...]
    evidence_types: tuple[Category, ...]
    exclusion_reasons: tuple[Category, ...]
    areas: tuple[Area, ...] = ()
    appraisal: AppraisalForms = AppraisalForms()
    _origin: str = PrivateAttr("the codebook")

    @cached_property
    def _by_kind(self) -> dict[str, dict[str, Category]]:
        return {kind: {entry.id: entry for entry in getattr(self, kind)} for kind in KINDS}

    def categories(self, kind: Kind) -> tuple[Category, ...]:
        """Return the categories of `kind` in the codebook's order; raises CodebookError."""
        return tuple(self._of(kind).values())

    def ids(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids of `kind` in the codebook's order; raises CodebookError."""
        return tuple(self._of(kind))

    def require(self, kind: Kind, code: str) -> Category:
        """Return the category whose id is `code`; raises CodebookError naming the options."""
        found = self._of(kind).get(code)
        if found is None:
            options = self.ids(kind)
            near = nearest_name(code, options)
            advice = f"did you mean {near!r}?" if near else "use one of those."
            raise CodebookError(
                f"Expected one of {', '.join(options)} from the {kind} of {self._origin}, "
                f"found {code!r}: {advice}"
            )
        return found

    def label(self, kind: Kind, code: str, language: str) -> str:
        """Return the label in `language`, else in English, else `code` itself."""
        category = self._of(kind).get(code)
        return in_language(category.labels, language, code) if category else code

    def definition(self, kind: Kind, code: str, language: str) -> str:
        """Return the definition in `language`, else in English, else an empty text."""
        category = self._of(kind).get(code)
        return in_language(category.definitions, language, "") if category else ""

    def former(self, kind: Kind) -> tuple[str, ...]:
        """Return ids that were in use once; none where a codebook has no history."""
        self._of(kind)
        return ()

    def areas_of(self, factor: str, direction: str) -> tuple[str, ...]:
        """Return the ids of the derived areas that a coding belongs to."""
        return tuple(area.id for area in self.areas if area.rule.holds(factor, direction))

    def _of(self, kind: str) -> dict[str, Category]:
        try:
            return self._by_kind[kind]
        except KeyError:
            raise CodebookError(
                f"Expected a list of {self._origin} ({', '.join(KINDS)}), found {kind!r}: "
                f"{name_options(kind, KINDS)}"
            ) from None


def load_codebook(path: Path | None = None) -> Codebook:
    """Read the codebook at `path`, or the packaged one.

    Raises CodebookError with file and line on an unreadable file, an unknown or missing key, an id
    that occurs twice, a direction that is missing or an area's rule naming an unknown code.
    """
    document = read_yaml(path or PACKAGED_CODEBOOK, CodebookError)
    codebook = validate(document, document.value, Codebook, CodebookError)
    codebook._origin = str(document.path)
    for kind in KINDS:
        _refuse_doubled_ids(document, kind, getattr(codebook, kind))
    for direction in DIRECTIONS:
        if direction not in codebook.ids("directions"):
            raise CodebookError(
                f"Expected the direction {direction!r} at {document.where(('directions',))}, found "
                f"{', '.join(codebook.ids('directions')) or 'none'}: add it, under any label."
            )
    for index, area in enumerate(codebook.areas):
        _check_rule(document, codebook, index, area)
    for fault in codebook.appraisal.faults():
        raise CodebookError(f"Expected {fault}, at {document.where(('appraisal',))}; correct it.")
    return codebook


def _refuse_doubled_ids(document: MarkedYaml, kind: Kind, entries: tuple[Category, ...]) -> None:
    first_at: dict[str, str] = {}
    for index, entry in enumerate(entries):
        place = document.where((kind, index, "id"))
        if entry.id in first_at:
            raise CodebookError(
                f"Expected each id once in {kind}, found {entry.id!r} at {place} and again at "
                f"{first_at[entry.id]}: rename or remove one."
            )
        first_at[entry.id] = place


def _check_rule(document: MarkedYaml, codebook: Codebook, index: int, area: Area) -> None:
    named: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("factors", area.rule.factors),
        ("directions", area.rule.directions),
    )
    for kind, used in named:
        options = codebook.ids(kind)
        for position, code in enumerate(used):
            if code not in options:
                place = document.where(("areas", index, "rule", kind, position))
                raise CodebookError(
                    f"Expected the rule of the area {area.id!r} to name {kind} of the codebook, "
                    f"found {code!r} at {place}: {name_options(code, options)}"
                )


HEADINGS: dict[Kind, str] = {
    "factors": "Factors",
    "directions": "Directions",
    "sectors": "Sectors",
    "target_groups": "Target groups",
    "evidence_types": "Evidence types",
    "exclusion_reasons": "Reasons for leaving a publication out",
    "areas": "Derived areas",
}


def render_codebook_page(codebook: Codebook) -> str:
    """Return docs/codebook.md: every code with its English meaning and all its labels."""
    lines = [
        "# The codebook",
        "",
        "Made from `corpora/codebook.yaml` by `python -m corpora.codebook > docs/codebook.md`; "
        "change that file, not this page.",
    ]
    for kind in KINDS:
        lines += ["", f"## {HEADINGS[kind]}", ""]
        lines += [_row("id", "meaning", *LABEL_LANGUAGES), _row(*["---"] * 9)]
        for category in codebook.categories(kind):
            meaning = codebook.definition(kind, category.id, "en")
            if isinstance(category, Area):
                meaning += f" ({_rule_in_words(category.rule)})"
            labels = (category.labels.get(language, "") for language in LABEL_LANGUAGES)
            lines.append(_row(f"`{category.id}`", meaning, *labels))
    lines += _appraisal_lines(codebook.appraisal)
    return "\n".join(lines) + "\n"


def _appraisal_lines(appraisal: AppraisalForms) -> list[str]:
    """The forms' questions with their answers, in English."""
    lines = []
    for form in appraisal.forms:
        lines += ["", f"## Appraisal: {in_language(form.labels, 'en', form.id)}", ""]
        lines += [in_language(form.definitions, "en", ""), ""]
        lines += [_row("id", "question", "answers"), _row(*["---"] * 3)]
        for question in form.questions:
            answers = (in_language(one.labels, "en", one.id) for one in appraisal.answers(question))
            asked = in_language(question.labels, "en", question.id)
            lines.append(_row(f"`{question.id}`", asked, "; ".join(answers)))
    return lines


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _rule_in_words(rule: AreaRule) -> str:
    factors = ", ".join(f"`{factor}`" for factor in rule.factors) or "any factor"
    directions = ", ".join(f"`{direction}`" for direction in rule.directions) or "any direction"
    return f"{factors}; {directions}"


def main(stream: Any = None) -> None:
    """Write docs/codebook.md's text to `stream` (default: standard output)."""
    (stream or sys.stdout).write(render_codebook_page(load_codebook()))


if __name__ == "__main__":
    main()
