"""One signs in by name and password, and is that name until one signs out, or the time is over."""

import asyncio
import time

import pytest
from bokeh.util.token import generate_jwt_token, generate_session_id, get_token_payload
from tornado.httpclient import HTTPClientError

from clara_app.sign_in.forms import COOKIE
from tests.app.sign_in.conftest import connected, serving, token_in


def cookie_of(answer) -> str:
    assert answer.code == 303, answer.body
    return answer.headers["Set-Cookie"].partition(";")[0]


async def closed(socket) -> int | None:
    """Why the server closes the websocket, once it does."""
    while await asyncio.wait_for(socket.read_message(), 10) is not None:
        pass
    return socket.close_code


def test_a_page_belongs_to_whoever_signed_in(users) -> None:
    with serving() as place:
        sent = place.ask("/app?target=1")
        assert (sent.code, sent.headers["Location"]) == (302, "./login?next=%2Fapp%3Ftarget%3D1")
        for name, password in (("ada", "swordfish"), ("Jürgen", "schwert")):
            cookie = cookie_of(place.sign_in(name, password))
            page = place.ask("/app", f"{cookie}; is_guest=1; user=bob", X_Clara_User="bob").body.decode()
            assert f"<title>page of {name}</title>" in page
        assert place.ask("/app", f"{COOKIE}=made-up; is_guest=1", X_Clara_User="ada").code == 302


def test_the_cookie_stays_with_this_server_and_out_of_scripts(users) -> None:
    with serving("--trusted-proxy", "127.0.0.1", "--session-hours", "2") as place:
        plain = place.sign_in("ada", "swordfish").headers["Set-Cookie"]
        assert {part.strip() for part in plain.split(";")[1:]} >= {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7200"}
        assert "Secure" not in plain
        assert "Secure" in place.sign_in("ada", "swordfish", **{"X-Forwarded-Proto": "https"}).headers["Set-Cookie"]
        cookie = cookie_of(place.sign_in("ada", "swordfish"))
        secret = cookie.partition("=")[2]
        page = place.ask("/app", cookie, Authorization="Basic abc", X_Forwarded_Access_Token="abc")
        assert get_token_payload(token_in(page))["headers"] == {"X-Clara-User": "ada"}
        assert secret not in page.body.decode()


@pytest.mark.parametrize(("name", "password"), [("ada", "x"), ("bob", "swordfish"), ("bob", "None"), ("ada", "")])
def test_what_does_not_belong_together_is_refused(users, name: str, password: str) -> None:
    with serving() as place:
        answer = place.sign_in(name, password)
        assert answer.code == 403
        assert "Set-Cookie" not in answer.headers
        assert "do not belong together" in answer.body.decode()


def test_two_hundred_guesses_get_few_answers(users) -> None:
    with serving() as place:
        codes = [place.sign_in("ada", f"guess {number}").code for number in range(200)]
        assert codes.count(403) < 8
        late = place.sign_in("ada", "swordfish")
        assert late.code == 429
        assert f"wait {late.headers['Retry-After']} s" in late.body.decode()
        assert place.sign_in("Jürgen", "schwert").code == 303


def test_one_password_for_all_asks_for_a_name_and_guesses_count_whatever_it_is(users, monkeypatch) -> None:
    monkeypatch.setenv("PANEL_BASIC_AUTH", "sword fish ")
    with serving() as place:
        for name in ("", "  ", "x" * 101):
            assert "Type your name" in place.sign_in(name, "sword fish ").body.decode()
        assert (
            "<title>page of eve</title>"
            in place.ask("/app", cookie_of(place.sign_in("eve", "sword fish "))).body.decode()
        )
        codes = [place.sign_in(f"name {number}", "guess").code for number in range(20)]
        assert codes.count(403) < 8


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [("/app?target=1", "/app?target=1"), ("//evil.org", "/"), ("https://evil.org", "/"), ("/\\evil.org", "/")],
)
def test_one_comes_back_to_this_server_alone(users, wanted: str, sent: str) -> None:
    with serving() as place:
        answer = place.send(f"/login?next={wanted}", username="ada", password="swordfish")
        assert answer.headers["Location"] == sent


def test_other_sites_send_no_form(users) -> None:
    with serving() as place:
        assert place.sign_in("ada", "swordfish", **{"Sec-Fetch-Site": "cross-site"}).code == 403


def test_a_websocket_is_of_the_page_and_of_its_owner_and_ends_at_sign_out(users) -> None:
    with serving() as place:
        ada, other = (cookie_of(place.sign_in(*who)) for who in (("ada", "swordfish"), ("Jürgen", "schwert")))
        token = token_in(place.ask("/app", ada))

        async def come_and_go() -> object:
            forged = generate_jwt_token(generate_session_id(), extra_payload={"headers": {"X-Clara-User": "ada"}})
            for cookie, said in (("", token), (other, token), (other, forged), (ada, forged), (ada, "nonsense")):
                with pytest.raises(HTTPClientError, match="403"):
                    await connected(place, said, {"Cookie": cookie})
            socket = await connected(place, token, {"Cookie": ada})
            assert await socket.read_message()
            assert not socket.close_code
            left = await asyncio.to_thread(place.send, "/logout", ada)
            assert "signed out" in left.body.decode()
            return await closed(socket)

        assert asyncio.run(come_and_go()) == 1008
        assert place.ask("/app", ada).code == 302
        assert place.ask("/app", other).code == 200


def test_a_session_expires_and_its_websocket_with_it(users) -> None:
    with serving("--session-hours", str(1 / 3600)) as place:
        ada = cookie_of(place.sign_in("ada", "swordfish"))
        token = token_in(place.ask("/app", ada))

        async def stay() -> object:
            return await closed(await connected(place, token, {"Cookie": ada}))

        assert asyncio.run(stay()) == 1008
        assert place.ask("/app", ada).code == 302


def test_a_list_that_cannot_be_read_is_told(users) -> None:
    with serving() as place:
        for text in ("{", "[]"):
            users.write_text(text)
            answer = place.sign_in("ada", "swordfish")
            assert answer.code == 503
            assert "list of names" in answer.body.decode()
        users.unlink()
        assert place.sign_in("ada", str(users)).code == 503


def test_the_wait_passes(users) -> None:
    with serving() as place:
        for _ in range(4):
            place.sign_in("ada", "guess")
        assert place.sign_in("ada", "swordfish").code == 429
        time.sleep(1.1)
        assert place.sign_in("ada", "swordfish").code == 303
