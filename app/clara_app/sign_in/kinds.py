"""The ways to sign in: by a password, by a provider such as a university's, or by a proxy that has asked already."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from weakref import ref

from bokeh.server.auth_provider import AuthProvider
from bokeh.util.token import check_token_signature, get_token_payload
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler
from tornado.websocket import WebSocketHandler

from clara_app.sign_in.attempts import Attempts
from clara_app.sign_in.callers import Callers
from clara_app.sign_in.forms import COOKIE, PasswordForm, RefusedPage, SignOutPage, provider_page
from clara_app.sign_in.page_name import NAME_HEADER
from clara_app.sign_in.tickets import NOT_ALLOWED, Tickets
from clara_engine.errors import WorkspaceError
from clara_engine.text import typed, visible

__all__ = ["ByPassword", "ByProvider", "ByProxy", "SignIn"]

#: Longest name.
MOST_LETTERS = 100

log = logging.getLogger(__name__)


class SignIn(AuthProvider):
    """Tells Bokeh's server who sends a request. Whoever is nobody gets the page on which one signs in.

    Parameters
    ----------
    callers : Callers
        Tells where requests come from.
    hours : float
        How long one stays signed in [hours].
    allowed : collection of str, optional
        Names that may come in, and ``@example.org`` for all that end so; by default everybody.
    """

    def __init__(self, callers: Callers, hours: float, allowed: Collection[str] | None = None) -> None:
        self.callers, self.lifetime_s = callers, 3600.0 * hours
        self._allowed = None if allowed is None else frozenset(allowed)
        super().__init__()

    @property
    def get_user(self) -> Callable[[Any], Any]:
        """Called by Bokeh with each request for a page or a websocket."""
        return self._user

    @property
    def login_url(self) -> str:
        """Where one signs in, below the prefix."""
        return "/login"

    @property
    def logout_url(self) -> str:
        """Where one signs out, below the prefix."""
        return "/logout"

    @property
    def logout_handler(self) -> type[RequestHandler]:
        """The page after signing out."""
        return SignOutPage

    @property
    def can_sign_out(self) -> bool:
        """Whether one signs out here, and not elsewhere."""
        return True

    def name_of(self, request: HTTPServerRequest) -> str | None:
        """Who sends a request; None for nobody."""
        raise NotImplementedError

    def connected(self, socket: WebSocketHandler) -> None:
        """Have a websocket of somebody closed when they are not signed in any more."""
        raise NotImplementedError

    def admitted(self, name: str) -> str | None:
        """The name as it is kept, None when it may not come in."""
        try:
            name = typed(name, "a name")
        except WorkspaceError:
            return None
        if not 0 < len(name) <= MOST_LETTERS:
            return None
        groups = {name, name[name.rfind("@") :] if "@" in name else name}
        if self._allowed is None or groups & self._allowed:
            return name
        log.warning("%s is not among those who may come in", visible(name))
        return None

    def _user(self, handler: RequestHandler) -> str | None:
        request = handler.request
        name = self.name_of(request)
        if isinstance(handler, WebSocketHandler):
            if name is None or _owner(handler) != name:
                return None
            self.connected(handler)
        else:
            request.headers.pop(NAME_HEADER, None)
            if name is not None:
                request.headers[NAME_HEADER] = name
        return name


class _WithTickets(SignIn):
    """One signs in here, and holds a ticket, in a cookie, until one signs out or it is over."""

    def __init__(self, callers: Callers, hours: float, allowed: Collection[str] | None = None) -> None:
        super().__init__(callers, hours, allowed)
        self.tickets = Tickets(self.lifetime_s)

    def name_of(self, request: HTTPServerRequest) -> str | None:
        return self.tickets.name_of(_ticket(request))

    def connected(self, socket: WebSocketHandler) -> None:
        self.tickets.connect(_ticket(socket.request), socket)


class ByPassword(_WithTickets):
    """By a name and a password.

    Parameters
    ----------
    callers, hours
        See `SignIn`.
    passwords : str
        A JSON file of names and passwords, which is read at each sign-in; or one password for all. Then the name is
        what people say it is, when they sign in.
    """

    def __init__(self, callers: Callers, hours: float, passwords: str) -> None:
        super().__init__(callers, hours)
        # Decided once: a file that goes away later must not turn its name into a password.
        self._file = Path(passwords) if Path(passwords).is_file() else None
        self._for_all = passwords
        self.attempts = Attempts()

    @property
    def one_for_all(self) -> bool:
        """Whether the name takes no part in what has to be right."""
        return self._file is None

    def right(self, name: str, password: str) -> bool:
        """Whether this is the password of somebody.

        Parameters
        ----------
        name, password : str

        Raises
        ------
        OSError, ValueError
            When the file of names can't be read.
        """
        known: Any = {name: self._for_all} if self._file is None else json.loads(self._file.read_text("utf-8"))
        if not isinstance(known, dict):
            raise ValueError("it is no JSON object")
        wanted = known.get(name)
        return hmac.compare_digest(str(wanted).encode(), password.encode()) and wanted is not None

    @property
    def login_handler(self) -> type[RequestHandler]:
        """The form."""
        return PasswordForm


class ByProvider(_WithTickets):
    """By OAuth or OpenID, at one of the providers that Panel knows.

    Parameters
    ----------
    callers, hours, allowed
        See `SignIn`.
    provider : str
        Panel's name of it. Its settings are in Panel's configuration.
    """

    def __init__(self, callers: Callers, hours: float, provider: str, allowed: Collection[str] | None = None) -> None:
        self._page = provider_page(provider)
        super().__init__(callers, hours, allowed)

    @property
    def login_handler(self) -> type[RequestHandler]:
        """Sends the browser to the provider, and takes it back from there."""
        return self._page


class ByProxy(SignIn):
    """By a proxy that has asked for the name and writes it into a header of each request.

    Parameters
    ----------
    callers, hours, allowed
        See `SignIn`. Of requests that no trusted proxy sends, the header counts for nothing.
    header : str
        Such as ``X-Remote-User``.
    """

    def __init__(self, callers: Callers, hours: float, header: str, allowed: Collection[str] | None = None) -> None:
        self._header = header
        super().__init__(callers, hours, allowed)

    def name_of(self, request: HTTPServerRequest) -> str | None:
        """Who the proxy says sends a request; None where no trusted proxy says one name."""
        said = request.headers.get_list(self._header)
        return self.admitted(_text(said[0])) if len(said) == 1 and self.callers.by_proxy(request) else None

    def connected(self, socket: WebSocketHandler) -> None:
        """The page then asks the proxy again."""
        kept = ref(socket)

        def close() -> None:
            if (there := kept()) is not None:
                there.close(NOT_ALLOWED, "over")

        IOLoop.current().call_later(self.lifetime_s, close)

    @property
    def can_sign_out(self) -> bool:
        """One signs out at the proxy."""
        return False

    @property
    def login_handler(self) -> type[RequestHandler]:
        """Says that the way in is through the proxy."""
        return RefusedPage


def _ticket(request: HTTPServerRequest) -> str:
    cookie = request.cookies.get(COOKIE)
    return cookie.value if cookie else ""


def _text(header: str) -> str:
    """A header as its sender meant it: Tornado takes its bytes for Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _owner(socket: WebSocketHandler) -> str | None:
    """Whose page opens a websocket: the page's token says so, which the server has signed."""
    server: Any = socket.application
    token = socket.request.headers.get("Sec-WebSocket-Protocol", "").partition(",")[2].strip()
    try:
        if not check_token_signature(token, server.secret_key, server.sign_sessions):
            return None
        headers: Any = get_token_payload(token).get("headers")
        return str(headers[NAME_HEADER])
    except (ValueError, KeyError, TypeError):
        return None
