"""People's codings over the machine's: which count, and how a hit shows them.

Owns the rule. A person's coding of a factor replaces the machine's on that factor; a rejection
hides the suggestion it rejects. Codings themselves live in the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kb.search.rows import MachineCoding, PersonCoding, ShownCoding

Pair = tuple[str, str]


class NoCodings:
    """An overlay of a knowledge base in which nobody has coded anything."""

    def for_passages(self, ids: Iterable[str]) -> Mapping[str, tuple[PersonCoding, ...]]:
        """Return nothing, whatever the ids."""
        return {}

    def coded(self) -> Mapping[str, tuple[PersonCoding, ...]]:
        """Return nothing."""
        return {}


def confirmed_pairs(people: Sequence[PersonCoding]) -> set[Pair]:
    """Return the (factor, direction) pairs that a person accepted or added."""
    return {(c.factor, c.direction) for c in people if c.status != "rejected"}


def counting_pairs(machine: Iterable[Pair], people: Sequence[PersonCoding]) -> set[Pair]:
    """Return the (factor, direction) pairs that count for a passage in filters and on the map."""
    confirmed = confirmed_pairs(people)
    decided = {factor for factor, _ in confirmed}
    rejected = {(c.factor, c.direction) for c in people if c.status == "rejected"}
    left = {pair for pair in machine if pair[0] not in decided and pair not in rejected}
    return confirmed | left


def shown_codings(
    machine: Sequence[MachineCoding], people: Sequence[PersonCoding]
) -> tuple[ShownCoding, ...]:
    """Return a passage's codings as a hit shows them, people's first.

    A suggestion that a person decided about is shown as that decision, not a second time.
    """
    by_pair = {(coding.factor, coding.direction): coding for coding in machine}
    shown = []
    for person in people:
        basis = by_pair.get((person.factor, person.direction))
        shown.append(
            ShownCoding(
                person.factor,
                person.direction,
                basis.confidence if basis else None,
                "rejected" if person.status == "rejected" else "accepted",
                person.coder,
                basis.start if basis else None,
                basis.end if basis else None,
            )
        )
    counting = counting_pairs(by_pair, people) - confirmed_pairs(people)
    for coding in machine:
        if (coding.factor, coding.direction) in counting:
            shown.append(
                ShownCoding(
                    coding.factor,
                    coding.direction,
                    coding.confidence,
                    "suggested",
                    None,
                    coding.start,
                    coding.end,
                )
            )
    return tuple(shown)
