"""A folder outside of the workspace that is not where it was: the page says what mends it, and goes on when it is."""

import shutil
import time
from pathlib import Path

from clara_app.server import Server
from clara_app.session import Session
from clara_engine.workspace import Workspace


def looked(server: Server) -> None:
    server.poll()


def test_a_copied_workspace_shows_its_stars_when_its_root_is_pointed_at(
    workspace_template: Path, tmp_path: Path
) -> None:
    shutil.copytree(workspace_template, tmp_path / "workspace", copy_function=shutil.copy)
    shutil.copytree(workspace_template.parent / "sector", tmp_path / "sector", copy_function=shutil.copy)
    workspace = Workspace.open(tmp_path / "workspace")
    workspace.roots.point("sector", tmp_path / "sector")
    (tmp_path / "sector").rename(tmp_path / "moved")
    server = Server(workspace)
    try:
        looked(server)
        session = Session(server, author="tester")
        session.sync()
        assert "clara roots set sector FOLDER" in session.trouble
        assert "\n" not in session.trouble
        target_id = session.table.index[0]
        assert server.star(target_id).light_curve is None
        workspace.roots.point("sector", tmp_path / "moved")
        looked(server)
        session.sync()
        assert session.trouble == ""
        session.target_id = target_id
        assert session.star.light_curve is not None
        assert session.star.light_curve.target.id == target_id
        assert server.catalogue()["path"].str.startswith(str(tmp_path / "moved")).all()
    finally:
        server.close()


def test_a_verdict_keeps_who_the_server_knows_whatever_the_browser_says(session: Session) -> None:
    session.target_id = session.table.index[0]
    session.give_verdict("planet", author="<forged>", account="<forged>")
    deadline = time.monotonic() + 90
    while session.server.workspace.verdicts.history().empty:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    record = session.server.workspace.verdicts.history().iloc[0]
    assert record["author"] == "<forged>"
    assert record["account"] == session.account != "<forged>"
    assert record["star"].startswith("SIM ")
    assert record["sector"] == 1
