"""One signs in at a provider, here a stand-in that lets in whom it is told to."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from tornado.web import Application, RequestHandler

from clara_app.sign_in.forms import COOKIE, provider_page
from clara_engine.errors import ClaraError
from tests.app.answering import answering
from tests.app.sign_in.conftest import Place, serving


class Token(RequestHandler):
    """Gives a token for the code that it has given, to who knows the secret of this server."""

    def post(self) -> None:
        known = {"client_id": "clara", "client_secret": "swordfish", "grant_type": "authorization_code"}
        if {name: self.get_argument(name, "") for name in known} != known or self.get_argument("code") == "wrong":
            self.set_status(400)
            self.write({"error": "invalid_grant", "error_description": "<b>no</b>"})
            return
        claims = base64.urlsafe_b64encode(json.dumps({"email": self.get_argument("code")}).encode()).decode()
        self.write({"access_token": "hush", "id_token": f"e30.{claims.rstrip('=')}.sig", "expires_in": 3600})


@pytest.fixture
def provider(monkeypatch):
    with answering(lambda: Application([("/token", Token)])) as place:
        extra = {"AUTHORIZE_URL": f"http://{place}/authorize", "TOKEN_URL": f"http://{place}/token"}
        settings = {"PROVIDER": "generic", "KEY": "clara", "SECRET": "swordfish", "EXTRA_PARAMS": repr(extra)}
        for name, value in settings.items():
            monkeypatch.setenv(f"PANEL_OAUTH_{name}", value)
        monkeypatch.setenv("PANEL_COOKIE_SECRET", "for tests")
        yield place


def come_back(place: Place, code: str, prefix: str = "", to: str = "/login"):
    """Go to the provider and come back with a code, as a browser does."""
    sent = place.ask(f"{prefix}/login?next={prefix}/app?target=1")
    assert sent.code == 302
    asked = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert asked["client_id"] == ["clara"]
    cookies = [cookie.partition(";")[0] for cookie in sent.headers.get_list("Set-Cookie")]
    answer = place.ask(f"{prefix}{to}?code={code}&state={asked['state'][0]}", "; ".join(cookies))
    return sent, answer


def test_one_goes_there_and_comes_back_with_a_name(provider) -> None:
    with serving("--allow-user", "@example.org") as place:
        assert place.ask("/app").headers["Location"].startswith("./login")
        sent, answer = come_back(place, "ada@example.org")
        assert sent.headers["Location"].startswith(f"http://{provider}/authorize?")
        assert (answer.code, answer.headers["Location"]) == (302, "/app?target=1")
        (ticket,) = [cookie for cookie in answer.headers.get_list("Set-Cookie") if cookie.startswith(COOKIE)]
        assert "HttpOnly" in ticket
        assert "SameSite=Lax" in ticket
        assert "hush" not in str(answer.headers)
        page = place.ask("/app", ticket.partition(";")[0]).body.decode()
        assert "<title>page of ada@example.org</title>" in page


def test_one_comes_back_below_a_prefix(provider, monkeypatch) -> None:
    monkeypatch.setenv("PANEL_OAUTH_REDIRECT_URI", "https://clara.example.org/tools/clara/login")
    with serving("--allow-user", "@example.org", prefix="/tools/clara") as place:
        sent, answer = come_back(place, "ada@example.org", "/tools/clara")
        (back,) = parse_qs(urlsplit(sent.headers["Location"]).query)["redirect_uri"]
        assert back == "https://clara.example.org/tools/clara/login"
        assert (answer.code, answer.headers["Location"]) == (302, "/tools/clara/app?target=1")


def test_one_comes_back_to_the_address_that_panel_names_by_itself(provider) -> None:
    with serving("--allow-user", "@example.org") as place:
        sent, answer = come_back(place, "ada@example.org", to="/")
        (back,) = parse_qs(urlsplit(sent.headers["Location"]).query)["redirect_uri"]
        assert back == f"http://127.0.0.1:{place.port}"
        assert answer.code == 302
        cookies = "; ".join(cookie.partition(";")[0] for cookie in sent.headers.get_list("Set-Cookie"))
        answer = place.ask(answer.headers["Location"].removeprefix("."), cookies)
        assert (answer.code, answer.headers["Location"]) == (302, "/app?target=1")


def test_who_is_not_expected_gets_no_ticket(provider) -> None:
    with serving("--allow-user", "@example.org") as place:
        _, answer = come_back(place, "eve@elsewhere.org")
        assert answer.code == 403
        assert "may not come in" in answer.body.decode()
        assert COOKIE not in str(answer.headers)


def test_a_provider_that_refuses_is_told_as_text(provider) -> None:
    with serving("--allow-user", "@example.org") as place:
        _, answer = come_back(place, "wrong")
        assert answer.code == 401
        assert COOKIE not in str(answer.headers)
        assert "<b>" not in answer.body.decode()
        assert place.ask("/login?code=ada@example.org&state=made-up").code == 401


def test_a_provider_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ClaraError, match=r"known: .*generic"):
        provider_page("nowhere")
