"""What stands above the Data area of an empty workspace: where light curves come from."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.card import html
from clara_app.formatting import counted
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button
from clara_engine.jobs import JobKind

__all__ = ["Beginning"]

#: Jobs that bring light curves into a workspace.
BRINGING = frozenset({JobKind.INGEST, JobKind.FETCH, JobKind.DEMO})


class Beginning(pn.viewable.Viewer):
    """Ways to begin. When light curves have come, whoever brought them, it is gone and Explore is open.

    Parameters
    ----------
    on_demo : callable
        Called when the demo, begun here, is on the screen.

    Attributes
    ----------
    ended : bool
        Whether light curves have come.
    demo : BackgroundJob
    """

    def __init__(self, session: Session, on_demo: Callable[[], object]) -> None:
        super().__init__()
        self.session, self.ended = session, False
        self._on_demo = on_demo
        session.area = "data"
        session.follow(self._look, "scored", "jobs")
        self.demo = BackgroundJob(session, self._demo_made, stopped="cancelled; what was simulated stays")
        self._view = pn.Column(
            html(render("empty_workspace"), css=":host{padding:10px 14px 0}"),
            Button(
                label="Simulate a sector to play with",
                description="1,200 stars with planets, binaries and flares, and two runs: a minute or two",
                on_click=lambda: self.demo.start(JobKind.DEMO, "demo", session.server.demo, share=True),
                margin=(6, 14, 0, 14),
            ),
            self.demo.line,
            sizing_mode="stretch_width",
            margin=0,
        )

    def _demo_made(self, run_id: str) -> None:
        """Show the steered run, which was made last."""
        self.session.run_id = run_id
        self.session.show(self.session.order[0])
        self._on_demo()

    def _look(self, *events: object) -> None:
        """Look whether light curves have come, and what brings them has ended."""
        session = self.session
        coming = any(job.kind in BRINGING and job.state.active for job in session.jobs)
        if self.ended or coming or not len(session.table):
            return
        self.ended, self._view.visible = True, False
        session.area = "explore"
        if session.run is None:
            session.notice = f"{counted(len(session.table), 'light curve')} are here; Retrain gives them scores"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
