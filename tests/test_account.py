import getpass

from clara_engine.account import local_user


def test_an_account_without_a_name_is_told_as_such(monkeypatch):
    assert local_user() == getpass.getuser()

    def nameless():
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert local_user() == "unknown"
