"""Where a request comes from, and whether it is encrypted; what a proxy says of it counts where that is trusted."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from tornado.httputil import HTTPServerRequest

from clara_engine.errors import ClaraError
from clara_engine.text import visible

__all__ = ["Callers"]


class Callers:
    """Tells requests through trusted proxies from others.

    Parameters
    ----------
    trusted : sequence of str
        Addresses or networks of proxies, such as ``127.0.0.1`` or ``10.0.0.0/8``.

    Raises
    ------
    ClaraError
        When one is no address.
    """

    def __init__(self, trusted: Sequence[str] = ()) -> None:
        try:
            self._trusted = [ipaddress.ip_network(proxy) for proxy in trusted]
        except ValueError as error:
            raise ClaraError(f"a trusted proxy is named by its address: {visible(str(error))}") from None

    def by_proxy(self, request: HTTPServerRequest) -> bool:
        """Whether a trusted proxy has sent the request."""
        return self._is_proxy(request.remote_ip)

    def address(self, request: HTTPServerRequest) -> str:
        """Where the request comes from: behind trusted proxies, the last address that is none of them."""
        found = str(request.remote_ip)
        said = ",".join(request.headers.get_list("X-Forwarded-For")).split(",")
        while said and self._is_proxy(found):
            found = said.pop().strip() or found
        return found

    def encrypted(self, request: HTTPServerRequest) -> bool:
        """Whether TLS protects the way from the browser, to here or to a trusted proxy."""
        said = request.headers.get("X-Forwarded-Proto", "").split(",")[-1].strip()
        return request.protocol == "https" or (self.by_proxy(request) and said == "https")

    def _is_proxy(self, address: str | None) -> bool:
        try:
            known = ipaddress.ip_address((address or "").partition("%")[0])
        except ValueError:
            return False
        known = getattr(known, "ipv4_mapped", None) or known
        return any(known in network for network in self._trusted)
