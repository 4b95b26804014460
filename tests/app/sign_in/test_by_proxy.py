"""A trusted proxy says who asks; from nobody else is a name believed."""

import asyncio

import pytest
from tornado.httpclient import HTTPClientError

from tests.app.sign_in.conftest import connected, serving, token_in

OPTIONS = ("--trust-header", "X-Remote-User", "--trusted-proxy")


def test_the_name_is_that_of_the_proxy() -> None:
    with serving(*OPTIONS, "127.0.0.1", "--allow-user", "Jürgen", "--allow-user", "@example.org") as place:
        for name in ("Jürgen", "ada@example.org"):
            said = name.encode().decode("latin-1")
            page = place.ask("/app", X_Remote_User=said, X_Clara_User="bob").body.decode()
            assert f"<title>page of {name}</title>" in page
        for name in ("bob", "ada@example.org.evil", ""):
            assert place.ask("/app", X_Remote_User=name).code == 302
        assert place.ask("/login").code == 403


def test_nobody_else_is_believed() -> None:
    with serving(*OPTIONS, "10.0.0.1") as place:
        assert place.ask("/app", X_Remote_User="ada").code == 302


def test_a_websocket_is_of_the_page_and_ends_with_the_time() -> None:
    with serving(*OPTIONS, "127.0.0.1", "--session-hours", str(0.3 / 3600)) as place:
        token = token_in(place.ask("/app", X_Remote_User="ada"))

        async def come() -> object:
            with pytest.raises(HTTPClientError, match="403"):
                await connected(place, token, {"X-Remote-User": "bob"})
            socket = await connected(place, token, {"X-Remote-User": "ada"})
            while await asyncio.wait_for(socket.read_message(), 10) is not None:
                pass
            return socket.close_code

        assert asyncio.run(come()) == 1008
