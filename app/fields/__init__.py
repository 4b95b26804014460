"""Fields to choose, type and drag in: elements of the browser itself, named for screen readers, and quick to open."""

from app.fields.button import Button, Download
from app.fields.choice import TIGHT, Choice, Tick, Ticks, Toggle
from app.fields.field import Field
from app.fields.files import FileField
from app.fields.menu import Menu
from app.fields.number import NumberField, Slider, WholeField
from app.fields.text import TextField

__all__ = [
    "TIGHT",
    "Button",
    "Choice",
    "Download",
    "Field",
    "FileField",
    "Menu",
    "NumberField",
    "Slider",
    "TextField",
    "Tick",
    "Ticks",
    "Toggle",
    "WholeField",
]
