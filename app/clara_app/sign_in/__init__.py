"""Who is at the page: asked for a password, told by a proxy, or by a provider such as a university's."""

from clara_app.sign_in.callers import Callers
from clara_app.sign_in.kinds import ByPassword, ByProvider, ByProxy, SignIn
from clara_app.sign_in.page_name import keep_sign_in, name_on_page, sign_in_of_server

__all__ = [
    "ByPassword",
    "ByProvider",
    "ByProxy",
    "Callers",
    "SignIn",
    "keep_sign_in",
    "name_on_page",
    "sign_in_of_server",
]
