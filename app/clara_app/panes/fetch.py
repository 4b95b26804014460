"""Light curves from MAST: looked up first, with their size, then downloaded."""

from __future__ import annotations

import re
from typing import Any

import panel as pn

from clara_app.action_text import ActionText, action_button
from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.formatting import counted
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, Checkbox, FloatInput, IntInput, Select, TextInput
from clara_engine.archives import sectors, target_list, target_lists
from clara_engine.archives.download import RESERVE_BYTES
from clara_engine.archives.mast import PRODUCTS
from clara_engine.errors import ArchiveError, ClaraError
from clara_engine.jobs import Job, JobKind, Reporter
from clara_engine.store.failures import DOWNLOAD
from clara_engine.studies.fetch import Cost, Fetched, Fetcher, Plan
from clara_engine.text import agreeing

__all__ = ["FetchPane", "fetched_html", "numbers_in", "plan_html"]

LANE = "archives"
WAYS = {"Target list": "list", "Sector": "sector", "TIC numbers": "tics", "Cone": "cone"}
MOST_STARS = 10_000
SHOWN = 12
RESUME, FORGET = "resume", "forget"
STOPPED = "stopped; what has come is kept, and registered when you go on"
FIELD: dict[str, Any] = {"labelled": True, "margin": (8, 10, 4, 10)}


def numbers_in(text: str) -> list[int]:
    """TIC numbers in a text, with any separators.

    Raises
    ------
    ArchiveError
        When there is none, or too many.
    """
    found = [int(digits) for digits in dict.fromkeys(re.findall(r"\d+", text))]
    if not found:
        raise ArchiveError("type TIC numbers, such as 261136679, 117544915")
    if len(found) > MOST_STARS:
        raise ArchiveError(
            f"{counted(len(found), 'star')} {agreeing(len(found), 'are')} too many at once: at most {MOST_STARS:,}"
        )
    return found


def plan_html(plan: Plan, cost: Cost) -> str:
    """What a download brings, and what it asks of the disk."""
    new = cost.files - cost.here
    fits = not new or cost.bytes + RESERVE_BYTES <= cost.free_bytes
    return render("plan", plan=plan, cost=cost, new=new, fits=fits, shown=SHOWN)


def fetched_html(fetched: Fetched) -> str:
    """What a download brought."""
    return render("fetched", got=fetched.downloaded, kept=fetched.ingested, shown=SHOWN)


