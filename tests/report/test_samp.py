"""Tables reach programs over SAMP; the hub is pyvo's own, on this computer."""

import threading
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.report.samp import send_table


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SAMP_HUB", raising=False)
    return tmp_path


@pytest.fixture
def hub(home):
    from pyvo.samp import SAMPHubServer

    running = SAMPHubServer(web_profile=False, addr="127.0.0.1", lockfile=str(home / ".samp"))
    running.start()
    yield running
    running.stop()


def test_without_a_hub_a_line_says_what_to_start(home):
    with pytest.raises(WorkspaceError, match="start TOPCAT or Aladin first") as caught:
        send_table(home / "table.vot", "ranking")
    assert "\n" not in str(caught.value)


def test_a_hub_where_nobody_loads_tables(hub, home):
    with pytest.raises(WorkspaceError, match="no program at the SAMP hub"):
        send_table(home / "table.vot", "ranking")


def test_programs_that_load_tables_are_told_where_it_is(hub, home):
    from pyvo.samp import SAMPIntegratedClient

    told, came = {}, threading.Event()

    def hear(private_key, sender_id, mtype, params, extra):
        told.update(params)
        came.set()

    listener = SAMPIntegratedClient(name="a table program", addr="127.0.0.1")
    listener.connect()
    try:
        listener.bind_receive_notification("table.load.votable", hear)
        assert send_table(home / "a table.vot", "ranking of P9") == ["a table program"]
        assert came.wait(60)
    finally:
        listener.disconnect()
    assert url2pathname(urlparse(told["url"]).path) == str(home / "a table.vot")
    assert told["name"] == "ranking of P9"
