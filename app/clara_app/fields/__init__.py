"""Fields to choose, type and drag in: elements of the browser itself, named for screen readers, and quick to open."""

from clara_app.fields.button import Button, Download
from clara_app.fields.choice import TIGHT, Choice, Tick, Ticks, Toggle
from clara_app.fields.field import Field
from clara_app.fields.files import FileField
from clara_app.fields.menu import Menu
from clara_app.fields.number import NumberField, Slider, WholeField
from clara_app.fields.text import TextField

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
