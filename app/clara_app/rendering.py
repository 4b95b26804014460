"""HTML from templates: whatever a template is given is escaped."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from clara_app.formatting import counted, format_bytes, format_duration, format_time, star_name, time_since
from clara_app.glossary import meaning

__all__ = ["part", "render"]

_TEMPLATES = Environment(
    loader=PackageLoader("clara_app"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.filters |= {
    "time_since": time_since,
    "format_duration": format_duration,
    "counted": counted,
    "format_time": format_time,
    "format_bytes": format_bytes,
    "meaning": meaning,
    "star_name": star_name,
    "thousands": "{:,}".format,
    "percent": "{:.0%}".format,
}


def render(template: str, **values: Any) -> str:
    """HTML of a template of the folder `templates`, which is named without its ending."""
    return _TEMPLATES.get_template(f"{template}.html").render(values).strip()


def part(name: str, *values: Any, **named: Any) -> str:
    """HTML of a macro of `templates/parts.html`."""
    return str(getattr(_TEMPLATES.get_template("parts.html").module, name)(*values, **named))
