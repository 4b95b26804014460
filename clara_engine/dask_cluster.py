"""Work spread over the machines of a Dask cluster; the results are those of one machine, to the last bit."""

from __future__ import annotations

import hashlib
import logging
import math
import os
import platform
import re
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import clara_engine
from clara_engine.errors import WorkerError
from clara_engine.package_versions import package_versions
from clara_engine.text import visible
from clara_engine.workers import Workers, cores, spread

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["DaskCluster", "check_address", "connect", "from_environment", "versions"]

Part = TypeVar("Part")
Result = TypeVar("Result")

#: Processes of this machine, as many as cores or as are said.
LOCAL = re.compile(r"local(?::([1-9]\d{0,3}))?")
#: How long a scheduler may take to answer, and its first worker to be there [s].
PATIENCE_S = 10
#: How long the number of workers is taken to be what it was [s].
RECOUNT_S = 1.0


def connect(address: str) -> DaskCluster:
    """Workers of a Dask cluster, to be given to `Workspace.open`; use it in ``with``, or close it.

    Parameters
    ----------
    address : str
        Of the scheduler, ``tcp://HOST:8786``; or ``local:4`` for four processes of this machine, ``local`` for one a
        core. A script that starts local ones guards its main part: ``if __name__ == "__main__":``.

    Raises
    ------
    WorkerError
        Dask is not installed, nobody answers at the address, or no worker is there.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise WorkerError("a cluster needs Dask: python -m pip install 'clara-astro[cluster]'") from None
    local = LOCAL.fullmatch(address)
    check_address(address)
    logging.getLogger("distributed").setLevel(logging.ERROR)  # what ends the work is told in our words
    started = None
    if local:
        started = LocalCluster(
            n_workers=int(local[1] or cores()),
            threads_per_worker=1,
            dashboard_address=None,
            host="127.0.0.1",
            silence_logs=logging.CRITICAL,
        )
    try:
        client = Client(started or address, timeout=PATIENCE_S, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except (OSError, ValueError) as error:  # its errors of time and of communication are among them
        what = "has no worker: start some with `dask worker`" if "worker" in str(error) else "does not answer"
        raise WorkerError(f"the Dask scheduler at {address} {what}") from None
    return DaskCluster(client, address)


def check_address(address: str) -> None:
    """Refuse what can't be the address of a cluster; nobody is asked whether one is there.

    Parameters
    ----------
    address : str
        As in `connect`.

    Raises
    ------
    WorkerError
    """
    if not LOCAL.fullmatch(address) and not re.fullmatch(r"[a-z]+://[^/\s]+", address):
        raise WorkerError(f"{visible(address)} is no cluster: give tcp://HOST:8786, or local:4 for four processes here")


def from_environment() -> DaskCluster | None:
    """Workers of the cluster that ``CLARA_CLUSTER`` names, as `connect` gives them; None where it names none."""
    address = os.environ.get("CLARA_CLUSTER")
    return connect(address) if address else None


class DaskCluster(Workers):
    """Workers of a Dask cluster. They may come and go: what a lost one had in hand, another does.

    Parameters
    ----------
    client : distributed.Client
    address : str
        As a person gave it.
    """

    here = False

    def __init__(self, client: Client, address: str, paths: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._client = client
        self._address = address
        self._paths = paths
        self._threads, self._counted = 0, -math.inf

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster; processes that `connect` started end."""
        cluster = self._client.cluster
        self._client.close()
        if cluster is not None:
            cluster.close()

    def count(self) -> int:
        """How many threads the workers have by now; at least one, for those that are yet to come."""
        if time.monotonic() - self._counted > RECOUNT_S:
            self._threads, self._counted = sum(self._client.nthreads().values()), time.monotonic()
        return max(1, self._threads)

    def seeing(self, *paths: str | os.PathLike[str]) -> Self:
        """The same workers, which refuse work where one of these paths is not there for them."""
        return type(self)(self._client, self._address, (*self._paths, *(os.fspath(path) for path in paths)))

    def spread(
        self,
        function: Callable[[Part], Result],
        parts: Iterable[Part],
        *,
        processes: bool = True,
        tick: Callable[[], Any] = lambda: None,
    ) -> Generator[Result, None, None]:
        """Results of `function` for each part, in whatever order they come; see `clara_engine.workers.Workers.spread`.

        Parameters
        ----------
        function : callable
            It goes to each worker once, whatever it holds.
        parts : iterable of Part
        processes : bool
            Not asked here: the workers are there.
        tick : callable
            Called after each result and at least four times a second; what it raises ends the work: no part waits at
            the scheduler any more, and those that are being worked on end unheard.

        Raises
        ------
        WorkerError
            When workers die of a part again and again, the scheduler is gone, or a worker is not fit: it has other
            versions, or does not see what it should read.
        """
        from distributed import KilledWorker

        pool = _Sent(self._client, _Terms(versions(), self._paths))
        try:
            yield from spread(pool, function, parts, ahead=lambda: 2 * self.count(), tick=tick)
        except KilledWorker as error:
            raise WorkerError(
                f"workers of {self._address} died of the same part of the work, perhaps for want of memory: {error}"
            ) from None
        except (CancelledError, OSError) as error:
            if isinstance(error, OSError) and self._client.status == "running":
                raise
            raise WorkerError(
                f"the Dask scheduler at {self._address} is gone: what was finished has been kept"
            ) from None


@cache
def versions() -> dict[str, str]:
    """What results depend on to the last bit: the code of the engine, and the versions of what it computes with."""
    code = hashlib.blake2b(digest_size=8)
    home = Path(clara_engine.__file__).parent
    for file in sorted(home.rglob("*.py")):
        code.update(str(file.relative_to(home)).encode() + file.read_bytes())
    return package_versions() | {"Python": platform.python_version(), "CLARA's code": code.hexdigest()}


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a worker must have to be given work."""

    versions: dict[str, str]
    paths: tuple[str, ...]

    def check(self) -> None:
        """Raise `WorkerError` where this process is not fit."""
        here = versions()
        for name, version in self.versions.items():
            if here.get(name) != version:
                raise WorkerError(
                    f"a worker on {platform.node()} has {name} {here.get(name, 'missing')}, this program {version}: "
                    "results might differ; install the same there"
                )
        for path in self.paths:
            if not os.path.exists(path):
                raise WorkerError(
                    f"a worker on {platform.node()} does not see {visible(path)}: light curves must be under the same "
                    "path on all machines"
                )


@dataclass(frozen=True, slots=True, eq=False)
class _Whole:
    """A value that Dask passes on as it is, without a look inside."""

    value: Any


class _Sent(Executor):
    """Calls of a function on a cluster. What all calls share, is a task of its own: each worker gets it once, and when
    all that have it are gone, it is made again, which data that is only scattered would not be.
    """

    def __init__(self, client: Client, terms: _Terms) -> None:
        self._client = client
        self._calls = client.get_executor(pure=False)
        self._terms = terms
        self._shared: tuple[Callable[..., Any], Any] | None = None

    def submit(self, function: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        if self._shared is None or self._shared[0] is not function:
            self._shared = function, self._client.submit(_given, _Whole((self._terms, function)), pure=False)
        called: Future[Result] = self._calls.submit(_called, self._shared[1], _Whole((args, kwargs)))
        return called


def _given(whole: _Whole) -> _Whole:
    return whole


def _called(shared: _Whole, arguments: _Whole) -> Any:
    terms, function = shared.value
    terms.check()
    args, kwargs = arguments.value
    return function(*args, **kwargs)
