"""Components of the page that browsers send messages to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

from panel.custom import JSComponent

__all__ = ["Heard"]

log = logging.getLogger(__name__)


class Heard(JSComponent):
    """A component that hears only messages of the form that its own script sends."""

    #: Name of each thing that may be said to what it is, or what the whole message is.
    says: ClassVar[Mapping[str, type | tuple[type, ...]] | type] = {}

    def receive(self, data: Any) -> None:
        """Take in what the browser says."""

    def hear(self, data: Any) -> None:
        """Take in a message if it has the right form; else a line of the log tells it."""
        if isinstance(self.says, type):
            known = isinstance(data, self.says)
        else:
            known = isinstance(data, dict) and all(
                name in self.says and isinstance(value, self.says[name]) for name, value in data.items()
            )
        if known:
            self.receive(data)
        else:
            log.warning("a message of a browser to %s was left out: it has another form", type(self).__name__)

    _handle_msg = hear  # as Panel calls it
