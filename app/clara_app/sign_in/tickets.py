"""Who is signed in, and the connections that end with it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from weakref import WeakSet

from tornado.ioloop import IOLoop
from tornado.websocket import WebSocketHandler

__all__ = ["Tickets"]

#: Code of a websocket that is closed because somebody may not be here any more (RFC 6455: policy).
NOT_ALLOWED = 1008


@dataclass(slots=True)
class Ticket:
    name: str
    sockets: WeakSet[WebSocketHandler] = field(default_factory=WeakSet)


class Tickets:
    """What browsers of people who are signed in hold: random words, each of which is a name here.

    They are in memory, so that they end with the server. Every method is called on the event loop.

    Parameters
    ----------
    lifetime_s : float
        How long a ticket is good [s].
    """

    def __init__(self, lifetime_s: float) -> None:
        self.lifetime_s = lifetime_s
        self._tickets: dict[bytes, Ticket] = {}

    def give(self, name: str) -> str:
        """A new ticket for somebody, as a cookie keeps it."""
        secret = secrets.token_urlsafe(32)
        self._tickets[_key(secret)] = Ticket(name)
        IOLoop.current().call_later(self.lifetime_s, self.end, secret)
        return secret

    def name_of(self, secret: str) -> str | None:
        """Whose ticket it is; None when it is nobody's, or over."""
        ticket = self._tickets.get(_key(secret))
        return ticket.name if ticket else None

    def connect(self, secret: str, socket: WebSocketHandler) -> None:
        """Have a connection closed when the ticket ends.

        Parameters
        ----------
        secret : str
        socket : WebSocketHandler
        """
        self._tickets[_key(secret)].sockets.add(socket)

    def end(self, secret: str) -> None:
        """Take a ticket back, and close its connections."""
        ticket = self._tickets.pop(_key(secret), None)
        for socket in list(ticket.sockets) if ticket else ():
            socket.close(NOT_ALLOWED, "signed out")


def _key(secret: str) -> bytes:
    """What is looked up: the time that this takes tells nothing of the secrets."""
    return hashlib.sha256(secret.encode()).digest()
