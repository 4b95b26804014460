"""A component of the browser's own elements, with its JavaScript beside its Python."""

from __future__ import annotations

import hashlib
from typing import Any

from panel.custom import JSComponent

__all__ = ["Component"]


class Component(JSComponent):
    """A `JSComponent` whose `_esm` is plain JavaScript, and is taken as it is.

    Panel translates TypeScript for every instance anew, a millisecond each, unless the model names a bundle.
    """

    def _get_properties(self, doc: Any) -> dict[str, Any]:
        properties = super()._get_properties(doc)
        name = hashlib.blake2b(properties["esm"].encode(), digest_size=8).hexdigest()
        return properties | {"bundle": f"{type(self).__name__}-{name}"}
