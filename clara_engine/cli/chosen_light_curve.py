"""The light curve that a command is about: a file, a target, or all sectors of a star, stitched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clara_engine.cli.options import existing, filled
from clara_engine.errors import WorkspaceError

if TYPE_CHECKING:
    from clara_engine.lightcurve import LightCurve, Target
    from clara_engine.workspace import Workspace

__all__ = ["ChosenLightCurve", "chosen_light_curve", "target_ids"]


def target_ids(ws: Workspace, star: str) -> list[str]:
    """Ids of the light curves that a person means by a target id or the number of a star.

    Parameters
    ----------
    ws : Workspace
    star : str

    Raises
    ------
    WorkspaceError
        There is none.
    """
    ids = ws.targets.find(star)
    if not ids:
        raise WorkspaceError(f"no target {star} in this workspace, and no such file")
    return ids


@dataclass(frozen=True, slots=True)
class ChosenLightCurve:
    """The light curve of a star, what it was made of, and what of the star was left out, a line each."""

    curve: LightCurve
    targets: tuple[Target, ...]
    left_out: tuple[str, ...] = ()
    workspace: Workspace | None = None

    @classmethod
    def alone(cls, curve: LightCurve, *rest: Any) -> ChosenLightCurve:
        """One light curve that nothing was stitched to."""
        return cls(curve, (curve.target,), *rest)

    def facts(self) -> dict[str, Any]:
        """What light curves these are, for a program."""
        names = [
            {"target_id": one.id, "sector": one.sector, "product": one.product, "cadence_s": one.cadence_s}
            for one in self.targets
        ]
        return {"light_curves": names, "left_out": list(self.left_out)}

    def line(self) -> str:
        """The same for a person."""
        names = [f"{one.id} ({one.product}, {one.cadence_s:.0f} s)" for one in self.targets]
        return f"{'stitched' if len(names) > 1 else 'light curve'}: {', '.join(names)}"


def chosen_light_curve(star: str, columns: str, folder: Path | None) -> ChosenLightCurve:
    """The light curve that a person means: a file, a target, or all sectors of a star, stitched.

    Parameters
    ----------
    star : str
        File, target id, or number of a star.
    columns : str
        Names of columns, for a file alone; empty by default.
    folder : Path or None
        Of the workspace.
    """
    from clara_engine.readers import read_light_curve, stitch
    from clara_engine.readers.remote import url_of
    from clara_engine.studies.one_at_a_time import one_at_a_time

    if url_of(star) or Path(star).is_file():
        return ChosenLightCurve.alone(
            read_light_curve(star, columns=columns or _kept_columns(Path(star), folder) or None)
        )
    if columns:
        raise WorkspaceError(f"--columns goes with a file, and {star} is none; those of a registered one are kept")
    ws = filled(folder)
    ids = target_ids(ws, star)
    if len(ids) == 1:
        return ChosenLightCurve.alone(ws.targets.light_curve(ids[0]), (), ws)
    choice = one_at_a_time(ws.targets.frame().set_index("target_id").loc[ids])
    curves = [ws.targets.light_curve(target_id) for target_id in choice.ids]
    if len(curves) == 1:
        return ChosenLightCurve.alone(curves[0], choice.left_out, ws)
    return ChosenLightCurve(stitch(curves), tuple(curve.target for curve in curves), choice.left_out, ws)


def _kept_columns(file: Path, folder: Path | None) -> str:
    """What was named of a file when it was registered, if it is and there is a workspace."""
    try:
        return existing(folder).targets.columns_of(file)
    except WorkspaceError:
        return ""
