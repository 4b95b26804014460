"""Light curves in object storage: listed, read through copies, registered by URL, and told of in a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest
from typer.testing import CliRunner

from clara_engine import Workspace
from clara_engine.cli.main import app
from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve, remote
from clara_engine.readers.remote import local_copy, remote_files, url_of
from clara_engine.studies.extract import extract_features


@pytest.fixture(autouse=True)
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are kept by this test."""
    monkeypatch.setattr(remote.platformdirs, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "clara" / "remote"


@pytest.fixture
def bucket(light_curve_folder: Path) -> Iterator[str]:
    """Storage in memory with five light curves."""
    storage = fsspec.filesystem("memory")
    for number, path in enumerate(sorted(light_curve_folder.iterdir())[:5]):
        storage.pipe(f"/sky/sector 1/{number}/{path.name}", path.read_bytes())
    storage.pipe("/sky/sector 1/notes.txt", b"no light curve")
    yield "memory://sky/sector 1"
    storage.rm("/sky", recursive=True)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("s3://bucket/a b.fits", "s3://bucket/a b.fits"),
        (Path("s3://bucket/a.fits"), "s3://bucket/a.fits"),
        (Path("/data/s3:/bucket"), None),
        ("file:///etc/passwd", None),
        ("C:/data", None),
        ("s3://", None),
    ],
)
def test_urls_are_told_from_paths(path, url):
    assert url_of(path) == url


def test_a_prefix_is_registered_and_worked_with_like_a_folder(tmp_path, bucket, light_curve_folder):
    ws, here = Workspace.open(tmp_path / "ws"), Workspace.open(tmp_path / "here")
    made = ws.ingest([bucket])
    assert (made.added, made.unreadable, len(made.other_tables)) == (5, (), 1)
    again = ws.ingest([Path(bucket)])
    assert (again.added, again.known) == (0, 5)
    assert set(ws.targets.frame()["path"]) == {url for url in remote_files(bucket) if url.endswith(".fits")}
    assert [(root.folder, root.missing) for root in ws.roots.every()] == [(bucket, "")]
    here.ingest([light_curve_folder])
    first = ws.targets.ids()[0]
    np.testing.assert_array_equal(ws.targets.light_curve(first).flux, here.targets.light_curve(first).flux)
    assert extract_features(ws, "flux_power") == 5


def test_a_file_that_has_changed_is_read_anew(bucket, light_curve_folder):
    url = next(url for url in remote_files(bucket) if url.endswith(".fits"))
    before = read_light_curve(url)
    other = sorted(light_curve_folder.iterdir())[7]
    fsspec.filesystem("memory").pipe(url.removeprefix("memory:/"), other.read_bytes())
    after = read_light_curve(url)
    assert before.target.id != after.target.id == read_light_curve(other).target.id


def test_copies_are_bounded_and_the_oldest_go(bucket, copies, monkeypatch):
    urls = [url for url in remote_files(bucket) if url.endswith(".fits")]
    size = Path(local_copy(urls[0])).stat().st_size
    monkeypatch.setattr(remote, "MOST_BYTES", int(2.5 * size))
    monkeypatch.setattr(remote, "SHELVES", 1)
    monkeypatch.setattr(remote, "IN_USE_S", 0)
    for url in (*urls[1:], urls[0], urls[4]):
        read_light_curve(url)
    assert {path.name for path in copies.glob("*/*/*")} == {Path(url).name for url in (urls[0], urls[4])}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("memory://sky/none.fits", "nothing is there"),
        ("http://127.0.0.1:1/a.fits", "nothing is there, or nobody answers"),
        ("s3://127.0.0.1/a.fits", "can't be fetched"),
        ("memory://sky/sector 1/notes.txt", r"notes\.txt: "),
    ],
)
def test_what_can_not_be_had_is_a_line(bucket, url, words, monkeypatch):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with pytest.raises(UnreadableLightCurve, match=words) as told:
        read_light_curve(url)
    assert "\n" not in str(told.value)


def test_what_is_too_large_is_not_fetched(bucket, copies, monkeypatch):
    monkeypatch.setattr(remote, "LARGEST_BYTES", 100)
    with pytest.raises(UnreadableLightCurve, match="no light curve is so large"):
        read_light_curve(next(url for url in remote_files(bucket) if url.endswith(".fits")))
    assert not copies.exists()


# -- a server that speaks S3 -------------------------------------------------------------------------------------------


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, light_curve_folder: Path) -> Iterator[str]:
    """A bucket of moto's server with four light curves."""
    moto = pytest.importorskip("moto.server")
    boto3 = pytest.importorskip("boto3")
    server = moto.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():
        monkeypatch.setenv(name, value)
    client: Any = boto3.client("s3")
    client.create_bucket(Bucket="sky")
    for path in sorted(light_curve_folder.iterdir())[:4]:
        client.put_object(Bucket="sky", Key=f"sector/{path.name}", Body=path.read_bytes())
    fsspec.get_filesystem_class("s3").clear_instance_cache()  # one that knows other keys may be there
    yield "s3://sky"
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    server.stop()


def test_a_bucket_of_s3_is_ingested_by_the_command(s3, tmp_path):
    words = ["ingest", f"{s3}/sector", "--workspace", str(tmp_path / "ws"), "--json"]
    answer = CliRunner().invoke(app, words)
    assert json.loads(answer.stdout)["added"] == 4, answer.output
    ws = Workspace.open(tmp_path / "ws")
    assert ws.targets.light_curve(ws.targets.ids()[0]).target.id == ws.targets.ids()[0]
    with pytest.raises(UnreadableLightCurve, match="nothing is there"):
        read_light_curve(f"{s3}/none.fits")
    with pytest.raises(UnreadableLightCurve, match="s3://other"):
        read_light_curve("s3://other/none.fits")
