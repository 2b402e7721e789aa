"""The words on a picture or page of the evidence map.

Owns the map's own few words in seven languages. Labels of codes come from the caller (the
codebook's, in the same language).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kb.evidence_map import DIRECTIONS

_KEYS: Final = (
    "title",
    "publications",
    "passages",
    "publication",
    "passage",
    "verified",
    "gap",
    "gap_long",
    "in_brackets",
    "total",
    "by",
    "how_to_read",
    "table",
    "no_evidence",
    "machine_coded",
)
_DIMENSION_KEYS: Final = (
    "factor",
    "direction",
    "country",
    "sector",
    "target_group",
    "evidence_type",
    "year",
    "language",
    "publisher",
)
_WORDS: Final[dict[str, str]] = {  # parted by |, in the order of _KEYS, then dimensions, directions
    "en": "Evidence map|publications|passages|publication|passage|checked by a person|gap|"
    "no evidence found here|In brackets: passages.|Total|by|Number: publications. Bar: how the "
    "passages lean.|The same figures as a table|no evidence|"
    "Coded by machine unless checked by a person.|"
    "Factor|Direction|Country|Service|Target group|Type of evidence|Year|Language|Publisher|"
    "Facilitator|Barrier|Mixed|Neutral",
    "nb": "Kunnskapskart|publikasjoner|utdrag|publikasjon|utdrag|kontrollert av en person|hull|"
    "ingen kunnskap funnet her|I parentes: utdrag.|I alt|etter|Tall: publikasjoner. Stolpe: "
    "hvilken vei utdragene peker.|De samme tallene som tabell|ingen kunnskap|"
    "Kodet av maskin der ingen person har kontrollert.|"
    "Faktor|Retning|Land|Tjeneste|Målgruppe|Type kunnskap|År|Språk|Utgiver|"
    "Fremmer|Hemmer|Begge deler|Nøytral",
    "nn": "Kunnskapskart|publikasjonar|utdrag|publikasjon|utdrag|kontrollert av ein person|hol|"
    "ingen kunnskap funnen her|I parentes: utdrag.|I alt|etter|Tal: publikasjonar. Stolpe: "
    "kva veg utdraga peikar.|Dei same tala som tabell|ingen kunnskap|"
    "Koda av maskin der ingen person har kontrollert.|"
    "Faktor|Retning|Land|Teneste|Målgruppe|Type kunnskap|År|Språk|Utgjevar|"
    "Fremjar|Hemmar|Begge delar|Nøytral",
    "sv": "Kunskapskarta|publikationer|avsnitt|publikation|avsnitt|granskade av en person|lucka|"
    "ingen kunskap funnen här|Inom parentes: avsnitt.|Totalt|efter|Siffra: publikationer. Stapel: "
    "åt vilket håll avsnitten pekar.|Samma siffror som tabell|ingen kunskap|"
    "Kodat av maskin där ingen person har granskat.|"
    "Faktor|Riktning|Land|Verksamhet|Målgrupp|Typ av kunskap|År|Språk|Utgivare|"
    "Främjar|Hindrar|Bådadera|Neutral",
    "da": "Videnskort|publikationer|uddrag|publikation|uddrag|kontrolleret af en person|hul|"
    "ingen viden fundet her|I parentes: uddrag.|I alt|efter|Tal: publikationer. Søjle: "
    "hvilken vej uddragene peger.|De samme tal som tabel|ingen viden|"
    "Kodet af maskine, hvor ingen person har kontrolleret.|"
    "Faktor|Retning|Land|Indsatsområde|Målgruppe|Type viden|År|Sprog|Udgiver|"
    "Fremmer|Hæmmer|Begge dele|Neutral",
    "fi": "Tietokartta|julkaisua|katkelmaa|julkaisu|katkelma|ihmisen tarkistamia|aukko|"
    "tästä ei löytynyt tietoa|Suluissa: katkelmat.|Yhteensä|ja|Luku: julkaisut. Palkki: "
    "mihin suuntaan katkelmat viittaavat.|Samat luvut taulukkona|ei tietoa|"
    "Koneen koodaama, ellei ihminen ole tarkistanut.|"
    "Tekijä|Suunta|Maa|Palvelu|Kohderyhmä|Tiedon laji|Vuosi|Kieli|Julkaisija|"
    "Edistää|Estää|Molempia|Neutraali",
    "is": "Þekkingarkort|útgáfur|kaflar|útgáfa|kafli|yfirfarið af manneskju|gat|"
    "engin þekking fannst hér|Í svigum: kaflar.|Alls|eftir|Tala: útgáfur. Súla: "
    "í hvora átt kaflarnir benda.|Sömu tölur í töflu|engin þekking|"
    "Vélkóðað nema manneskja hafi yfirfarið.|"
    "Þáttur|Stefna|Land|Þjónusta|Markhópur|Tegund þekkingar|Ár|Tungumál|Útgefandi|"
    "Ýtir undir|Hindrar|Hvort tveggja|Hlutlaust",
}


@dataclass(frozen=True)
class MapLabels:
    """All text of a map in one language.

    `rows` and `cols` map ids to labels (an id without one stands as it is); `directions` and
    `words` override the built-in ones; `filters` is the filter summary and `date` the day the map
    was made, both as a person reads them.
    """

    language: str = "en"
    rows: Mapping[str, str] = field(default_factory=dict)
    cols: Mapping[str, str] = field(default_factory=dict)
    directions: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    filters: str = ""
    date: str = ""

    def word(self, key: str) -> str:
        """Return one of the map's own words, in English where the language is not known."""
        return self.words.get(key) or map_words(self.language)[key]

    def direction(self, direction: str) -> str:
        """Return a direction's label."""
        return self.directions.get(direction) or map_words(self.language)[direction]

    def row(self, row: str) -> str:
        """Return a row's label."""
        return self.rows.get(row, row)

    def col(self, col: str) -> str:
        """Return a column's label."""
        return self.cols.get(col, col)

    def heading(self, rows_dim: str, cols_dim: str) -> str:
        """Return the title: the caller's, else `Evidence map: Factor by Country`."""
        if self.title:
            return self.title
        cols = self.word(cols_dim).lower()
        return f"{self.word('title')}: {self.word(rows_dim).lower()} {self.word('by')} {cols}"

    def count(self, number: int, one: str, many: str) -> str:
        """Return a number with its word in the right form: `1 passage`, `7 passages`."""
        return f"{number} {self.word(one if number == 1 else many)}"


def map_words(language: str) -> dict[str, str]:
    """Return the map's own words in a language (English where it has none), by key."""
    words = _WORDS.get(language, _WORDS["en"]).split("|")
    return dict(zip((*_KEYS, *_DIMENSION_KEYS, *DIRECTIONS), words, strict=True))
