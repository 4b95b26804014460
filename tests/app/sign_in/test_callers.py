"""What a proxy says of a request counts where the proxy is trusted, and from nobody else."""

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest

from clara_app.sign_in.callers import Callers
from clara_engine.errors import ClaraError


def request(remote: str, **headers: str) -> HTTPServerRequest:
    made = HTTPServerRequest("GET", "/", headers=HTTPHeaders({k.replace("_", "-"): v for k, v in headers.items()}))
    made.remote_ip, made.protocol = remote, "http"
    return made


@pytest.mark.parametrize(
    ("remote", "said", "address"),
    [
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("::ffff:10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("1.2.3.4", "9.9.9.9", "1.2.3.4"),
    ],
)
def test_the_address_is_the_last_that_no_trusted_proxy_has(remote: str, said: str, address: str) -> None:
    assert Callers(["10.0.0.0/8"]).address(request(remote, X_Forwarded_For=said)) == address


def test_a_proxy_says_that_the_way_to_it_is_encrypted() -> None:
    assert Callers(["10.0.0.1"]).encrypted(request("10.0.0.1", X_Forwarded_Proto="https"))
    assert not Callers(["10.0.0.1"]).encrypted(request("10.0.0.2", X_Forwarded_Proto="https"))
    assert not Callers(["10.0.0.1"]).encrypted(request("10.0.0.1", X_Forwarded_Proto="https, http"))


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ClaraError, match="by its address"):
        Callers(["proxy.example.org"])
