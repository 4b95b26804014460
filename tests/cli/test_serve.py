"""The command serve: what Panel is started with, and addresses that are refused."""

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
    assert command[1:4] == ["-m", "panel", "serve"]
    assert command[command.index("--address") + 1] == "localhost"
    origins = [command[i + 1] for i, word in enumerate(command) if word == "--allow-websocket-origin"]
    assert origins == ["localhost:5123", "127.0.0.1:5123"]
    assert environment["CLARA_WORKSPACE"] == str(trained.folder)
    assert "--cookie-secret" not in command
    assert int(command[command.index("--unused-session-lifetime") + 1]) >= 60_000  # a slow browser finds its page


def test_a_public_address_has_a_password_and_a_secret_of_its_own(serve):
    _, ((first, _),) = serve("--address", "0.0.0.0", "--basic-auth", "secret")
    _, ((second, _),) = serve("--address", "0.0.0.0", "--basic-auth", "secret")
    secrets = [command[command.index("--cookie-secret") + 1] for command in (first, second)]
    assert len(secrets[0]) == 64
    assert secrets[0] != secrets[1]


def test_a_proxy_is_named_by_prefix_and_origin(serve):
    ended, ((command, _),) = serve("--prefix", "tools/clara/", "--allow-websocket-origin", "clara.example.org:8443")
    assert command[command.index("--prefix") + 1] == "/tools/clara"
    assert "clara.example.org:8443" in command
    assert "/tools/clara/app" in ended.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--address", "192.168.0.7"), "give --basic-auth"),
        (("--prefix", "a b"), "is no path"),
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
    assert waited[0][1:4] == ["-m", "panel", "serve"]
