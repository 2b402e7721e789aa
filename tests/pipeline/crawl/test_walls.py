"""What is taken for a wall and what is not; the pages are our own, in the forms that walls have."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.problem_kinds import ADVICE
from pipeline.crawl.walls import WALL_WORDS, recognise_wall

GOLDEN = Path(__file__).parents[2] / "golden"
HTML = {"content-type": "text/html; charset=utf-8"}
URL = "https://www.barnetjenesten.no/rapporter/samarbeid"
CLOUDFLARE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper">
<noscript><div>Enable JavaScript and cookies to continue</div></noscript></div>
<script>(function(){window._cf_chl_opt={cvId:'3',cZone:'x'};})();</script></body></html>"""
INCAPSULA = """<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW">
<script src="/_Incapsula_Resource?SWJIYLWA=7"></script></head><body style="margin:0px">
<iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=2">Request unsuccessful. Incapsula
incident ID: 5-6</iframe></body></html>"""
GOOGLE_SORRY = """<html><head><title>https://x.no/</title></head><body><p>Our systems have detected
unusual traffic from your computer network.</p></body></html>"""
ANUBIS = """<!doctype html><html lang="en"><head><title>Making sure you're not a bot!</title>
<script id="anubis_challenge" type="application/json">{"rules":{"difficulty":4}}</script></head>
<body><main><h1 id="title">Making sure you're not a bot!</h1><p>Loading…</p></main></body></html>"""
CAPTCHA = """<html><head><title>barnetjenesten.no</title></head><body><form method="post">
<p>Bevis at du er et menneske.</p><div class="h-captcha" data-sitekey="x"></div></form></body>"""
REJECTED = """<html><head><title>Request Rejected</title></head><body>The requested URL was
rejected. Please consult with your administrator. Your support ID is: 123</body></html>"""
SHELL = """<!doctype html><html lang="nb"><head><title>Rapporter</title>
<script src="/m.js"></script></head><body>
<noscript>You need to enable JavaScript to run this app.</noscript>
<div id="root"></div></body></html>"""
ANGULAR = """<!doctype html><html><head><title>DSpace</title></head><body><ds-app></ds-app>
<script src="runtime.js"></script></body></html>"""
LONG = "<p>" + "Samarbeidet mellom skole og barnevern krever felles mål og tid. " * 30 + "</p>"
BANNER = """<div id="cookie-consent" class="modal"><h2>Vi bruker informasjonskapsler</h2><p>Vi
bruker informasjonskapsler for å gjøre siden bedre. Du kan godta alle eller velge selv hvilke vi får
lov til å lagre hos deg, og ombestemme deg når du vil.</p><button>Godta alle</button></div>"""


def page(body: str, title: str = "", head: str = "") -> bytes:
    html = (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )
    return html.encode()


def login(title: str, words: str = "") -> bytes:
    form = '<form><input name="u"><input type="password" name="p"><button>OK</button></form>'
    return page(f"<h1>{title}</h1><p>{words}</p>{form}", title)


def kind_of(body: bytes | str, status: int = 200, url: str = URL, **headers: str) -> str | None:
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return recognise_wall(status, {**HTML, **named}, data, url)


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize("body", [CLOUDFLARE, INCAPSULA, GOOGLE_SORRY, ANUBIS, CAPTCHA, REJECTED])
def test_a_challenge_is_known_whatever_status_it_comes_with(body: str, status: int) -> None:
    assert kind_of(body, status) == "challenge_page"


def test_a_challenge_that_says_so_in_a_header_needs_no_body() -> None:
    assert kind_of("", 403, cf_mitigated="challenge") == "challenge_page"
    assert kind_of("", 202, x_amzn_waf_action="challenge") == "challenge_page"
    assert kind_of("", 405, x_amzn_waf_action="captcha") == "challenge_page"


