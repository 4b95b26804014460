"""The command peers."""


def test_peers(clara, at):
    options = ("--peer", "BLS", "--peer", "stella", "--event", "binaries", "--event", "flares", "--measured", 12)
    found = clara("peers", *options, *at, "--json").json()
    assert [(cell["peer"], cell["event"]) for cell in found["cells"]] == [("BLS", "binaries")]
    told = clara("peers", *options, *at)
    assert "BLS ranks by" in told.err
    assert "stella did not run: stella's source distribution is not in" in told.err
    assert clara("peers", "--peer", "nobody", *at).err.startswith("clara: there is no peer 'nobody'")
