"""Work on a workspace that is killed before one of its writes, or at some moment.

As a program it reads lines of JSON, forks for each a process that does the work and is killed, and answers with a line.
It imports once.
"""

import hashlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from clara_engine.store.database import Database
from clara_engine.workspace import Workspace

#: Events of the interpreter that change a folder.
WRITES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink"}


class Counter:
    """Counts what writes to a folder, and ends the process before one of it."""

    def __init__(self, folder, at):
        self.folder, self.at, self.points = str(folder), at, 0
        sys.addaudithook(self.hear)
        plain = Database.transaction

        @contextmanager
        def transaction(database):
            self.point()
            with plain(database) as connection:
                yield connection
                self.point()
            self.point()

        Database.transaction = transaction

    def hear(self, event, arguments):
        writes = event in WRITES or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if writes and isinstance(arguments[0], str | os.PathLike) and os.fspath(arguments[0]).startswith(self.folder):
            self.point()

    def point(self):
        self.points += 1
        if self.points == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


def ingest(ws, given):
    ws.ingest([Path(given["light_curves"])])


def features(ws, given):
    from clara_engine.studies.extract import extract_features

    extract_features(ws, "flux_power", workers=1)


def train(ws, given):
    from clara_engine.workspace import RunSpec

    spec = RunSpec.model_validate_json(given["spec"])
    if spec.name not in {run.name for run in ws.runs.list()}:
        ws.train(spec)


def sweep(ws, given):
    from clara_engine.studies.sweep import Sweeps
    from clara_engine.studies.sweep_plan import SweepPlan

    Sweeps(ws).run(SweepPlan.model_validate_json(given["sweep"]))


def map_stars(ws, given):
    from clara_engine.studies.embed import usual_map

    usual_map(ws, "pca", "flux_power")


def cluster(ws, given):
    from clara_engine.clusters.settings import KMeans
    from clara_engine.studies.cluster import ClusterRequest, cluster_stars

    if not ws.clusterings.list():
        cluster_stars(ws, ClusterRequest(title="some", method=KMeans(clusters=2)))


def label(ws, given):
    for family in ("kind", "more"):
        ws.labels.add(family, dict.fromkeys(ws.targets.ids(), "odd"), source="test")


def verdict(ws, given):
    for number, star in enumerate(ws.targets.ids()[:6]):
        ws.verdicts.add(star, "flare", author="ada", token=str(number))
        with Path(given["acknowledged"]).open("a") as file:
            print(star, file=file)


def fetch(ws, given):
    from clara_engine.studies.fetch import Fetcher

    fetcher = Fetcher(ws, services(given))
    fetcher.run(fetcher.sector(1, limit=5), free=lambda _: 10**12)


def crossmatch(ws, given):
    from clara_engine.studies.crossmatch import crossmatch as study

    study(ws, addresses=services(given))


def pack(ws, given):
    from clara_engine.studies.pack import pack as study

    study(ws)


def migration(ws, given):
    """Done when it is opened."""


ACTS = (ingest, features, train, sweep, map_stars, cluster, label, verdict, fetch, crossmatch, pack, migration)


def services(given):
    from clara_engine.archives.manifest import archives
    from tests.stand_in import FAST, PATHS

    return {
        name: archive.model_copy(update={"address": given["address"] + PATHS[name], **FAST})
        for name, archive in archives().items()
    }


def state(ws):
    """What is in a workspace, but for times, paths and ids that are drawn."""
    parts = {
        "targets": ws.targets.frame().drop(columns=["path", "modified_ns", "registered"]).to_csv(),
        "labels": ws.labels.frame().sort_values(["target_id", "family", "value"]).to_csv(index=False),
        "parameters": ws.labels.parameters().sort_index().to_csv(),
        "runs": "".join(sorted({run.name + run.scores().to_csv() for run in ws.runs.list()})),
        "clusterings": "".join(sorted({kept.labels().to_csv() for kept in ws.clusterings.list()})),
        "sweeps": sorted(path.name for path in ws.folder.glob("sweeps/*.parquet")),
        "downloads": sorted(path.name for path in ws.folder.glob("downloads/**/*.fits*")),
    }
    if ids := ws.features.ids("flux_power"):
        kept = ws.maps.kept("pca", "flux_power")
        parts["features"] = [*ids, ws.features.matrix("flux_power")[1].tobytes().hex()]
        parts["map"] = "" if kept is None else kept.to_csv(index=False)
    if len(ws.targets) and ws.targets.path(ws.targets.ids()[0]).exists():
        parts["curve"] = ws.targets.light_curve(ws.targets.ids()[0]).flux.tobytes().hex()
    verdicts = ws.verdicts.history()
    parts["verdicts"] = verdicts[["target_id", "label", "author"]].to_csv(index=False)
    return {name: hashlib.sha256(repr(part).encode()).hexdigest()[:16] for name, part in parts.items()}


class Killer:
    """The program, as a test asks it."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.killed"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, act, folder, *, at=None, after=None, **given):
        """Do it, killed before write number `at`, or after so many seconds: what became of it."""
        asked = {"act": act, "folder": str(folder), "at": at, "after": after} | given
        self._process.stdin.write(json.dumps(asked, default=str) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def do(asked):
    """In a process of its own: how many writes there were."""
    counter = Counter(asked["folder"], asked["at"])
    ws = Workspace.open(asked["folder"])
    {act.__name__: act for act in ACTS}[asked["act"]](ws, asked)
    return counter.points


#: What is slow to import, once and not in each process.
SLOW = {"train": "train", "sweep": "train", "map_stars": "embed", "cluster": "cluster", "features": "extract"}


def main():
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["act"] in SLOW:
            importlib.import_module(f"clara_engine.studies.{SLOW[asked['act']]}")
        begun = time.monotonic()
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.dup2(2, 1)
            os.write(writer, str(do(asked)).encode())
            os._exit(0)
        os.close(writer)
        if asked["after"] is not None:
            time.sleep(asked["after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        points = os.read(reader, 100).decode()
        os.close(reader)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        ended = {"killed": killed, "failed": status != 0 and not killed, "points": int(points or 0)}
        print(json.dumps(ended | {"seconds": time.monotonic() - begun}), flush=True)


if __name__ == "__main__":
    main()
