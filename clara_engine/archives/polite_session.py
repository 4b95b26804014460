"""Polite requests: a pace for each archive, time-outs, retries with back-off, and errors in one line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from urllib3.util.retry import Retry

from clara_engine.archives.bounded import MOST_BYTES, PATIENCE, BoundedAdapter
from clara_engine.archives.manifest import Archive
from clara_engine.errors import ArchiveError, ClaraError

__all__ = ["PoliteSession", "explained", "in_one_line", "same_host"]

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

BUSY = (429, 500, 502, 503, 504)
LONGEST_WAIT_S = 60.0
PORTS = {"http": 80, "https": 443}


class _Retry(Retry):
    """Waits no longer than a minute, and no longer than until `stop` is set."""

    stop = threading.Event()

    def new(self, **changes: Any) -> _Retry:
        made = super().new(**changes)
        made.stop = self.stop
        return made

    def get_retry_after(self, response: Any) -> float | None:
        wait = super().get_retry_after(response)
        return None if wait is None else min(wait, LONGEST_WAIT_S)

    def sleep(self, response: Any = None) -> None:
        asked_for = self.get_retry_after(response) if response is not None and self.respect_retry_after_header else None
        if self.stop.wait(asked_for or self.get_backoff_time()):
            raise ArchiveError("stopped")


class PoliteSession(requests.Session):
    """A session for one archive that keeps its pace and its time-out, and retries what may go better the next time.

    Safe to use from several threads: they share the pace.

    Parameters
    ----------
    archive : Archive
    pool : int
        Connections that are kept open.
    stop : threading.Event, optional
        Set from outside, it ends waiting and retrying.
    files : bool
        Whether whole files are asked for, which may be large and take long; other answers are bounded.
    """

    def __init__(
        self, archive: Archive, pool: int = 8, stop: threading.Event | None = None, *, files: bool = False
    ) -> None:
        super().__init__()
        self.archive = archive
        self._stop = stop or threading.Event()
        self._lock = threading.Lock()
        self._next = 0.0
        retry = _Retry(
            total=archive.retries,
            backoff_factor=archive.backoff_s,
            backoff_max=LONGEST_WAIT_S,
            status_forcelist=BUSY,
            allowed_methods=None,
            raise_on_status=False,
        )
        retry.stop = self._stop
        adapter = BoundedAdapter(pool_connections=pool, pool_maxsize=pool, max_retries=retry)
        if not files:
            adapter.bounds = (archive.title, PATIENCE * archive.timeout_s, MOST_BYTES)
        self.mount("http://", adapter)
        self.mount("https://", adapter)
        self.headers["User-Agent"] = f"clara/{_version()} {requests.utils.default_user_agent()}"

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As `requests.Session.request`, in turn and with the time-out of the archive.

        Parameters
        ----------
        *args, **kwargs : any
            As of `requests.Session.request`.

        Raises
        ------
        ArchiveError
            When `stop` is set while it waits.
        """
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.archive.timeout_s
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self.archive.interval_s
        if self._stop.wait(start - now):
            raise ArchiveError("stopped")
        return super().request(*args, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer leads, as `requests.Session` asks it: no further than its own host.

        Raises
        ------
        ArchiveError
            It leads to another host, or away from encryption.
        """
        target = super().get_redirect_target(resp)
        if target is not None and not same_host(resp.url, there := urljoin(resp.url, target)):
            raise ArchiveError(
                f"{self.archive.title} at {urlsplit(resp.url).netloc} sends to another host, "
                f"{urlsplit(there).netloc:.80}, which is not asked: try again later"
            )
        return target


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are of one host and port; from http to https is no other.

    Parameters
    ----------
    one, other : str
        The second is where the first leads.
    """
    here, there = urlsplit(one), urlsplit(other)
    ports = [address.port or PORTS.get(address.scheme) for address in (here, there)]
    upgraded = (here.scheme, there.scheme) == ("http", "https") and ports == [80, 443]
    return here.hostname == there.hostname and (upgraded or (here.scheme == there.scheme and ports[0] == ports[1]))


def in_one_line(ask: Callable[Concatenate[Archive, Asked], Answer]) -> Callable[Concatenate[Archive, Asked], Answer]:
    """`ask`, a function of an archive and more; whatever its answer makes it raise is `explained`."""

    @wraps(ask)
    def asked(archive: Archive, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        with explained(archive):
            return ask(archive, *args, **kwargs)

    return asked


@contextmanager
def explained(archive: Archive) -> Iterator[None]:
    """Turn whatever a client of the archive raises into an `ArchiveError` of one line.

    Errors of the user and of the disk pass through.
    """
    try:
        yield
    except (ClaraError, KeyboardInterrupt):
        raise
    except Exception as error:
        line = _line(archive, error)
        if line is None:
            raise
        raise ArchiveError(line) from error


def _line(archive: Archive, error: Exception) -> str | None:
    chain = list(_chain(error))
    host = urlsplit(archive.address).netloc
    if _any(chain, urllib3.exceptions.NewConnectionError):  # a kind of time-out to urllib3
        return f"{archive.title} can't be reached at {host}: check the network, or try again later"
    if _any(chain, requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        return f"{archive.title} did not answer within {archive.timeout_s:g} s: try again later"
    for cause in chain:
        response = getattr(cause, "response", None)
        if response is not None:
            return _status(archive, response)
    if _any(chain, requests.exceptions.ChunkedEncodingError, urllib3.exceptions.ProtocolError):
        return f"{archive.title} broke off in the middle of its answer: try again"
    if _any(chain, requests.ConnectionError, ConnectionError):
        return f"{archive.title} at {host} broke the connection: try again later"
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return None
    if type(error).__name__ in ("DALQueryError", "InvalidQueryError", "RemoteServiceError"):
        return f"{archive.title} refused the question: {_first_line(error)}"
    return f"{archive.title} sent an answer that can't be read ({_first_line(error)}): try again later"


def _status(archive: Archive, response: requests.Response) -> str:
    code = response.status_code
    if code == 429:
        return f"{archive.title} asks for fewer requests (HTTP 429): wait some minutes, then try again"
    if code in BUSY:
        return f"{archive.title} is out of order (HTTP {code}): try again later"
    if code in (404, 410):
        return f"{archive.title} has nothing at {urlsplit(response.url).path} (HTTP {code})"
    return f"{archive.title} refused the request (HTTP {code})"


def _any(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    """Whether one of the kinds is in the chain, or in what a library wrapped as an argument."""
    return any(isinstance(cause, kinds) for cause in chain)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        link = waiting.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [getattr(link, "reason", None), getattr(link, "cause", None), link.__cause__, link.__context__]
        waiting += [part for part in link.args if isinstance(part, BaseException)]


def _first_line(error: Exception) -> str:
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return text if len(text) <= 120 else text[:117] + "…"


def _version() -> str:
    try:
        return version("clara-astro")
    except PackageNotFoundError:
        return "unknown"