def test_the_scripts_of_a_challenge_in_a_real_page_are_no_challenge() -> None:
    scripts = (
        '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
        '<script src="/_Incapsula_Resource?SWJIYLWA=7"></script>'
    )
    assert kind_of(page(f"<h1>Samarbeid</h1>{LONG}{scripts}", "Samarbeid")) is None
    comments = '<form action="/comment"><div class="g-recaptcha"></div></form>'
    assert kind_of(page(f"<h1>Samarbeid</h1>{LONG}{comments}", "Samarbeid")) is None


@pytest.mark.parametrize("body", [SHELL, ANGULAR])
def test_a_page_that_scripts_are_to_draw_is_a_shell(body: str) -> None:
    assert kind_of(body) == "script_shell"


def test_a_shell_that_carries_its_metadata_is_worth_reading() -> None:
    cited = '<meta name="citation_title" content="Samarbeid">'
    assert kind_of(SHELL.replace("</head>", cited + "</head>")) is None


@pytest.mark.parametrize(
    "title",
    ["Logg inn", "Logga in", "Log ind", "Kirjaudu sisään", "Innskráning", "Rita inn", "Sign in"],
)
def test_a_log_in_page_is_a_wall_in_every_language(title: str) -> None:
    assert kind_of(login(title)) == "login_wall"


def test_who_was_sent_to_a_log_in_has_met_a_wall() -> None:
    body = page("<p>Velg din organisasjon</p>", "Feide")
    assert kind_of(body, url="https://login.publisher.no/saml2/start") == "login_wall"
    assert kind_of(login("Velkommen"), url="https://x.se/logga-in") == "login_wall"
    assert kind_of(b"", 401) == "login_wall"
    assert kind_of(login("Velkommen"), 403) == "login_wall"


def test_a_report_about_passwords_is_no_wall() -> None:
    text = "<p>" + "Barn deler passord og logger inn hos hverandre. " * 40 + "</p>"
    assert kind_of(page(f"<h1>Passord og innlogging</h1>{text}", "Logg inn trygt")) is None


def test_a_log_in_box_beside_a_report_is_no_wall() -> None:
    box = '<header><form>Logg inn <input type="password"></form></header>'
    assert kind_of(page(f"{box}<h1>Samarbeid</h1><p>Rapport 4/2020.</p>", "Samarbeid")) is None
    bare = '<form><input type="password"></form>'
    assert kind_of(page(f"{bare}<h1>Samarbeid</h1>{LONG}", "Logg inn")) is None


@pytest.mark.parametrize(
    ("title", "text", "button"),
    [
        ("Informasjonskapsler", "Du må godta informasjonskapsler for å lese videre.", "Godta"),
        ("Kakor", "Vi använder kakor. Godkänn för att fortsätta.", "Godkänn"),
        ("Cookies", "Du skal acceptere cookies for at læse videre.", "Accepter"),
        ("Evästeet", "Hyväksy evästeet ennen kuin jatkat.", "Hyväksy"),
        ("Vafrakökur", "Þú verður að samþykkja vafrakökur.", "Samþykkja"),
        ("Farspor", "Tú mást góðtaka farspor.", "Góðtak"),
        ("Cookies", "Accept cookies to continue.", "Accept"),
    ],
)
def test_a_cookie_wall_is_known_in_every_language(title: str, text: str, button: str) -> None:
    body = page(f"<h1>{title}</h1><p>{text}</p><button>{button}</button>", title)
    assert kind_of(body) == "cookie_wall"


def test_a_cookie_wall_with_long_explanations_is_known_by_its_heading_or_address() -> None:
    words = "Vi lagrer opplysninger om deg. " * 15
    wall = page(f"<h1>Godta informasjonskapsler</h1><p>{words}</p>", "Godta informasjonskapsler")
    assert kind_of(wall) == "cookie_wall"
    sent = page(f"<p>Cookies. {words}</p>", "Ett øyeblikk")
    assert kind_of(sent, url="https://consent.publisher.no/m?continue=x") == "cookie_wall"


