"""Lines of a web page that are not its text: menus, sharing, cookies, printing, access notices.

Owns the phrases of our languages. Says nothing of where on the page a line stands; `html` and
`text` know that.
"""

from __future__ import annotations

import re

_SHORT = 14  # words; longer lines are only chrome where a phrase of `_NOTICES` fits

_WHOLE = re.compile(
    r"^(?:"
    r"facebook|twitter|x|linkedin|instagram|youtube|rss|e-?post|e-?mail|email|bluesky|"
    r"\S*[- ]?logo(?: \S+)?|premium|open access|pdf|download(?: pdf)?|last ned.*|ladda ner.*|"
    r"hent(?: pdf| rapport).*|lataa.*|sækja.*|"
    r"lukk|luk|stäng|sulje|loka|close|meny|menu|valikko|valmynd|hjem|hem|forside|home|etusivu|heim|"
    r"forsíða|søk|sök|søg|haku|etsi|leita|search|logg inn|logga in|log ind|kirjaudu.*|log ?in|"
    r"sign in.*|register|"
    r"del|dela|del siden|dela sidan|del på.*|dela på.*|jaa|deila|share(?: this.*)?|"
    r"skriv ut(?: side[n]?)?|skriv ut sidan|udskriv|tulosta|prenta|print(?: page| this page)?|"
    r"lytt(?: til tekst.*)?|lyssna.*|kuuntele|hlusta|listen(?: to.*)?|læs højt|"
    r"(?:skip|hopp|hoppa|gå|siirry|spring|fara) "
    r"(?:to|til|till|over|direkte|suoraan|beint|videre)\b.*|"
    r"til toppen|till toppen|back to top|takaisin ylös|efst á síðu|"
    r"read more|les mer|läs mer|læs mere|lue lisää|lesa meira|more information|mer informasjon|"
    r"mer information|mere information|lisätietoja|see also|se også|se även|katso myös|"
    r"(?:här (?:finns|hittar du|kan du)|her (?:finner|finder|finnes|kan) du?|here (?:is|are)|"
    r"täältä (?:löyd|saat)\w*|tästä\b|klikk her|klicka här|klik her|click here|smelltu)\b[^.!?]*|"
    r"next|previous|neste|forrige|nästa|föregående|næste|seuraava|edellinen|"
    r"(?:english|svenska|norsk|dansk|suomeksi|in english|på svenska|på norsk|på dansk|íslenska)"
    r"(?: (?:page|version|sida|side|sivut?))?(?:\s+(?:english|svenska|norsk|dansk|verkkosivu|page|"
    r"suomeksi|in|på))*|"
    r"(?:source|original|kilde|källa|lähde) (?:in|på|kielellä) \w+|"
    r"\W*"
    r")[.!:»>›]*$",
    re.IGNORECASE,
)
_PHRASES = re.compile(
    r"ctrl-?tast|cmd på mac|for å forst[øo]rre|förstora|zoom|"
    r"tips en venn|tipsa en vän|tip en ven|tell a friend|send tips|vinkkaa|"
    r"din venns|din väns|ditt navn|ditt namn|din beskjed|ditt meddelande|your name|your message|"
    r"your friend|url til nettstedet|"
    r"cookie|informasjonskaps|evästee|vafrakök|personvernerkl|integritetspolicy|privacy policy|"
    r"tietosuojaseloste|persondatapolitik|tilgjengelighetserkl|tillgänglighetsredog|"
    r"saavutettavuusseloste|accessibility statement|"
    r"andre språk|andra språk|other languages|muut kielet|önnur tungumál|"
    r"nyhetsbrev|newsletter|nyhedsbrev|uutiskirje|fréttabréf|subscribe|prenumerera på|abonner|"
    r"følg oss|följ oss|følg os|follow us|seuraa meitä|fylgdu okkur|"
    r"all rights reserved|alle rettigheter|copyright|©|"
    r"not available in your region|continue researching|having issues|contact us|kontakt oss\b|"
    r"kontakta oss\b|kontakt os\b|ota yhteyttä|hafðu samband|"
    r"brukerundersøkelse|användarundersökning|brugerundersøgelse|user survey|tar under \d|"
    r"fant du det du lette|hittade du|was this page (?:helpful|useful)|oliko sivusta|"
    r"verkkosivu suomeksi|english page|les rapporten|läs rapporten|læs rapporten|lue raportti|"
    r"read the (?:full )?report|hent rapporten|last ned rapport|lesa skýrslu|"
    r">>|»»",
    re.IGNORECASE,
)
_NOTICES = re.compile(
    r"(?:we use|vi bruker|vi använder|vi bruger|käytämme|við notum|this site uses|nettstedet"
    r" bruker)"
    r"[^.]{0,60}(?:cookies|informasjonskapsler|kakor|evästeitä|vafrakökur)|"
    r"all rights reserved|javascript (?:must be|is) (?:enabled|disabled)",
    re.IGNORECASE,
)


def is_chrome_line(line: str) -> bool:
    """Return whether a line is a page's furniture by its own words."""
    text = " ".join(line.split())
    if not text:
        return True
    words = len(text.split())
    if _NOTICES.search(text):
        return words <= 60
    if words > _SHORT:
        return False
    return bool(_WHOLE.match(text) or _PHRASES.search(text))
