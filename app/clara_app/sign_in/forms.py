"""The pages on which one signs in and out."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

from panel.auth import AUTH_PROVIDERS, CODE_COOKIE_NAME, STATE_COOKIE_NAME
from tornado.web import HTTPError, RequestHandler

from clara_app.rendering import render
from clara_engine.errors import ClaraError
from clara_engine.text import visible

__all__ = ["COOKIE", "PROVIDERS", "PasswordForm", "RefusedPage", "SignOutPage", "provider_page"]

#: The cookie that holds the ticket.
COOKIE = "clara-session"
#: Providers of Panel that send the browser to a page of theirs.
PROVIDERS = tuple(sorted(set(AUTH_PROVIDERS) - {"pam", "password"}))
#: Nothing but the form itself.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

log = logging.getLogger(__name__)


class _Page(RequestHandler):
    """A page on the way in or out."""

    @property
    def sign_in(self) -> Any:
        """How people sign in at this server."""
        return cast(Any, self.application).auth_provider

    def prepare(self) -> None:
        """Refuse what another site makes a browser send."""
        if self.request.method == "POST" and self.request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def show(self, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> None:
        """Answer with the page `sign_in`."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", POLICY)
        self.write(render("sign_in", **{"name": "", "problem": "", "form": False, "again": False} | values))

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **kwargs: Any) -> None:
        """No script reads a cookie; it goes to this server alone, and encrypted where the page is."""
        kwargs["path"] = f"{cast(Any, self.application).prefix}/"
        kwargs |= {"httponly": True, "samesite": "Lax", "secure": self.sign_in.callers.encrypted(self.request)}
        super().set_cookie(name, value, *args, **kwargs)

    def let_in(self, name: str) -> None:
        """Give somebody a ticket."""
        self.leave()
        self.set_cookie(COOKIE, self.sign_in.tickets.give(name), max_age=round(self.sign_in.lifetime_s))

    def leave(self) -> None:
        """Take the ticket back."""
        if self.sign_in.can_sign_out:
            self.sign_in.tickets.end(self.get_cookie(COOKIE, ""))


class PasswordForm(_Page):
    """Asks for a name and a password."""

    def get(self) -> None:
        """The form."""
        self.show(form=True)

    def post(self) -> None:
        """Let somebody in, or say why not."""
        said = self.get_body_argument("username", "").strip()
        name = self.sign_in.admitted(said)
        if name is None:
            self.show(HTTPStatus.FORBIDDEN, form=True, problem="Type your name, of at most 100 letters.")
            return
        counted = "" if self.sign_in.one_for_all else name
        address = self.sign_in.callers.address(self.request)
        attempts = self.sign_in.attempts
        if wait := math.ceil(attempts.wait_s(counted, address)):
            self.set_header("Retry-After", str(wait))
            problem = f"There were too many wrong passwords: wait {wait} s, then try again."
            self.show(HTTPStatus.TOO_MANY_REQUESTS, form=True, name=name, problem=problem)
            return
        try:
            right = self.sign_in.right(name, self.get_body_argument("password", "", strip=False))
        except (OSError, ValueError) as error:
            log.error("the file of names and passwords can't be read: %s", error)
            problem = "The server can't read its list of names: tell whoever runs it."
            self.show(HTTPStatus.SERVICE_UNAVAILABLE, form=True, name=name, problem=problem)
            return
        if not right:
            attempts.failed(counted, address)
            log.warning("wrong password for %s from %s", visible(name), address)
            self.show(HTTPStatus.FORBIDDEN, form=True, name=name, problem="Name and password do not belong together.")
            return
        attempts.succeeded(counted, address)
        self.let_in(name)
        self.redirect(self._next(), status=HTTPStatus.SEE_OTHER)

    def _next(self) -> str:
        """Where the browser wanted to go; only within this server."""
        wanted = self.get_query_argument("next", "")
        parts = urlsplit(wanted)
        home = f"{cast(Any, self.application).prefix}/"
        inside = wanted.startswith(home) and not wanted.startswith("//") and "\\" not in wanted
        return wanted if inside and not parts.scheme and not parts.netloc else home


class RefusedPage(_Page):
    """Says that the way in is elsewhere."""

    def get(self) -> None:
        """The page."""
        self.show(
            HTTPStatus.FORBIDDEN, problem="Your name did not come with your request. Open the page through its proxy."
        )


class SignOutPage(_Page):
    """Ends what one was signed in to, open pages too."""

    def get(self) -> None:
        """Ask first: a link elsewhere must sign nobody out."""
        self.show()

    def post(self) -> None:
        """Sign out."""
        self.leave()
        self.clear_cookie(COOKIE)
        self.show(again=self.sign_in.can_sign_out)


class _BackFromProvider(_Page):
    """What a provider's page of Panel does more: it gives a ticket, and keeps nothing else of the provider."""

    async def get_authenticated_user(self, *args: Any, **kwargs: Any) -> str | None:
        """Who has come back from the provider; None while the browser is sent there."""
        said = await cast(Any, super()).get_authenticated_user(*args, **kwargs)
        if not said:
            return None
        if (name := self.sign_in.admitted(str(said))) is None:
            raise HTTPError(HTTPStatus.FORBIDDEN, "This name may not come in here: ask whoever runs the server.")
        self.let_in(name)
        return name

    def set_secure_cookie(self, name: str, value: str | bytes, *args: Any, **kwargs: Any) -> None:
        """Keep what is needed on the way to the provider and back, and no token of it."""
        if name in (STATE_COOKIE_NAME, CODE_COOKIE_NAME):
            super().set_secure_cookie(name, value, *args, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Why nobody came back from the provider."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        why = error.log_message or error.reason if isinstance(error, HTTPError) else ""
        self.show(HTTPStatus(status_code), problem=visible(why or "The provider did not answer as it should.")[:300])


def provider_page(provider: str) -> type[RequestHandler]:
    """The page that sends a browser to a provider.

    Raises
    ------
    ClaraError
        When it is not one of `PROVIDERS`.
    """
    if provider not in PROVIDERS:
        raise ClaraError(f"no provider {visible(provider)}; known: {', '.join(PROVIDERS)}")
    return type("ProviderPage", (_BackFromProvider, AUTH_PROVIDERS[provider]), {})
