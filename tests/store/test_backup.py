"""A workspace that is copied whole while others write to it, and comes back as it was."""

import hashlib
import shutil
import subprocess
import threading
import zipfile

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.store.backup import restore_backup, write_backup
from clara_engine.workspace import Workspace


@pytest.fixture
def own(trained_folder, tmp_path):
    """A workspace that belongs to one test."""
    return shutil.copytree(trained_folder, tmp_path / "own")


def contents(ws):
    """What a person would miss."""
    run = ws.runs.get("latest")
    return (
        ws.targets.frame().to_csv(),
        ws.verdicts.history().to_csv(),
        run.id,
        run.scores().to_csv(),
        ws.features.matrix("flux_power")[1].tobytes(),
        hashlib.sha256((run.folder / "model").read_bytes()).hexdigest(),
    )


@pytest.mark.parametrize("name", ["backup.zip", "backup"])
def test_what_was_copied_comes_back_as_it_was(trained, tmp_path, name):
    made = write_backup(trained, tmp_path / name)
    assert made.outside == 40
    assert restore_backup(made.place, tmp_path / "again") == made.files
    assert contents(Workspace.open(tmp_path / "again", create=False)) == contents(trained)
    assert not (tmp_path / "again" / "cache").exists()


def test_a_backup_is_a_bag_that_other_programs_check(trained, tmp_path):
    write_backup(trained, tmp_path / "bag")
    for names in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", names], cwd=tmp_path / "bag", check=True)
    payload = [path for path in (tmp_path / "bag" / "data").rglob("*") if path.is_file()]
    oxum = f"Payload-Oxum: {sum(path.stat().st_size for path in payload)}.{len(payload)}"
    assert (tmp_path / "bag" / "bag-info.txt").read_text().startswith(f"{oxum}\n")
    assert (tmp_path / "bag" / "bagit.txt").read_text().startswith("BagIt-Version: 1.0\n")


def test_verdicts_that_are_given_meanwhile_are_in_it_whole_or_not_at_all(own, tmp_path):
    ws = Workspace.open(own)
    done = threading.Event()

    def give():
        while not done.is_set():
            ws.verdicts.add(ws.targets.ids()[0], "flare", author="ada")

    writer = threading.Thread(target=give)
    writer.start()
    try:
        before = ws.verdicts.last()
        made = write_backup(ws, tmp_path / "backup.zip")
        after = ws.verdicts.last()
    finally:
        done.set()
        writer.join()
    restore_backup(made.place, tmp_path / "again")
    again = Workspace.open(tmp_path / "again")
    assert before <= again.verdicts.last() <= after
    assert len(again.verdicts.history()) == again.verdicts.last()


def test_what_is_half_written_or_listed_nowhere_stays_out(own, tmp_path):
    ws = Workspace.open(own)
    for name in ("runs/unlisted/model", "maps/.map.npz.1234.part", "downloads/star.fits.part", "cache/median/x.npy"):
        (ws.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (ws.folder / name).write_bytes(b"half")
    write_backup(ws, tmp_path / "bag")
    names = {path.name for path in (tmp_path / "bag").rglob("*")}
    assert not names & {"unlisted", ".map.npz.1234.part", "star.fits.part", "x.npy"}


def altered(bag, place):
    (bag / "data" / place).write_bytes((bag / "data" / place).read_bytes()[:-1] + b"!")


def outside(bag):
    manifest, tags = bag / "manifest-sha256.txt", bag / "tagmanifest-sha256.txt"
    manifest.write_text(manifest.read_text().replace("data/verdict_labels.json", "data/../../escaped"))
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    tags.write_text(tags.read_text().replace(tags.read_text().splitlines()[2].split()[0], digest))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda bag: altered(bag, "clara.sqlite"), "data/clara.sqlite is not as it was written"),
        (lambda bag: (bag / "data" / "verdict_labels.json").unlink(), "data/verdict_labels.json is not as it was"),
        (lambda bag: (bag / "manifest-sha256.txt").write_text(""), "manifest-sha256.txt is not as it was written"),
        (lambda bag: (bag / "tagmanifest-sha256.txt").unlink(), "is no backup"),
        (outside, "data/../../escaped is not as it was written"),
    ],
)
def test_a_damaged_backup_is_not_brought_back(own, tmp_path, damage, said):
    ws = Workspace.open(own)
    ws.vocabulary.save(ws.vocabulary.labels())
    write_backup(ws, tmp_path / "bag")
    damage(tmp_path / "bag")
    with pytest.raises(WorkspaceError, match=said):
        restore_backup(tmp_path / "bag", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_zip_file_that_was_cut_or_changed_is_told(trained, tmp_path):
    whole = write_backup(trained, tmp_path / "whole.zip").place.read_bytes()
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        at = archive.getinfo("data/clara.sqlite").header_offset
    for name, content in {
        "cut": whole[: len(whole) // 2],
        "noise": whole[: at + 200] + b"?" * 9 + whole[at + 209 :],
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(WorkspaceError, match=name):
            restore_backup(tmp_path / name, tmp_path / "again")


def test_a_place_that_is_not_free_is_refused(trained, tmp_path):
    with pytest.raises(WorkspaceError, match="is there already"):
        write_backup(trained, tmp_path)
    with pytest.raises(WorkspaceError, match="lies in the workspace"):
        write_backup(trained, trained.folder / "backup.zip")
    write_backup(trained, tmp_path / "a.zip")
    with pytest.raises(WorkspaceError, match="is there already"):
        restore_backup(tmp_path / "a.zip", trained.folder)