class FetchPane(pn.viewable.Viewer):
    """What to fetch, what that costs, and Download."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plan: Plan | None = None
        self._version = 0  # of the fields: a plan for other values is out of date
        last = sectors().sector[-1].number
        self.way = Select(label="What", options=WAYS, value="list", width=150, **FIELD)
        self.list = Select(label="Target list", options=_lists(), width=320, **FIELD)
        self.sector = IntInput(label="Sector", value=1, start=1, end=last, width=100, **FIELD)
        self.cadence = Select(
            label="Cadence", options={"2 min": 120, "20 s (from sector 27)": 20}, value=120, width=190, **FIELD
        )
        self.product = Select(label="Pipeline", options=list(PRODUCTS), value="SPOC", width=130, **FIELD)
        self.limit = IntInput(label="At most (0: all)", value=100, start=0, end=1_000_000, width=130, **FIELD)
        self.tics = TextInput(
            label="TIC numbers",
            placeholder="261136679, 117544915",
            max_length=150_000,
            sizing_mode="stretch_width",
            **FIELD,
        )
        number = {"width": 130, **FIELD}
        self.ra = FloatInput(label="RA [deg, ICRS]", value=84.29, start=0, end=360, **number)
        self.dec = FloatInput(label="Dec [deg, ICRS]", value=-80.47, start=-90, end=90, **number)
        self.radius = FloatInput(label="Radius [deg]", value=0.1, start=0.001, end=10, **number)
        self.refresh = Checkbox(label="ask MAST again", value=False, margin=(10, 10, 0, 10))
        self._fields: dict[str, tuple[Any, ...]] = {
            "list": (self.list,),
            "sector": (self.sector, self.product, self.cadence, self.limit),
            "tics": (self.tics, self.product, self.cadence, self.limit),
            "cone": (self.ra, self.dec, self.radius, self.product, self.cadence, self.limit),
        }
        self.look_up_button = _button("Look up", self.look_up)
        self.get_button = _button("Download", self.download, disabled=True)
        self.looking_up = BackgroundJob(session, self._planned)
        self.getting = BackgroundJob(session, self._fetched, stopped=STOPPED)
        self.pending = ActionText(self.on_action, css=":host{padding:8px 10px}", sizing_mode="stretch_width")
        every = (
            self.list,
            self.sector,
            self.tics,
            self.ra,
            self.dec,
            self.radius,
            self.product,
            self.cadence,
            self.limit,
        )
        self._view = pn.Column(
            live_text(
                '<span class="quiet">Light curves of the Mikulski Archive for Space Telescopes. What has come is '
                "not downloaded twice; a download that was stopped goes on where it was.</span>",
                css=":host{padding:8px 10px 0}",
                sizing_mode="stretch_width",
            ),
            pn.FlexBox(self.way, *every, self.refresh, margin=0, sizing_mode="stretch_width"),
            pn.Row(self.look_up_button, self.get_button, margin=0),
            self.looking_up.line,
            self.getting.line,
            self.pending,
            sizing_mode="stretch_both",
            margin=0,
            scroll="y",
        )
        for field in (self.way, *every):
            field.param.watch(self._changed, "value_input" if field is self.tics else "value")
        session.follow(self._show_pending, "failures_changed")
        session.follow(self._job_ended, "ended")
        self._changed()
        self._show_pending()

    def look_up(self) -> None:
        """Ask what there is to download."""
        try:
            title, ask = self._request()
        except ClaraError as error:
            self.looking_up.show_text(str(error), problem=True)
            return
        workspace = self.session.server.workspace

        version = self._version

        def work(report: Reporter) -> tuple[int, Plan, Cost]:
            fetcher = Fetcher(workspace, report=report)
            plan = ask(fetcher)
            return version, plan, fetcher.cost(plan)

        self.looking_up.start(JobKind.LOOK, f"look up {title}", work, lane=LANE, passing=True)

    def download(self) -> None:
        """Queue the download of what was looked up."""
        if self.plan is not None:
            self._get(self.plan, self._request()[0])

    def resume(self) -> None:
        """Queue what earlier downloads did not bring."""
        plan = Fetcher(self.session.server.workspace).pending()
        if plan.files:
            self._get(plan, f"{counted(len(plan.files), 'file')} of before")

    def _get(self, plan: Plan, title: str) -> None:
        workspace = self.session.server.workspace
        refresh = bool(self.refresh.value)
        self.getting.start(
            JobKind.FETCH,
            f"fetch {title}",
            lambda report: Fetcher(workspace, report=report).run(plan, refresh=refresh),
            lane=LANE,
        )

    def _request(self) -> tuple[str, Any]:
        """What is asked for, in words and as a question to a `Fetcher`."""
        more = {"limit": self.limit.value or None, "cadence_s": self.cadence.value, "refresh": bool(self.refresh.value)}
        more["product"] = self.product.value
        way = self.way.value
        if way == "list":
            name = self.list.value
            return name, lambda fetcher: fetcher.listed(target_list(name), refresh=more["refresh"])
        if way == "sector":
            number = int(self.sector.value or 0)
            up_to = f", up to {more['limit']:,}" if more["limit"] else ""
            return f"sector {number}{up_to}", lambda fetcher: fetcher.sector(number, **more)
        if way == "tics":
            tics = numbers_in(self.tics.value_input or "")
            named = f"TIC {tics[0]}" + (f" and {len(tics) - 1:,} more" if len(tics) > 1 else "")
            return named, lambda fetcher: fetcher.stars(tics, **more)
        ra, dec, radius = (float(field.value or 0) for field in (self.ra, self.dec, self.radius))
        if not radius > 0:
            raise ArchiveError("the radius must be more than 0 degrees")
        return f"{radius:g}° around {ra:.4f} {dec:+.4f}", lambda fetcher: fetcher.cone(ra, dec, radius, **more)

    def _planned(self, result: tuple[int, Plan, Cost]) -> None:
        version, plan, cost = result
        if version != self._version:
            return
        self.plan = plan
        self.looking_up.line.object = plan_html(plan, cost)
        self.get_button.disabled = not plan.files

    def _fetched(self, fetched: Fetched) -> None:
        self.getting.line.object = fetched_html(fetched)
        self.refresh.value = False

    def _changed(self, *events: object) -> None:
        """Show the fields of the chosen way; a plan of other values counts no more."""
        wanted = self._fields[self.way.value]
        for fields in self._fields.values():
            for field in fields:
                field.visible = field in wanted and (field is not self.cadence or self.product.value == "SPOC")
        self.plan = None
        self._version += 1
        self.get_button.disabled = True
        if not self.looking_up.busy:
            self.looking_up.line.object = ""

    def _job_ended(self, *events: object) -> None:
        """What was planned before has come by now."""
        ended: Job | None = self.session.ended
        if ended is not None and ended.kind == JobKind.FETCH:
            self._changed()

    def _show_pending(self, *events: object) -> None:
        left = len(self.session.server.workspace.failures.kept(DOWNLOAD))
        self.pending.object = (
            f"{counted(left, 'file')} of earlier downloads did not come, because they failed or were stopped. "
            f"{action_button(RESUME, 'Go on')} {action_button(FORGET, 'Forget them')}"
            if left
            else ""
        )

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        if action == RESUME:
            self.resume()
        elif action == FORGET:
            failures = self.session.server.workspace.failures
            self.session.write(
                lambda: failures.clear(DOWNLOAD, failures.kept(DOWNLOAD)), lambda nothing: self._show_pending()
            )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _lists() -> dict[str, str]:
    lists = {}
    for name in target_lists():
        known = target_list(name)
        lists[f"{known.title} ({len(known.star) + len(known.file)})"] = name
    return lists


def _button(label: str, action: Any, **options: Any) -> Any:
    return Button(label=label, margin=(2, 0, 4, 10), on_click=action, **options)
