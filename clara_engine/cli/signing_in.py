"""How people sign in at the dashboard: what the server is told, without a secret in the list of processes."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

from clara_engine.cli.output import say
from clara_engine.errors import ClaraError
from clara_engine.text import visible

__all__ = ["SigningIn", "is_loopback"]

#: Settings of a provider, as Panel's environment variables call them.
OF_PROVIDER = ("key", "secret", "redirect_uri", "jwt_user", "scope", "extra_params")
HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What `clara serve` was told about signing in; its options have these names.

    Attributes
    ----------
    basic_auth : str or None
        A JSON file of names and passwords, one password for all, or ``-``: then it is asked for.
    oauth_provider : str or None
        Panel's name of a provider.
    oauth_file : Path or None
        JSON file with what the provider gave.
    trust_header : str or None
        Header in which a proxy names who asks.
    trusted_proxy, allow_user : sequence of str
        Addresses of proxies; names that may come in.
    session_hours : float
        How long one stays signed in [hours].
    """

    basic_auth: str | None = None
    oauth_provider: str | None = None
    oauth_file: Path | None = None
    trust_header: str | None = None
    trusted_proxy: Sequence[str] = ()
    allow_user: Sequence[str] = ()
    session_hours: float = 12.0

    @property
    def asked(self) -> bool:
        """Whether anybody has to sign in."""
        return bool(self.basic_auth or self.oauth_provider or self.trust_header or os.environ.get("PANEL_BASIC_AUTH"))

    def keep_out_of(self, folders: Sequence[str], *others: Path | None) -> None:
        """Refuse secrets that lie where the page reads.

        Parameters
        ----------
        folders : sequence of str
            Where visitors may read.
        others : Path or None
            Further files that hold a secret.

        Raises
        ------
        ClaraError
        """
        users = Path(self.basic_auth) if self.basic_auth else None
        for file in (users, self.oauth_file, *others):
            real = Path(os.path.realpath(file)) if file is not None and file.is_file() else None
            if real is not None and any(real.is_relative_to(os.path.realpath(folder)) for folder in folders):
                raise ClaraError(f"{file} lies where visitors of the page may read: keep it elsewhere")

    def words(self) -> list[str]:
        """Options of the server; none is a secret.

        Raises
        ------
        ClaraError
            When they can't be what was meant.
        """
        if sum(map(bool, (self.basic_auth, self.oauth_provider, self.trust_header))) > 1:
            raise ClaraError("people sign in one way: give --basic-auth, --oauth-provider or --trust-header")
        if self.oauth_file and not self.oauth_provider:
            raise ClaraError("--oauth-file is for --oauth-provider: name the provider")
        if self.trust_header and not self.trusted_proxy:
            raise ClaraError("whom may --trust-header be believed? give --trusted-proxy with the address of the proxy")
        if self.trust_header and not HEADER.fullmatch(self.trust_header):
            raise ClaraError(f"{visible(self.trust_header)} is no header, such as X-Remote-User")
        if self.oauth_provider and not self.allow_user:
            raise ClaraError(
                "everybody may have an account there: give --allow-user NAME, @example.org, or '*' for all"
            )
        if self.allow_user and not (self.oauth_provider or self.trust_header):
            raise ClaraError(
                "--allow-user is for --oauth-provider and --trust-header: a file of users names them itself"
            )
        for proxy in self.trusted_proxy:
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise ClaraError(f"--trusted-proxy takes an address or a network: {visible(str(error))}") from None
        words = ["--session-hours", f"{self.session_hours:g}"]
        words += ["--trust-header", self.trust_header] if self.trust_header else []
        for option, values in (("--trusted-proxy", self.trusted_proxy), ("--allow-user", self.allow_user)):
            for value in () if "*" in values else values:
                words += [option, value]
        return words

    def environment(self) -> dict[str, str]:
        """Environment variables of the server: whoever has an account here can't read those of another's process.

        Raises
        ------
        ClaraError
            When a password or a setting of the provider is missing, or a file can't be read.
        """
        found: dict[str, str] = {}
        if self.oauth_provider:
            found |= {"PANEL_OAUTH_PROVIDER": self.oauth_provider} | self._of_provider()
        elif given := self.basic_auth or ("" if self.trust_header else os.environ.get("PANEL_BASIC_AUTH", "")):
            found["PANEL_BASIC_AUTH"] = _login(given, in_list=given == self.basic_auth)
        return found | ({"PANEL_COOKIE_SECRET": os.urandom(32).hex()} if self.asked else {})

    def _of_provider(self) -> dict[str, str]:
        said = _json_of(self.oauth_file) if self.oauth_file else {}
        if unknown := sorted(set(said) - set(OF_PROVIDER)):
            raise ClaraError(f"{self.oauth_file} has {visible(unknown[0])}; known: {', '.join(OF_PROVIDER)}")
        if self.oauth_file:
            _tell_if_open(self.oauth_file)
        found = {f"PANEL_OAUTH_{name.upper()}": _told(value) for name, value in said.items()}
        for name in ("PANEL_OAUTH_KEY", "PANEL_OAUTH_SECRET"):
            if not (found.get(name) or os.environ.get(name)):
                raise ClaraError(f"{self.oauth_provider} needs {name} in the environment, or --oauth-file")
        return found


def _told(value: object) -> str:
    """A setting as Panel reads it: lists by commas, more as Python."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return repr(value) if isinstance(value, dict) else str(value)


def _json_of(file: Path) -> Mapping[str, object]:
    try:
        said = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ClaraError(f"{file} can't be read: {visible(str(error))}") from None
    if not isinstance(said, dict):
        raise ClaraError(f"{file} is no JSON object")
    return said


def _tell_if_open(file: Path) -> None:
    if os.name != "nt" and file.stat().st_mode & 0o077:
        say(f"others on this machine can read {file}: chmod 600 {file}")


def _login(given: str, *, in_list: bool) -> str:
    """A file of users, or a password, which is asked for where `given` is a dash."""
    if given == "-":
        password = getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        if not password:
            raise ClaraError("no password was given: type one, or name a file of users with --basic-auth")
        return password
    if Path(given).is_file():
        users = _json_of(Path(given))
        if not users or not all(isinstance(password, str) and password for password in users.values()):
            raise ClaraError(f'{given} names nobody with a password: {{"name": "password", …}}')
        _tell_if_open(Path(given))
    elif in_list:
        say("others on this machine may have read the password in the list of processes: --basic-auth - asks for it")
    return given
