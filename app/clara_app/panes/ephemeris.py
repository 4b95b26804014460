"""The ephemeris on the screen: period and epoch to edit, fitted to the events, kept under a name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import panel as pn
import param

from clara_app.action_text import ActionText, action_button
from clara_app.areas.parts import SMALL
from clara_app.card import live_text
from clara_app.in_thread import LatestRequest
from clara_app.session import Session
from clara_app.theme import BORDER
from clara_app.widgets import FloatInput, TextInput
from clara_engine.errors import ClaraError
from clara_engine.periods import Transit
from clara_engine.readers.time_reference import epoch_in_btjd

__all__ = ["EphemerisBar"]

BUTTONS = ":host{flex:none;overflow:visible;white-space:nowrap} button{margin-right:3px}"
CLOSE = 2e-5


class EphemerisBar(pn.viewable.Viewer):
    """One line: period ½ 2, epoch, fit, name, save or remove."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._fitting, self._busy, self._save_next = LatestRequest(session), False, False
        self.period = self._field("no period", "period [days]", 1e-4, 1e5, 74, 6)
        self.epoch = self._field("epoch", "epoch, middle of an event [BTJD, or its Julian date]", None, None, 82, 5)
        self.title = TextInput(label="name of the ephemeris", placeholder="name", width=50)
        actions: dict[str, Callable[[], object]] = {
            "half": lambda: session.scale_period(0.5),
            "double": lambda: session.scale_period(2),
            "fit": self.refine,
            "save": self.save,
            "remove": self.remove,
            "without": lambda: session.param.update(without_saved=not session.without_saved),
        }
        self.scale, self.fit, self.save_buttons = (
            ActionText(lambda action: actions[action](), css=BUTTONS) for _ in range(3)
        )
        quiet = {"css": ":host{white-space:nowrap;opacity:.65}", "align": "center"}
        self.whose = live_text("period", **quiet)
        self._view = pn.Row(
            self.whose,
            self.period,
            live_text("d", **quiet),
            self.scale,
            live_text("epoch", **quiet),
            self.epoch,
            live_text("BTJD", **quiet),
            self.fit,
            pn.layout.HSpacer(),
            self.title,
            self.save_buttons,
            sizing_mode="stretch_width",
            margin=0,
            min_height=30,
            stylesheets=[SMALL % "flex-wrap: wrap !important"],
            styles={
                "height": "auto",
                "flex-wrap": "nowrap",
                "align-items": "center",
                "gap": "5px",
                "padding": "0 8px",
                "border": BORDER,
                "border-radius": "6px",
                "background": "var(--ground)",
                "overflow": "hidden",
                "box-sizing": "border-box",
                "flex": "none",
            },
        )
        self.period.param.watch(self._period_edited, "value")
        self.epoch.param.watch(self._epoch_edited, "value")
        session.follow(
            self._show, "star", "period_days", "epoch_btjd", "period_typed", "ephemerides_changed", "without_saved"
        )
        session.follow(self._settled, "star", "to_fit")
        self._show()

    def refine(self) -> None:
        """Fit a dip to the ephemeris on the screen, and show the fitted one."""
        session = self.session
        curve, ephemeris = session.curve, session.ephemeris
        if curve is None or ephemeris is None or session.to_fit is not None:  # it is being fitted already
            return

        def on_screen() -> tuple[object, ...]:
            return id(session.curve), session.period_days, session.epoch_btjd, session.duration_days

        before = on_screen()

        def adopt(transit: Transit) -> None:
            same = on_screen() == before  # else the user has chosen something else meanwhile
            if same:
                session.adopt(transit.ephemeris, typed=session.period_typed)
            save = same and self._save_next
            self._wait(False)
            if save:
                self.save()

        def failed(why: str) -> None:
            session.notify(why)
            self._wait(False)

        self._wait(True)
        self._fitting(partial(session.server.transit, curve, ephemeris), adopt, failed)

    @property
    def busy(self) -> bool:
        """Whether a fit is about to replace what is on the screen."""
        return self._busy or self.session.to_fit is not None

    def _settled(self, *events: param.parameterized.Event) -> None:
        """Keep what was to be kept, now that the fit has come; not of another star."""
        if any(event.name == "star" for event in events):
            self._save_next = False
        if self._save_next and not self.busy:
            self.save()
        self._show()

    def _wait(self, busy: bool) -> None:
        """Let nobody save what a fit is about to replace."""
        self._busy, self._save_next = busy, False
        self._show()

    def save(self) -> None:
        """Keep what is on the screen; a name that the star has already is replaced.

        Pressed while a fit is under way, it keeps what the fit finds.
        """
        session, curve = self.session, self.session.star.light_curve
        self._save_next = self.busy
        if self.busy:
            return
        if curve is None or session.ephemeris is None:
            return
        best = session.star.search.best if session.star.search else None

        save = partial(
            session.server.workspace.ephemerides.save,
            curve.target,
            session.ephemeris,
            author=session.signature(),
            name=self.title.value or "",
            kind=best.kind if best else "",
        )
        session.write(save, lambda number: self.title.clear())

    def remove(self) -> None:
        """Retract the saved ephemeris that is on the screen."""
        session, number = self.session, self._saved_number()
        if number is None:
            return

        book, author = session.server.workspace.ephemerides, session.signature()
        session.write(lambda: book.remove(number, author=author))

    @property
    def saved(self) -> bool:
        """Whether what is on the screen is on the list of the star."""
        return self.session.ephemeris is not None and self._saved_number() is not None

    def _saved(self) -> pd.DataFrame:
        """The saved ephemerides of the star."""
        curve = self.session.star.light_curve
        return self.session.server.ephemerides(curve.target) if curve is not None else pd.DataFrame()

    def _saved_number(self, saved: pd.DataFrame | None = None) -> int | None:
        """Number of the saved ephemeris that is on the screen."""
        here, saved = self.session.ephemeris, self._saved() if saved is None else saved
        if here is None:
            return None
        for number, row in saved.iterrows():
            theirs = (row["period_days"], row["epoch_btjd"])
            if np.allclose(theirs, (here.period_days, here.epoch_btjd), rtol=0, atol=CLOSE, equal_nan=True):
                return int(number)
        return None

    def _period_edited(self, event: object) -> None:
        typed, shown = self.period.value or None, self.session.period_days or None
        if typed is None and shown is not None:
            self.session.adopt(None)
        elif typed is not None and typed > 0 and typed != shown:
            self.session.type_period(typed)

    def _epoch_edited(self, event: object) -> None:
        session = self.session
        if self.epoch.value is None or not np.isfinite(self.epoch.value) or self.epoch.value == session.epoch_btjd:
            return  # what is shown was not typed, and leaves the line about what happened last
        curve, known = session.star.light_curve, session.server.catalogue()["catalogue"]
        catalogue = curve.target.catalogue if curve else str(known.get(session.star.target_id, "TIC"))
        try:
            session.type_epoch(epoch_in_btjd(self.epoch.value, catalogue))
            session.notice = ""
        except ClaraError as error:
            session.notice = str(error)
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        self.title.keep(f"{session.server.workspace.folder} ephemeris {session.star.target_id}")
        self.period.value = session.period_days or None  # 0 stands for unknown
        self.whose.object = "your period" if session.period_days and session.period_typed else "period"
        epoch = session.epoch_btjd
        self.epoch.value = epoch if epoch is not None and np.isfinite(epoch) else None
        no_period = not session.period_days
        unknown = session.ephemeris is None or session.star.light_curve is None or self._busy
        self.scale.object = action_button("half", "½×", "half the period  [", disabled=no_period) + action_button(
            "double", "2×", "double the period  ]", disabled=no_period
        )
        self.fit.object = action_button(
            "fit", "Fit", "fit period, epoch and duration to the dips of the light curve", disabled=unknown
        )
        buttons = action_button(
            "save",
            "Save",
            "keep this ephemeris with the star, under the name beside or the next number",
            disabled=unknown,
        )
        saved = self._saved()
        if self._saved_number(saved) is not None:
            buttons += action_button("remove", "Remove", "take this ephemeris off the list")
        if len(saved):
            buttons += action_button(
                "without",
                "Search rest",
                "search again without the events of the saved ephemerides of this star",
                pressed=session.without_saved,
            )
        self.save_buttons.object = buttons
        # What is saved has more buttons than a narrow page has room for.
        self._view.styles = self._view.styles | {"flex-wrap": "wrap" if len(saved) else "nowrap"}

    @staticmethod
    def _field(
        name: str, help_text: str, start: float | None, end: float | None, width: int, places: int
    ) -> FloatInput:
        return FloatInput(
            label=help_text,
            placeholder=name,
            step=0.0001,
            start=start,
            end=end,
            width=width,
            format=f"0.{'0' * places}",
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
