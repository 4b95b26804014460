"""From a file to a `LightCurve`: one module a product, chosen by the registry; and back, for SPOC's layout."""

from typing import TYPE_CHECKING

from clara_engine.lazy import taken_when_asked

if TYPE_CHECKING:
    from clara_engine.readers.content import content_of
    from clara_engine.readers.registered import read_registered
    from clara_engine.readers.registry import (
        READERS,
        Reader,
        read_light_curve,
        read_light_curves,
        read_target,
        summarise,
    )
    from clara_engine.readers.spoc_writer import spoc_file_name, write_spoc
    from clara_engine.readers.stitch import stitch
    from clara_engine.readers.summary import Summary

__all__ = [
    "READERS",
    "Reader",
    "Summary",
    "content_of",
    "read_light_curve",
    "read_light_curves",
    "read_registered",
    "read_target",
    "spoc_file_name",
    "stitch",
    "summarise",
    "write_spoc",
]

taken_when_asked(
    __name__,
    {
        "readers.content": ("content_of",),
        "readers.registered": ("read_registered",),
        "readers.registry": (
            "READERS",
            "Reader",
            "read_light_curve",
            "read_light_curves",
            "read_target",
            "summarise",
        ),
        "readers.spoc_writer": (
            "spoc_file_name",
            "write_spoc",
        ),
        "readers.stitch": ("stitch",),
        "readers.summary": ("Summary",),
    },
)
