"""The command serve: what Panel is started with, and addresses that are refused."""

import io
import os
import subprocess
from types import SimpleNamespace

import pytest


@pytest.fixture
def serve(clara, trained, monkeypatch):
    def run(*options):
        started = []

        def start(path, command, environment):
            started.append((command, environment))
            raise SystemExit(0)

        monkeypatch.setattr(os, "execve", start)
        monkeypatch.setattr("clara_engine.store.recent.remember", lambda folder: None)
        ended = clara("serve", "--workspace", trained.folder, *options)
        return ended, started

    return run


def test_it_serves_the_workspace_to_this_machine_alone(serve, trained):
    ended, ((command, environment),) = serve("--port", 5123)
    assert ended.code == 0
    assert "http://localhost:5123/app" in ended.err
    assert command[1:3] == ["-m", "clara_app.serve"]
    assert command[command.index("--address") + 1] == "localhost"
    assert command[command.index("--most-sessions") + 1] == "100"
    origins = [command[i + 1] for i, word in enumerate(command) if word == "--allow-websocket-origin"]
    assert origins == ["localhost:5123", "127.0.0.1:5123"]
    assert environment["CLARA_WORKSPACE"] == str(trained.folder)
    assert "--cookie-secret" not in command
    assert int(command[command.index("--unused-session-lifetime") + 1]) >= 60_000  # a slow browser finds its page


def test_password_and_secret_are_in_no_list_of_processes(serve):
    (_, ((command, first),)), (_, ((_, second),)) = (
        serve("--address", "0.0.0.0", "--basic-auth", "swordfish") for _ in range(2)
    )
    assert first["PANEL_BASIC_AUTH"] == "swordfish"
    assert len(first["PANEL_COOKIE_SECRET"]) == 64
    assert first["PANEL_COOKIE_SECRET"] != second["PANEL_COOKIE_SECRET"]
    assert not {"swordfish", first["PANEL_COOKIE_SECRET"]} & set(command)


def test_a_password_is_asked_for(serve, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("sword fish\n"))
    ended, ((_, environment),) = serve("--basic-auth", "-")
    assert environment["PANEL_BASIC_AUTH"] == "sword fish"
    assert "processes" not in ended.err
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ended, started = serve("--basic-auth", "-")
    assert (ended.code, started) == (1, [])
    assert "no password was given" in ended.err


def test_a_login_that_others_can_read_is_told(serve, tmp_path):
    users = tmp_path / "users.json"
    users.write_text('{"ann": "swordfish"}')
    users.chmod(0o644)
    ended, ((_, environment),) = serve("--basic-auth", users)
    assert environment["PANEL_BASIC_AUTH"] == str(users)
    if os.name != "nt":
        assert f"chmod 600 {users}" in ended.err
    users.chmod(0o600)
    assert "chmod" not in serve("--basic-auth", users)[0].err
    assert "--basic-auth -" in serve("--basic-auth", "swordfish")[0].err


def test_a_proxy_is_named_by_prefix_and_origin(serve):
    ended, ((command, _),) = serve("--prefix", "tools/clara/", "--allow-websocket-origin", "clara.example.org:8443")
    assert command[command.index("--prefix") + 1] == "/tools/clara"
    assert "clara.example.org:8443" in command
    assert "/tools/clara/app" in ended.err


def test_where_others_come_the_page_reads_few_folders(serve, tmp_path, monkeypatch):
    monkeypatch.delenv("CLARA_ALLOWED_ROOTS", raising=False)

    def told(*options):
        return serve(*options)[1][0][1].get("CLARA_ALLOWED_ROOTS")

    assert told() is None
    assert told("--basic-auth", "swordfish") == ""
    assert told("--basic-auth", "swordfish", "--address", "0.0.0.0") == ""
    assert told("--allow-websocket-origin", "clara.example.org") == ""
    assert told("--allow-root", tmp_path, "--allow-root", tmp_path / "..") == f"{tmp_path}{os.pathsep}{tmp_path}/.."


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--address", "192.168.0.7"), "give --basic-auth"),
        (("--open", "--basic-auth", "x"), "either people sign in"),
        (("--trust-header", "X-User"), "give --trusted-proxy"),
        (("--prefix", "a b"), "is no path"),
        (("--allow-root", "/no/such/folder"), "is no folder"),
        (("--allow-websocket-origin", "http://x"), "is no HOST or HOST:PORT"),
    ],
)
def test_what_is_refused_starts_nothing(serve, options, words):
    ended, started = serve(*options)
    assert ended.code == 1
    assert words in ended.err
    assert started == []


def test_on_windows_the_command_waits_for_the_server(serve, monkeypatch):
    waited = []
    monkeypatch.setattr(subprocess, "call", lambda command, env: waited.append(command) or 3)
    monkeypatch.setattr("clara_engine.cli.serve.os", SimpleNamespace(name="nt", environ=os.environ))
    ended, started = serve()
    assert (ended.code, started) == (3, [])
    assert waited[0][1:3] == ["-m", "clara_app.serve"]


def test_others_come_in_by_name_or_because_somebody_said_so(serve):
    for options in (("--address", "0.0.0.0", "--open"), ("--origin", "clara.example.org")):
        ended, started = serve(*options)
        assert "nobody is asked who they are" in ended.err
        assert "PANEL_BASIC_AUTH" not in started[0][1]
    assert "nobody is asked" not in serve()[0].err


def test_a_password_in_the_environment_is_asked_for_like_one_in_an_option(serve, monkeypatch):
    monkeypatch.setenv("PANEL_BASIC_AUTH", "swordfish")
    ended, ((_, environment),) = serve("--address", "0.0.0.0")
    assert environment["PANEL_COOKIE_SECRET"]
    assert "processes" not in ended.err