def test_a_banner_over_a_page_is_no_wall() -> None:
    listing = "".join(f'<p><a href="/rapporter/{n}/">Rapport {n}</a></p>' for n in range(12))
    assert kind_of(page(BANNER + f"<h1>Rapporter</h1>{listing}", "Rapporter")) is None
    assert kind_of(page(BANNER + f"<h1>Samarbeid</h1>{LONG}", "Samarbeid")) is None
    short = '<h1>Samarbeid</h1><p><a href="/a.pdf">Last ned</a></p>'
    assert kind_of(page(BANNER + short, "Samarbeid")) is None


def test_reports_about_cookies_and_consent_are_no_walls() -> None:
    about = page(f"<h1>Barns samtykke til informasjonskapsler</h1>{LONG}", "Barns samtykke")
    assert kind_of(about, url="https://x.no/samtykke/consent") is None
    section = f'<section id="informed-consent"><h2>Samtykke</h2>{LONG}</section>'
    assert kind_of(page(f"<h1>Samtykke</h1>{section}{BANNER}", "Samtykke")) is None


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 - Siden finnes ikke",
        "Siden ble ikke funnet | Barnetjenesten",
        "Sidan kunde inte hittas - Socialstyrelsen",
        "Siden blev ikke fundet",
        "Sivua ei löytynyt",
        "Síðan fannst ekki",
        "Page not found – VIVE",
        "Error 500: Internal Server Error",
        "Feil",
    ],
)
def test_an_error_that_is_answered_with_200_is_known(title: str) -> None:
    body = page(f"<nav>{LONG}</nav><h1>Beklager</h1><p>Prøv å søke.</p>", title)
    assert kind_of(body) == "error_page"


@pytest.mark.parametrize(
    "title", ["404 barn og unge i Nuuk", "Feil i vedtak om barnevern", "500 år"]
)
def test_a_title_with_a_number_or_a_fault_in_it_is_no_error(title: str) -> None:
    assert kind_of(page(f"<h1>{title}</h1><p>Rapport.</p>", title)) is None


def test_what_is_no_page_is_never_a_wall() -> None:
    assert kind_of(b"%PDF-1.7 Just a moment...", 200) is None
    xml = b'<?xml version="1.0"?><urlset><url><loc>https://x.no/login</loc></url></urlset>'
    assert recognise_wall(200, {"content-type": "text/xml"}, xml, URL) is None
    assert kind_of(b"", 200) is None
    assert kind_of(b"\x00\xff<html", 200) is None


def test_other_errors_are_left_to_their_status() -> None:
    assert kind_of(page("<h1>Not found</h1>", "404"), 404) is None
    assert kind_of(page("<h1>Forbidden</h1>", "403 Forbidden"), 403) is None
    assert kind_of(CLOUDFLARE, 500) is None


def test_a_long_page_is_no_wall_and_costs_no_parsing() -> None:
    assert kind_of(page("<p>" + "ord " * 5000 + "</p>", "Logg inn")) is None
    near = page("<h1>Logg inn</h1><p>" + "ord " * WALL_WORDS + "</p>", "Logg inn")
    assert kind_of(near, url="https://login.x.no/") is None


def test_every_kind_it_tells_has_advice() -> None:
    told = {kind_of(CLOUDFLARE), kind_of(SHELL), kind_of(login("Logg inn")), kind_of(b"", 401)}
    told.add(kind_of(page("<h1>Cookies</h1><p>Accept cookies</p>", "Cookies")))
    told.add(kind_of(page("", "404")))
    assert told <= set(ADVICE)
    assert len(told) == 5


def test_no_saved_page_is_a_wall() -> None:
    pages = sorted(GOLDEN.rglob("*.html"))
    assert len(pages) > 20
    taken = {str(path): kind for path in pages if (kind := kind_of(path.read_bytes()))}
    assert taken == {}


def test_a_page_made_to_be_slow_is_not() -> None:
    for piece in (b"<script ", b"<div>", b"<a href=x>", b"<!--", b"<title>", b"<h1 id='", b"\xff"):
        many = b"<html><body>password cookie " + piece * (390_000 // len(piece))
        assert kind_of(many) in (None, "cookie_wall", "script_shell", "error_page")
