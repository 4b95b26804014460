"""Work that is killed: the workspace opens, nothing that was committed is lost, and the work ends as if undisturbed."""

import random
import shutil

import pytest

from clara_engine.studies.check import check
from clara_engine.studies.sweep_plan import SweepPlan
from clara_engine.workspace import Workspace
from tests.store.killed import ACTS, Killer, state
from tests.store.test_upgrade import OLD

KILLS = 200
EACH = -(-KILLS // len(ACTS))  # of each work
#: Work of the short form, and how often it is killed: nothing that compiles or starts processes.
SHORT = {"ingest": 3, "label": 2, "verdict": 3, "migration": 2}


@pytest.fixture(scope="module")
def killer():
    killer = Killer()
    yield killer
    killer.close()


@pytest.fixture
def given(light_curve_folder, small_spec, small_design, tmp_path):
    return {
        "light_curves": light_curve_folder,
        "spec": small_spec.model_copy(update={"name": "second", "seed": 8}).model_dump_json(),
        "sweep": SweepPlan(name="grid", base=small_spec, axes={"seed": (1, 2)}).model_dump_json(),
        "acknowledged": tmp_path / "acknowledged",
    }


@pytest.fixture
def base(trained_folder, light_curve_folder, tmp_path):
    """Where each work begins."""

    def of(act):
        folder = tmp_path / f"base-{act}"
        if act == "migration":
            return shutil.copytree(OLD, folder)
        if act in ("ingest", "fetch"):
            Workspace.open(folder)
            return folder
        shutil.copytree(trained_folder, folder)
        if act == "features":
            shutil.rmtree(folder / "features")
        return folder

    return of


class Trial:
    """One kind of work: undisturbed, and killed."""

    def __init__(self, act, base, killer, given, place):
        self.act, self.base, self.killer, self.given, self.place = act, base, killer, given, place
        whole = shutil.copytree(base, place / "whole")
        self.undisturbed = killer(act, whole, **given)
        assert not self.undisturbed["failed"]
        self.end = state(Workspace.open(whole))

    def killed_at_moments(self, draw, count):
        """Kill it so often at random moments; one at which the work had ended already does not count."""
        killed = 0
        for _ in range(5 * count):
            if killed == count:
                break
            killed += self.killed(after=draw.uniform(0, self.undisturbed["seconds"]))
        return killed

    def killed(self, **how):
        """Kill it once, look at what there is, and let it go on."""
        folder = self.place / "killed"
        shutil.rmtree(folder, ignore_errors=True)
        self.given["acknowledged"].unlink(missing_ok=True)
        shutil.copytree(self.base, folder)
        if self.act != "migration":
            before = Workspace.open(folder)
            runs, verdicts = {run.id for run in before.runs.list()}, before.verdicts.last()
        else:
            runs, verdicts = set(), 0
        found = self.killer(self.act, folder, **how, **self.given)
        assert not found["failed"], how
        ws = Workspace.open(folder, create=False)
        assert runs <= {run.id for run in ws.runs.list()}, how
        assert ws.verdicts.last() >= verdicts, how
        given = self.given["acknowledged"]
        acknowledged = given.read_text().split() if given.exists() else []
        assert set(acknowledged) <= set(ws.verdicts.history()["target_id"]), how
        assert not self.killer(self.act, folder, **self.given)["failed"], how
        again = Workspace.open(folder, create=False)
        assert state(again) == self.end, how
        assert [str(fault) for fault in check(again) if "is not at" not in fault.what] == [], how
        return found["killed"]


def test_work_that_is_killed_ends_as_if_undisturbed(killer, base, given, tmp_path):
    draw, killed = random.Random(1), 0
    for act, times in SHORT.items():
        trial = Trial(act, base(act), killer, given, tmp_path / act)
        for _ in range(times):
            killed += trial.killed(at=draw.randint(1, trial.undisturbed["points"]))
    assert killed == sum(SHORT.values()) == 10


@pytest.mark.parametrize(
    "most",
    [pytest.param(8, marks=pytest.mark.heavy), pytest.param(10_000, marks=pytest.mark.long)],
    ids=["some", "every"],
)
def test_two_hundred_kills_before_writes_and_at_moments(most, killer, base, given, mast, sky, observed, tmp_path):
    """Before so many writes of each work, chosen at random, and at random moments, until each was killed its share."""
    draw, killed = random.Random(1), {}
    folders = {"crossmatch": observed.folder}
    given = given | {"address": mast.address}
    for act in (work.__name__ for work in ACTS):
        trial = Trial(act, folders.get(act) or base(act), killer, given, tmp_path / act)
        points = trial.undisturbed["points"]
        chosen = draw.sample(range(1, points + 1), min(points, most))
        before = sum(trial.killed(at=at) for at in chosen)
        killed[act] = before, trial.killed_at_moments(draw, max(EACH - before, EACH // 2))
        print(f"{act}: {points} writes, killed before {before} of them, and at {killed[act][1]} moments")
    assert sum(map(sum, killed.values())) >= KILLS
    assert all(all(both) for both in killed.values())
