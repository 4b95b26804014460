"""What a page of a server that others reach may touch of its machine."""

import ast
import inspect
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import clara_app
from clara_app.panes.failures import FailuresPane
from clara_app.panes.holdings import WorkspacesPane
from clara_app.panes.ingest import IngestPane
from clara_app.reach import ALLOWED_ROOTS, Reach
from clara_app.server import Server
from clara_app.session import Session
from clara_engine.errors import WorkspaceError
from clara_engine.store.failures import FILE
from clara_engine.store.recent import remember
from clara_engine.workspace import Workspace
from tests.app.conftest import Until


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A workspace, a folder that may be read, and one that may not, with links between them."""
    for name in ("allowed", "secret", "allowed-too"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.csv").write_text("time,flux\n1,1\n2,1\n")
    rows = "\n".join(f"{1325 + i / 720:.6f},{1 + 1e-3 * (i % 7):.6f}" for i in range(200))
    (tmp_path / "secret" / "good.csv").write_text(f"# tic: 42\ntime,flux\n{rows}\n")
    (tmp_path / "allowed" / "way-out").symlink_to(tmp_path / "secret")
    (tmp_path / "allowed" / "2.csv").symlink_to(tmp_path / "secret" / "1.csv")
    (tmp_path / "way-in").symlink_to(tmp_path / "allowed")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    return tmp_path


@pytest.fixture
def visited(places: Path) -> Iterator[Session]:
    """A session of a server that others reach."""
    workspace = Workspace.open(places / "ws")
    server = Server(workspace, Reach(workspace, [places / "allowed"]))
    yield Session(server, author="visitor", area="data")
    server.close()


@pytest.mark.parametrize(
    "path", ["allowed", "allowed/1.csv", "allowed/none", "way-in/1.csv", "ws/uploads", "secret/../allowed"]
)
def test_what_is_inside_is_read(visited: Session, places: Path, path: str) -> None:
    assert visited.server.reach.to_read(f"{places}/{path}")


OUTSIDE = [
    "secret",
    "secret/1.csv",
    "secret/none",
    "allowed-too",
    "allowed/../secret/1.csv",
    "allowed/way-out",
    "allowed/way-out/none",
    "allowed/2.csv",
    "loop",
    "none/../secret",
    "\0",
    "n" * 5000,
]


def test_whatever_is_outside_gets_one_answer(visited: Session, places: Path) -> None:
    answers = set()
    for typed in [f"{places}/{path}" for path in OUTSIDE] + ["/", "/etc/passwd", "~", "~nobody-of-this-name", "x.csv"]:
        with pytest.raises(WorkspaceError) as refused:
            visited.server.reach.to_read(typed)
        answers.add(str(refused.value))
    assert len(answers) == 1


def test_no_visitor_has_the_server_ask_another_machine(
    visited: Session, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(places / "allowed")
    for typed in ("http://169.254.169.254/latest", "s3://bucket/prefix"):
        with pytest.raises(WorkspaceError, match="this server reads only below"):
            visited.server.reach.to_read(typed)


def test_roots_of_the_workspace_are_inside(visited: Session, places: Path) -> None:
    with pytest.raises(WorkspaceError):
        visited.server.reach.to_read(f"{places}/secret")
    visited.server.workspace.ingest([places / "secret"])
    assert visited.server.reach.to_read(f"{places}/secret/none")


def test_a_machine_of_ones_own_is_open(places: Path) -> None:
    reach = Reach(Workspace.open(places / "ws"))
    assert reach.to_read(f"{places}/secret/1.csv").is_file()
    assert reach.to_read("~nobody-of-this-name") == Path("~nobody-of-this-name")
    assert reach.to_create("~").is_dir()


def test_the_command_tells_the_page_which_folders(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace.open(places / "ws")
    assert not Reach.from_environment(workspace).restricted
    monkeypatch.setenv(ALLOWED_ROOTS, "")
    assert Reach.from_environment(workspace).folders() == [str(workspace.folder)]
    monkeypatch.setenv(ALLOWED_ROOTS, os.pathsep.join(map(str, (places / "allowed", places / "secret"))))
    assert Reach.from_environment(workspace).folders()[1:] == [str(places / "allowed"), str(places / "secret")]


def _look(session: Session, until: Until, typed: str) -> str:
    pane = IngestPane(session)
    pane.path.value = typed
    pane.scan()
    until(session, lambda: not pane.scanning.busy)
    return str(pane.scanning.line.object)


def _register(session: Session, until: Until, typed: str) -> str:
    pane = IngestPane(session)
    pane.path.value = typed
    pane.register()
    until(session, lambda: not pane.registering.busy)
    return str(pane.registering.line.object)


def _create(session: Session, until: Until, typed: str) -> str:
    pane = WorkspacesPane(session)
    pane.path.value = typed
    pane.create()
    return str(pane.said.object)


@pytest.mark.parametrize("use", [_look, _register, _create])
def test_each_path_field_asks(
    visited: Session, until: Until, places: Path, use: Callable[[Session, Until, str], str]
) -> None:
    before = {path for path in places.rglob("*") if "ws" not in path.parts}
    answers = {use(visited, until, f"{places}/{path}") for path in ("secret", "secret/1.csv", "none", "allowed/2.csv")}
    assert len(answers) == 1
    assert "this server" in answers.pop()
    assert {path for path in places.rglob("*") if "ws" not in path.parts} == before
    assert len(visited.server.workspace.targets) == 0


def test_a_link_out_of_an_allowed_folder_is_passed_over(visited: Session, until: Until, places: Path) -> None:
    assert "1 file" in _look(visited, until, f"{places}/allowed")
    link = places / "allowed" / "2.csv"
    assert visited.server.workspace.ingest([link]).unreadable
    link.unlink()
    link.symlink_to(places / "secret" / "good.csv")
    failures = FailuresPane(visited)
    failures.again(FILE)
    assert failures.job.busy
    until(visited, lambda: not failures.job.busy)
    _register(visited, until, f"{places}/allowed")
    assert len(visited.server.workspace.targets) == 0
    assert Workspace.open(places / "own").ingest([link]).added == 1


def test_workspaces_of_the_account_are_not_shown(
    visited: Session, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLARA_RECENT", str(places / "recent.json"))
    remember(Workspace.open(places / "unpublished").folder)
    pane = WorkspacesPane(visited)
    assert "unpublished" not in str(pane.html.object)
    assert pane.path not in list(pane.__panel__().select())
    own = Server(visited.server.workspace)
    try:
        assert "unpublished" in str(WorkspacesPane(Session(own)).html.object)
    finally:
        own.close()


def test_no_other_module_of_the_page_makes_a_path_of_what_is_typed() -> None:
    """`expanduser` stands where people type paths: in the one module that judges them, and where the server begins."""
    package = Path(inspect.getfile(clara_app)).parent
    found = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "expanduser"
    }
    assert found == {"reach.py", "server.py"}
