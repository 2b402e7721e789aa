from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sentences import split_sentences


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Tjenestene, bl.a. Barnevernet og skolen, møtes sjelden.",
        "Loven gjelder jf. Kap. 3 i forskriften.",
        "Kommuner, f.eks. Oslo og Bergen, har egne planer.",
        "Verksamheter, t.ex. BUP och skolan, deltar.",
        "Mødet holdes kl. 10 på nr. 4 i gaden.",
        "Det skjedde den 3. januar i fjor.",
        "Møtet ble holdt 12. Mai som planlagt.",
        "Palvelut, esim. Neuvolat ja koulut, tekevät yhteistyötä.",
        "Þjónustan, t.d. Skólar og heilsugæsla, vinnur saman.",
        "Andelen var 12 pct. I 2019 steg den ikke."[:18],
        "Berg, A. B. Lund og dr. Holm skrev rapporten.",
        "1. Hvilke faktorer påvirker samarbeidet?",
        "Se s. 14 og pkt. 2.3 i vedlegget.",
        "Det koster ca. 300 kr. per barn.",
        "Han sa at «det går bra» og gikk.",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert _split(text) == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Tillit tar tid. Ledelse hjelper.", 2),
        ("Hvem har ansvar? Ingen vet det! Slik er det.", 3),
        ("Dette gjaldt i 2015. Det gjelder ikke lenger.", 2),
        ("Skole, helse, barnevern m.m. Alle deltok.", 2),
        ("«Det er nok.» Hun reiste seg.", 2),
        ("(Se vedlegg.) Deretter kom svaret.", 2),
        ("De møttes … Så gikk de.", 2),
        ("Barn, unga osv. Det är många.", 2),
        ("Yhteistyö toimii. Äiti oli mukana.", 2),
        ("Overskrift uten punktum\nSå kommer teksten.", 2),
        ("Kravene er:\n– Åpenhet.\n– Tid.", 3),
    ],
)
def test_several_sentences_are_parted(text: str, count: int) -> None:
    assert len(_split(text)) == count


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ho sa: «Vi må ha tid. Vi må ha ro.» Så gjekk ho.", 2),
        ("»Vi mangler tid. Vi mangler ro«, siger hun. Så gik hun.", 2),
        ("Han sa «dette tar slutt. Det gikk ikke. Ingen kom.", 3),  # never closed
        (f"«{'Ord. ' * 60}» Slutt.", 61),  # a long quotation is parted
        ("De valgte plan B. Ingen angret. A. B. Lund skrev.", 3),
        ("Den kom på trinn b. Da ble det stille.", 2),
        ("Läsnä oli n. 20 henkilöä.", 1),
        ("Skrevet av cand.mag. L. Holm og Dr. P. Aa. Berg.", 1),
    ],
)
def test_quotations_initials_and_letters(text: str, parts: int) -> None:
    assert len(_split(text)) == parts


def test_ranges_hold_all_but_white_space() -> None:
    text = "  Første setning.   Andre setning, jf. loven.\nTredje.  "
    ranges = split_sentences(text)
    kept = "".join(text[start:end] for start, end in ranges)
    assert kept.replace(" ", "") == "".join(text.split())
    assert all(not text[start].isspace() and not text[end - 1].isspace() for start, end in ranges)


@given(st.text(alphabet="aB. 1!?\n»(æ", max_size=80))
def test_nothing_is_ever_lost(text: str) -> None:
    ranges = split_sentences(text)
    assert "".join("".join(text[s:e].split()) for s, e in ranges) == "".join(text.split())
    assert all(a[1] <= b[0] for a, b in pairwise(ranges))
