"""The words by which walls are known, in the languages of the sites that are harvested.

Owns the patterns; when they count is `walls`' business. All are matched against lower-case text.
"""

from __future__ import annotations

import re

LOGIN_ADDRESS = re.compile(
    r"^(login|logon|signin|sso|idp|auth|adfs|openidp)[.-]"  # of the host
    r"|/(login|logon|log-in|signin|sign-in|logg-?inn|logga-?in|log-?ind|kirjaudu|innskraning"
    r"|sso|cas/login|oauth2?/authorize|saml2?|idp/profile|password-login|account/login)"
    r"(/|$|\.\w{2,5}$)",
)
"""Of a host, or of a path: where a site sends whoever must say who they are."""

CONSENT_ADDRESS = re.compile(
    r"^consent\.|/(cookie-?(consent|wall|required|check)|cookies-?(required|disabled))"
    r"(/|$|\.\w{2,5}$)"
)
"""Not a bare /consent: that is what many reports are about."""

LOGIN = re.compile(
    r"\b(log ?in|log ?on|sign ?in|log ?ind|logg(a|e)? ?inn?|logg på|inloggning|innlogging"
    r"|kirjaudu( sisään)?|kirjautuminen|innskráning|skrá(ðu)? (þig )?inn|rita inn|iserit)\b"
)

COOKIES = re.compile(
    r"\b(cookies?|informasjonskapsla?e?r?|informationskapslar|kakor|kakorna|evästee\w+|evästeitä"
    r"|vafrakök\w+|vefkök\w+|fótspor\w*|farspor\w*)\b"
)

ACCEPT = re.compile(
    r"\b(accept(er|era|ere|ér)?|agree|allow|enable|godta|godkend|godkjenn|godkänn|tillat|tillåt"
    r"|tillad|samtyk(k|c)?e?r?|hyväksy\w*|salli|samþykk\w*|leyfa|góðtak\w*|akuer\w*)\b"
)

NOT_FOUND_TITLE = re.compile(
    r"^\W*((http|error|feil|fel|fejl|virhe)\W+)?(404|410|500|502|503)"
    r"(\W*$|\s*[-–—|:!.]|\W+(not|page|error|internal|bad|service|siden|sidan|sida|sivu|síð))"
    r"|\b((page|site|document|item|resource) (was |could )?not (be )?found"
    r"|page (does not|doesn.t) exist|internal server error|bad gateway|service unavailable"
    r"|(siden|sida) (ble |vart |blev )?(ikke|ikkje) (funnet|funne|fundet)"
    r"|(siden|sida) (finnes|finst|findes|eksisterer) (ikke|ikkje)|fant ikke siden|fann ikkje sida"
    r"|(finner|finn|finder|fandt) (ikke|ikkje) (siden|sida)"
    r"|(sidan|sidan du söker) (kunde inte hittas|kan inte hittas|hittades inte|finns inte)"
    r"|hittar inte sidan|sivua ei (löytynyt|löydy|ole)|hakemaasi sivua ei"
    r"|síða(n)? (fannst|finnst|er) ekki|síðan (fannst|finst) ikki)\b"
    r"|^\W*(error|feil|fel|fejl|virhe|villa|feilur)\W*$"
)
"""Of a page's title or first heading, when the page says little else."""

BLOCKED = re.compile(
    r"\b(just a moment|attention required|verify(ing)? (that )?you are (a )?human"
    r"|checking (if the site connection is secure|your browser)|are you a robot"
    r"|unusual traffic|request unsuccessful|the requested url was rejected|pardon our interruption"
    r"|making sure you.re not a bot|complete the security check|ddos protection by"
    r"|bekreft at du (ikke )?er (et menneske|en robot)|bekräfta att du (inte )?är"
    r"|bekræft,? at du (ikke )?er|vahvista,? että (et )?ole|staðfestu að þú)\b"
)
"""Of a page that says hardly anything else."""

NEEDS_SCRIPTS = re.compile(r"\b(java ?script|skript)\b")
"""Of what a page says to browsers that run no scripts."""

MOUNTS = re.compile(
    r"(root|app|main-?app|react-?(root|app)|__next|__nuxt|q-app|spa-?root|ember\d*)"
)
"""Ids of the element that the common browser frameworks draw a page into."""

HINTS = tuple(
    hint.encode()
    for hint in (
        "password", "cookie", "kapsl", "kakor", "eväste", "vafrak", "vefk", "fótspor", "farspor",
        "<noscript", "just a moment", "attention required", "human", "robot", "menneske",
        "unusual traffic", "unsuccessful", "was rejected", "interruption", "a bot",
        "checking your browser", "checking if the site", "security check", "ddos protection",
        "människa", "ihminen", "staðfestu",
    )
)  # fmt: skip
"""One of these stands in every wall but the shortest ones; in UTF-8, in lower case."""
