"""The words of the agreement report in English, bokmål and Swedish.

Owns the texts. Labels of codes are the codebook's; the figures are `kb.coding.agreement`'s. Who
reads another language gets the nearest: Danish and nynorsk readers bokmål, all others English.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from kb.coding.coefficients import (
    ALL_SAME,
    BY_DISTANCE,
    DRAWS,
    FEW_PUBLICATIONS,
    FEWEST_CLUSTERS,
    LEVEL,
    NOBODY,
    NOT_SAID,
    SAMPLES_SAME,
    SEED,
)

SOURCES: Final = (
    "Krippendorff (2011), Computing Krippendorff's alpha-reliability; Passonneau (2006), Measuring "
    "agreement on set-valued items (MASI). Cohen (1960); Light (1971). Gwet (2008, 2014)."
)


@dataclass(frozen=True)
class AgreementWords:
    """The report's texts in one language; `remarks` by the coefficients' reasons.

    In braces stand what is filled in; `point` is the decimal sign.
    """

    language: str
    point: str
    title: str
    columns: tuple[str, str, str, str, str, str, str, str]
    overall: str
    factors: str
    sets: str
    directions: str
    direction: str
    coders: str
    passages: str
    nobody: str
    shared: str
    blind: str
    open: str
    counted: str
    intervals: str
    meant: str
    remarks: dict[str, str]

    def scope(self, name: str) -> str:
        """What a question that is of no single code is called."""
        return {
            "overall": self.overall,
            "factors": self.factors,
            "sets": self.sets,
            "directions": self.directions,
        }[name]

    def number(self, value: float) -> str:
        """A coefficient with two decimals, a half away from zero, wherever people read it."""
        exact = Decimal(repr(round(value, 9)))  # the last bits of a sum must not turn a half
        rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_UP) + 0  # no minus before a zero
        return str(rounded).replace(".", self.point).replace("-", "−")

    def interval_note(self) -> str:
        """How the intervals were made."""
        return self.intervals.format(
            level=round(100 * LEVEL), draws=DRAWS, seed=SEED, fewest=FEWEST_CLUSTERS
        )


_ENGLISH = AgreementWords(
    language="en",
    point=".",
    title="Agreement between coders",
    columns=("Question", "Units", "Said", "Agreement", "Alpha", "Kappa", "AC1", "Remark"),
    overall="Factors and directions together",
    factors="All factors: said or not",
    sets="The set of a passage's factors (MASI)",
    directions="Direction, where coders said the factor",
    direction="Direction: {direction}",
    coders="Coders: {coders}.",
    passages="{name} ({n} passages)",
    nobody="nobody yet",
    shared=(
        "{shared} of {passages} passages, of {publications} publications, were judged by two "
        "coders or more."
    ),
    blind="Round: {name}, coded blind.",
    open="Outside a round coders may have seen each other's codings: this is not blind.",
    counted=(
        "A passage was judged by a coder who is done with it or has coded it; what they did not "
        "judge is missing, not absent. Units are passages; all factors together count each "
        "passage once for each factor, directions once for each factor that coders said in it. A "
        "merge or a rename of codes since then changes the figures, which count today's codes."
    ),
    intervals=(
        "In brackets {level} % percentile intervals of {draws} bootstrap samples of publications "
        "(seed {seed}), from {fewest} publications on."
    ),
    meant=(
        "Agreement: the share of agreeing pairs of coders. Alpha: Krippendorff's; for sets with "
        "distances by MASI. Kappa: Cohen's; of more than two coders the mean over pairs. AC1: "
        "Gwet's. Alpha and kappa fall towards zero for a factor that is rare, also where coders "
        "hardly differ; AC1 and the share do not. Read them together."
    ),
    remarks={},
)
_BOKMÅL = AgreementWords(
    language="nb",
    point=",",
    title="Samsvar mellom kodere",
    columns=("Spørsmål", "Enheter", "Sagt", "Samsvar", "Alfa", "Kappa", "AC1", "Merknad"),
    overall="Faktorer og retninger sammen",
    factors="Alle faktorer: sagt eller ikke",
    sets="Settet av et utdrags faktorer (MASI)",
    directions="Retning, der koderne har sagt faktoren",
    direction="Retning: {direction}",
    coders="Kodere: {coders}.",
    passages="{name} ({n} utdrag)",
    nobody="ingen ennå",
    shared=(
        "{shared} av {passages} utdrag, fra {publications} publikasjoner, er vurdert av to kodere "
        "eller flere."
    ),
    blind="Runde: {name}, kodet blindt.",
    open="Utenfor en runde kan koderne ha sett hverandres kodinger: dette er ikke blindt.",
    counted=(
        "Et utdrag er vurdert av en koder som er ferdig med det eller har kodet det; det de ikke "
        "har vurdert, mangler, og regnes ikke som fraværende. Enhetene er utdrag; alle faktorer "
        "sammen teller hvert utdrag én gang for hver faktor, retninger én gang for hver faktor som "
        "koderne har sagt i det. Er koder slått sammen siden, endrer tallene seg, for det er "
        "dagens koder som teller."
    ),
    intervals=(
        "I parentes {level} % persentilintervaller fra {draws} bootstrap-utvalg av publikasjoner "
        "(startverdi {seed}), fra og med {fewest} publikasjoner."
    ),
    meant=(
        "Samsvar: andelen par av kodere som er enige. Alfa: Krippendorffs; for sett med avstander "
        "etter MASI. Kappa: Cohens; for mer enn to kodere gjennomsnittet over parene. AC1: Gwets. "
        "Alfa og kappa synker mot null for en faktor som er sjelden, også der koderne nesten ikke "
        "er uenige; AC1 og andelen gjør det ikke. Les dem sammen."
    ),
    remarks={
        NOBODY: "ingen utdrag er vurdert av to kodere",
        NOT_SAID: "ingen har sagt det, så det er ingenting å være enige om",
        ALL_SAME: (
            "alle vurderinger er like, så tilfeldig samsvar kan ikke skilles fra virkelig samsvar"
        ),
        FEW_PUBLICATIONS: (
            f"ingen intervall: færre enn {FEWEST_CLUSTERS} publikasjoner er vurdert av to kodere"
        ),
        SAMPLES_SAME: "ingen intervall: i for mange utvalg er alle vurderinger like",
        BY_DISTANCE: "sett av faktorer sammenlignes etter avstand, bare med alfa",
    },
)
_SWEDISH = AgreementWords(
    language="sv",
    point=",",
    title="Överensstämmelse mellan kodare",
    columns=("Fråga", "Enheter", "Sagt", "Överens", "Alfa", "Kappa", "AC1", "Anmärkning"),
    overall="Faktorer och riktningar tillsammans",
    factors="Alla faktorer: sagd eller inte",
    sets="Mängden av ett avsnitts faktorer (MASI)",
    directions="Riktning, där kodarna har sagt faktorn",
    direction="Riktning: {direction}",
    coders="Kodare: {coders}.",
    passages="{name} ({n} avsnitt)",
    nobody="ingen ännu",
    shared=(
        "{shared} av {passages} avsnitt, ur {publications} publikationer, har bedömts av två "
        "kodare eller fler."
    ),
    blind="Omgång: {name}, kodad blint.",
    open="Utanför en omgång kan kodarna ha sett varandras kodningar: detta är inte blint.",
    counted=(
        "Ett avsnitt har bedömts av en kodare som är klar med det eller har kodat det; det som de "
        "inte har bedömt saknas, och räknas inte som frånvarande. Enheterna är avsnitt; alla "
        "faktorer tillsammans räknar varje avsnitt en gång för varje faktor, riktningar en gång "
        "för varje faktor som kodarna har sagt i det. Har koder slagits samman sedan dess "
        "ändras siffrorna, för det är dagens koder som räknas."
    ),
    intervals=(
        "Inom parentes {level} % percentilintervall ur {draws} bootstrap-urval av publikationer "
        "(startvärde {seed}), från och med {fewest} publikationer."
    ),
    meant=(
        "Överens: andelen par av kodare som är eniga. Alfa: Krippendorffs; för mängder med avstånd "
        "enligt MASI. Kappa: Cohens; för fler än två kodare medelvärdet över paren. AC1: Gwets. "
        "Alfa och kappa sjunker mot noll för en faktor som är sällsynt, också där kodarna knappt "
        "är oeniga; AC1 och andelen gör det inte. Läs dem tillsammans."
    ),
    remarks={
        NOBODY: "inget avsnitt har bedömts av två kodare",
        NOT_SAID: "ingen har sagt det, så det finns inget att vara överens om",
        ALL_SAME: (
            "alla bedömningar är lika, så slumpmässig överensstämmelse kan inte skiljas från "
            "verklig"
        ),
        FEW_PUBLICATIONS: (
            f"inget intervall: färre än {FEWEST_CLUSTERS} publikationer har bedömts av två kodare"
        ),
        SAMPLES_SAME: "inget intervall: i för många urval är alla bedömningar lika",
        BY_DISTANCE: "mängder av faktorer jämförs efter avstånd, bara med alfa",
    },
)
LANGUAGES: Final = {words.language: words for words in (_ENGLISH, _BOKMÅL, _SWEDISH)}
_NEAREST: Final = {"nn": "nb", "da": "nb"}


def agreement_words(language: str) -> AgreementWords:
    """The report's words in a language, or in the nearest there is."""
    return LANGUAGES.get(_NEAREST.get(language, language), _ENGLISH)
