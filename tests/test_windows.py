"""No module of the product needs what only Unix has; where it is used, something stands in for it elsewhere."""

import ast
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
FILES = [file for folder in ("clara_engine", "app") for file in sorted((HOME / folder).rglob("*.py"))]
#: Modules of the standard library that Windows lacks.
MODULES = {"curses", "fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
#: Names of `os` and `signal` that Windows lacks.
NAMES = {
    *(
        "chown",
        "fchmod",
        "fchown",
        "fork",
        "forkpty",
        "getegid",
        "geteuid",
        "getgid",
        "getgroups",
        "getloadavg",
        "getpgid",
    ),
    *("getpgrp", "getpriority", "getuid", "killpg", "lchown", "mkfifo", "mknod", "nice", "pread", "pwrite"),
    *("sched_getaffinity", "sched_setaffinity", "setpgid", "setpriority", "setsid", "setuid", "statvfs", "sysconf"),
    *("uname", "wait", "wait3", "wait4", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK"),
    *(
        "SIGALRM",
        "SIGCHLD",
        "SIGHUP",
        "SIGKILL",
        "SIGPIPE",
        "SIGQUIT",
        "SIGSTOP",
        "SIGUSR1",
        "SIGUSR2",
        "alarm",
        "setitimer",
    ),
}
GUARDS = ("hasattr", "sys.platform", "os.name")


def unguarded(source: str) -> list[str]:
    """What only Unix has, and is used where nothing asks whether it is there."""
    found: list[str] = []

    def look(node: ast.AST, safe: bool) -> None:
        if isinstance(node, ast.Try):
            caught = {word for each in node.handlers if each.type for word in ast.unparse(each.type).split(".")}
            safe = safe or bool(caught & {"ImportError", "ModuleNotFoundError", "AttributeError"})
        elif isinstance(node, ast.If | ast.IfExp):
            safe = safe or any(guard in ast.unparse(node.test) for guard in GUARDS)
        elif isinstance(node, ast.Import) and not safe:
            found.extend(alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and not safe:
            if node.module in MODULES:
                found.append(node.module)
            elif node.module in ("os", "signal"):
                found.extend(alias.name for alias in node.names if alias.name in NAMES)
        elif isinstance(node, ast.Attribute) and not safe:
            of = ast.unparse(node.value)
            found.extend([f"{of}.{node.attr}"] if node.attr in NAMES and of in ("os", "signal") else [])
        for child in ast.iter_child_nodes(node):
            look(child, safe)

    look(ast.parse(source), False)
    return found


def test_nothing_that_only_unix_has_is_used_without_asking() -> None:
    found = {str(file.relative_to(HOME)): unguarded(file.read_text("utf-8")) for file in FILES}
    assert {file: names for file, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import fcntl", ["fcntl"]),
        ("from os import fork", ["fork"]),
        ("def f():\n    import os\n    os.killpg(1, 2)", ["os.killpg"]),
        ("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None", []),
        ("n = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else 1", []),
        ("try:\n    import pwd\nexcept OSError:\n    pass", ["pwd"]),
    ],
)
def test_a_use_without_a_guard_is_seen(source: str, names: list[str]) -> None:
    assert unguarded(source) == names


def test_files_are_written_with_names_that_windows_takes() -> None:
    """No file of the repository has a name that a checkout on Windows would refuse."""
    refused = set('<>:"|?*')
    assert [
        str(file)
        for folder in ("clara_engine", "app", "data_manifest", "docs")
        for file in (HOME / folder).rglob("*")
        if set(file.name) & refused
    ] == []
