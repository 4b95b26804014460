"""What the server is told about signing in: no secret in its options, and nothing that can't be meant."""

import json

import pytest

from clara_engine.cli.signing_in import SigningIn
from clara_engine.errors import ClaraError


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"basic_auth": "x", "trust_header": "X-User"}, "one way"),
        ({"trust_header": "X-User"}, "give --trusted-proxy"),
        ({"trust_header": "a b", "trusted_proxy": ["127.0.0.1"]}, "is no header"),
        ({"trust_header": "X-User", "trusted_proxy": ["proxy"]}, "address or a network"),
        ({"oauth_provider": "github"}, "give --allow-user"),
        ({"basic_auth": "x", "allow_user": ["ada"]}, "is for --oauth-provider"),
    ],
)
def test_what_can_not_be_meant_is_refused(given, words):
    with pytest.raises(ClaraError, match=words):
        SigningIn(**given).words()


@pytest.mark.parametrize("text", ["[]", "{", "{}", '{"ada": 1}', '{"ada": ""}'])
def test_a_file_that_names_nobody_is_refused(tmp_path, text):
    users = tmp_path / "users.json"
    users.write_text(text)
    with pytest.raises(ClaraError, match=users.name):
        SigningIn(str(users)).environment()


def test_a_proxy_is_believed_at_its_address():
    signing_in = SigningIn(trust_header="X-Remote-User", trusted_proxy=["10.0.0.0/8"], allow_user=["*"])
    believed = ["--trust-header", "X-Remote-User", "--trusted-proxy", "10.0.0.0/8"]
    assert signing_in.words() == ["--session-hours", "12", *believed]


def test_secrets_of_a_provider_come_from_a_file_and_are_in_no_option(tmp_path):
    file = tmp_path / "provider.json"
    given = {"key": "clara", "secret": "swordfish", "scope": ["openid", "email"], "extra_params": {"TOKEN_URL": "t"}}
    file.write_text(json.dumps(given))
    signing_in = SigningIn(oauth_provider="generic", oauth_file=file, allow_user=["@example.org"], session_hours=2)
    found = signing_in.environment()
    assert len(found.pop("PANEL_COOKIE_SECRET")) == 64
    assert {name.removeprefix("PANEL_OAUTH_"): value for name, value in found.items()} == {
        "PROVIDER": "generic",
        "KEY": "clara",
        "SECRET": "swordfish",
        "SCOPE": "openid,email",
        "EXTRA_PARAMS": "{'TOKEN_URL': 't'}",
    }
    assert signing_in.words() == ["--session-hours", "2", "--allow-user", "@example.org"]


def test_a_provider_needs_its_secrets(tmp_path):
    with pytest.raises(ClaraError, match="needs PANEL_OAUTH_KEY"):
        SigningIn(oauth_provider="github", allow_user=["ada"]).environment()
    file = tmp_path / "provider.json"
    file.write_text('{"password": "x"}')
    with pytest.raises(ClaraError, match="has password; known: key"):
        SigningIn(oauth_provider="generic", oauth_file=file, allow_user=["*"]).environment()


def test_secrets_do_not_lie_where_visitors_read(tmp_path):
    (tmp_path / "workspace").mkdir()
    users = tmp_path / "workspace" / "users.json"
    users.write_text('{"ada": "swordfish"}')
    link = tmp_path / "link.json"
    link.symlink_to(users)
    folders = [str(tmp_path / "workspace")]
    for given in (SigningIn(str(users)), SigningIn(str(link)), SigningIn(oauth_file=users)):
        with pytest.raises(ClaraError, match="keep it elsewhere"):
            given.keep_out_of(folders)
    with pytest.raises(ClaraError, match="keep it elsewhere"):
        SigningIn("-").keep_out_of(folders, users)
    SigningIn(str(users)).keep_out_of([str(tmp_path / "other")])
