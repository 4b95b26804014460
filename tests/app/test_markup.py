"""Markup in every name, note, header and answer of an archive is text: in what a browser is sent, and drawn there."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import panel as pn
import pytest
import tomli_w
from bokeh.document import Document
from panel.models.esm import ReactiveESM
from panel.models.markup import HTML

from clara_app import explore
from clara_app.notebook import PANES
from clara_app.page import ExplorerPage
from clara_app.server import Server
from clara_app.session import AREAS, STAR_TABS, Session
from clara_engine.forest import ForestSettings
from clara_engine.periods import Ephemeris
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.report.book import write_book
from clara_engine.report.pages import report_html
from clara_engine.store.clusterings import ClusterRequest
from clara_engine.store.vocabulary import VerdictLabel
from clara_engine.studies.cluster import cluster_stars
from clara_engine.studies.crossmatch import crossmatch
from clara_engine.studies.embed import usual_map
from clara_engine.synthetic import SyntheticDesign
from clara_engine.workspace import RunSpec, Workspace
from tests.app.browser import PATIENCE, faults_of, open_page, serve, wait_here, wait_until
from tests.app.conftest import keep_small_sweep
from tests.app.test_browser_plots import served
from tests.archives.answers import portal, tic_table, votable
from tests.sky import DR2, SIMBAD, TOIS, gaia
from tests.small_workspace import star
from tests.stand_in import Asked, Reply, StandIn, at

pytestmark = pytest.mark.heavy

#: Whatever a payload would make has the attribute `hit`. It also tries templates, and names fields of plots.
SHORT = "<img hit src=x onerror=alert()>"
EVIL = f"\"' hit=\"'>{SHORT}</b>{{{{86*997}}}}@{{x}}$index$$y$$"
LINK = f"{EVIL}<script hit>alert()</script></style><style hit>*{{}}</style><a hit href='javascript:alert()'>"
EVALUATED = str(86 * 997)
TICS = range(1001, 1013)


def spoiled_gaia(asked: Asked) -> Reply:
    """Gaia's answer, with markup for the word that it has."""
    reply = gaia(asked)
    body = reply.body.replace(b">VARIABLE<", f">{escape(LINK)}<".encode())
    return replace(reply, body=body.replace(b">NOT_AVAILABLE<", f">{escape(LINK)}<".encode()))


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Archives whose answers hold markup wherever they have words."""
    server = StandIn()
    tic = portal({"Mast.Catalogs.Filtered.Tic.Rows": lambda asked: tic_table([int(tic) for tic in asked["ID"]], DR2)})
    server.routes |= dict.fromkeys(("/api/", "/portal/"), tic)
    simbad = pd.concat([SIMBAD.iloc[[0]].assign(tic_name=f"TIC {tic}") for tic in TICS])
    server.routes |= {
        "/nasa/": votable(TOIS.assign(tfopwg_disp=LINK)),
        "/simbad/": votable(simbad.assign(main_id=LINK, otype=LINK, sp_type=LINK)),
        "/gaia/": spoiled_gaia,
    }
    addresses = {name: one.model_dump(exclude={"name"}) for name, one in at(server).items()}
    place = tmp_path_factory.mktemp("archives") / "archives.toml"
    place.write_text(tomli_w.dumps(addresses))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLARA_ARCHIVES", str(place))
        yield place
    server.close()


@pytest.fixture(scope="module")
def workspace(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Twelve observed stars of which all that has a name is called by markup."""
    folder = tmp_path_factory.mktemp("markup") / SHORT.replace("/", "")
    (folder / "curves").mkdir(parents=True)
    for tic in TICS:
        curve = star(tic, seed=tic, dip=0.01 if tic < 1004 else 0.0)
        target = replace(curve.target, simulated=False, cadence_s=120.0, ra=10.0, dec=-60.0)
        write_spoc(replace(curve, target=target), folder / "curves" / spoc_file_name(target))
    rows = "\n".join(f"{1325 + i / 720:.6f},{1 + 1e-3 * (i % 7):.6f}" for i in range(200))
    (folder / "curves" / f"{SHORT}.csv").write_text(f"# tic: 99\n# object: {EVIL}\n# sector: {EVIL}\ntime,flux\n{rows}")
    (folder / "curves" / f"bad {SHORT}.fits").write_bytes(EVIL.encode())
    ws = Workspace.open(folder / "workspace")
    ws.ingest([folder / "curves"])
    ids = ws.targets.ids()
    table = folder / "table.csv"
    quoted = EVIL.replace('"', '""')
    table.write_text(f'tic,"{quoted}",teff\n' + "".join(f'{tic},"{quoted}",{tic}\n' for tic in TICS))
    ws.labels.import_table(table, {EVIL: EVIL}, ["teff"])
    ws.labels.add("truth", {id: "planet" if i < 3 else LINK for i, id in enumerate(ids)}, source=EVIL)
    ws.labels.add_parameters(pd.DataFrame({SHORT: range(len(ids))}, index=ids), source=EVIL)
    crossmatch(ws, ("tic", "toi", "gaia", "simbad"))
    design = SyntheticDesign.paper(name=EVIL, curves=10, span_days=6, cadence_minutes=10, noise_ppm=200)
    for name in (EVIL, f"{EVIL} 2"):
        ws.train(RunSpec(name=name, design=design, forest=ForestSettings(n_estimators=10), training_size=None))
    keep_small_sweep(ws, SHORT.replace("/", ""))
    for kind in ("pca", "tsne"):
        usual_map(ws, kind, "flux_power")
    kept = cluster_stars(ws, ClusterRequest(title=EVIL))
    ws.clusterings.rename(kept.id, next(iter(kept.names())), SHORT)
    ws.vocabulary.save([VerdictLabel(SHORT, "1", True), VerdictLabel("other", "2", False)])
    for id in ids[:5]:
        for author in (EVIL, f"{EVIL} 2"):
            ws.verdicts.add(id, SHORT, author=author, note=LINK)
    ws.selections.save(SHORT, ids[:3], EVIL)
    target = ws.targets.light_curve(ids[0]).target
    ws.ephemerides.save(target, Ephemeris(2.0, 1326.0, 0.1), author=EVIL, name=EVIL, source=EVIL, note=LINK)
    return ws


class Tags(HTMLParser):
    """What a browser would make of a text that it takes for HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        link = str(given.get("href") or "")
        if tag == "script" or "hit" in given or "onerror" in given or link.startswith("javascript:"):
            self.bad.append(f"{tag} {given}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _html(document: Document) -> Iterator[str]:
    """Every text of a page that its browser takes for HTML."""
    for model in document.models:
        if isinstance(model, HTML):
            yield unescape(model.text)
        elif isinstance(model, ReactiveESM) and "object" in model.data.properties():
            yield model.data.object


@pytest.fixture(scope="module")
def page(workspace: Workspace) -> Iterator[tuple[ExplorerPage, Document]]:
    server = Server(workspace)
    page, document = ExplorerPage(Session(server, author="tester")), Document()
    document.add_root(page.view.get_root(document))
    yield page, document
    server.close()


@pytest.mark.parametrize("area", AREAS)
def test_each_area_and_view_of_stars(page: tuple[ExplorerPage, Document], area: str) -> None:
    shown, document = page
    session = shown.session
    session.area = area
    words = ""
    for tab in STAR_TABS:
        session.star_tab = tab
        for target_id in session.order[:3]:
            session.show(target_id)
            session.poll()
            for text in _html(document):
                tags = Tags(text)
                assert tags.bad == []
                words += "".join(tags.words)
    assert SHORT in words


#: Notes whatever has the attribute `hit`, at any moment and in every tree of the page.
WATCH = """
  window.made = []
  const look = (node) => {
    if (!(node instanceof Element)) { return }
    for (const one of [node, ...node.querySelectorAll("*")]) {
      if (one.hasAttribute("hit")) { window.made.push(one.outerHTML) }
    }
  }
  const watch = (root) => new MutationObserver((changes) => {
    for (const change of changes) { look(change.target); change.addedNodes.forEach(look) }
  }).observe(root, {subtree: true, childList: true, attributes: true})
  const attach = Element.prototype.attachShadow
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options)
    watch(root)
    return root
  }
  watch(document)
"""
#: Every text that stands somewhere within elements of a kind, with what fields hold.
WORDS = """(kind) => {
  const words = []
  const walk = (root, inside) => root.querySelectorAll("*").forEach((one) => {
    const within = inside || Boolean(one.closest(kind))
    if (one.shadowRoot) { walk(one.shadowRoot, within) }
    if (!within || one.matches("script, style")) { return }
    if (one.matches("input, textarea")) { words.push(one.value) }
    one.childNodes.forEach((node) => node.nodeType === 3 && words.push(node.data))
  })
  walk(document, false)
  return words.join("\\n")
}"""
#: Where plots that are in view have drawn something: a few places of each kind of mark [pixels].
PLACES = """(seen) => {
  const numbers = (data, spec) => spec?.field && data[spec.field] ? [...data[spec.field]] : []
  const middle = (some, others) => some.map((value, i) => (value + others[i]) / 2)
  const found = []
  for (const figure of [...Bokeh.documents[0]._all_models.values()].filter((model) => model.type === "Figure")) {
    const view = Bokeh.index.find_one_by_id(figure.id)
    const box = view?.canvas_view?.el.getBoundingClientRect()
    if (!box?.width || !view.frame || seen.includes(figure.id)) { continue }
    const places = []
    for (const {glyph, data_source: {data}} of figure.renderers.filter((drawn) => drawn.glyph && drawn.visible)) {
      const spans = glyph.left !== undefined
      const x = spans ? middle(numbers(data, glyph.left), numbers(data, glyph.right)) : numbers(data, glyph.x)
      const y = spans ? middle(numbers(data, glyph.bottom), numbers(data, glyph.top)) : numbers(data, glyph.y)
      const {x_scale, y_scale, bbox} = view.frame
      const drawn = x.map((value, i) => [x_scale.compute(value), y_scale.compute(y[i])])
        .filter(([across, down]) => bbox.contains(across, down))
      places.push(...drawn.filter((_, i) => i % Math.ceil(drawn.length / 4) === 0))
    }
    found.push([figure.id, places.map(([across, down]) => [box.x + across, box.y + down])])
  }
  return found
}"""
#: Area, and the tab that it opens with.
FIRST_TABS = {"Explore": "Ranking", "Compare": "Two runs", "Vet": "Queue", "Data": "Files"}
#: A field whose folder would be made.
NEW_WORKSPACE = "Folder of a new workspace, on the machine of the server"
#: How long something that the pointer is at may take to be told [ms].
CARD_MS = 600
DIALOGS = ("about this run", "jobs", "copy as Python", "keys, words, tour", "labels: their names, keys and meaning")


class Walk:
    """Goes through a page with the mouse, and keeps every word that it has seen and everything that went wrong."""

    def __init__(self, tab) -> None:
        self.tab, self.words = tab, ""
        self.cards, self.plots, self.opened, self.typed = [], [], [], [NEW_WORKSPACE]
        self.asked, self.answered, self.faults = 0, 0, faults_of(tab)
        tab.on("websocket", self.hear)
        tab.set_default_timeout(PATIENCE)
        tab.add_init_script(WATCH)
        tab.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        tab.on("dialog", lambda dialog: (self.faults.append("a dialog"), dialog.dismiss()))
        tab.on("request", lambda asked: self.faults.append(asked.url) if asked.url.endswith("/x") else None)

    def read(self) -> None:
        """Take in what stands on the page now."""
        wait_until(self.tab, "() => Bokeh.documents[0]?.is_idle")
        self.words += self.tab.evaluate(WORDS, "*")

    def hear(self, socket) -> None:
        """Note when the server answers what the page asks each second: it has done then what came before."""

        def sent(frame: str | bytes) -> None:
            self.asked += "asked" in str(frame)

        def received(frame: str | bytes) -> None:
            self.answered = self.asked

        socket.on("framesent", sent)
        socket.on("framereceived", received)

    def press(self, button) -> None:
        button.click()
        self.wait()

    def wait(self) -> None:
        """Until the server has done what it was asked for, and it is drawn."""
        before = self.asked
        while self.answered <= before:
            self.tab.wait_for_timeout(20)
        self.tab.wait_for_timeout(300)
        self.read()

    def point(self) -> None:
        """Lead the mouse over what the plots in view have drawn, each plot once."""
        for plot, places in self.tab.evaluate(PLACES, self.plots):
            self.plots.append(plot)
            for place in places:
                self.tab.mouse.move(*place)
                self.cards.append(self.card())
            self.read()

    def card(self) -> str:
        """What stands beside the pointer, as soon as something does; empty where nothing comes."""
        for _ in range(CARD_MS // 60):
            self.tab.wait_for_timeout(60)
            if words := self.tab.evaluate(WORDS, ".bk-Tooltip, [data-hover]"):
                break
        return words

    def views(self) -> None:
        """Open each tab in view that was not opened yet."""
        groups = self.tab.get_by_role("group", name="view", exact=True).filter(visible=True)
        named = [one for group in groups.all() for one in group.get_by_role("button").all_inner_texts()]
        for name in [one for one in named if one not in self.opened]:
            self.opened.append(name)
            self.press(groups.get_by_role("button", name=name, exact=True))
            self.type()
            self.point()

    def type(self) -> None:
        """Write a payload into each field in view, and press Enter: what is wrong with it is told."""
        for field in self.tab.get_by_role("textbox", disabled=False).filter(visible=True).all():
            if (name := field.get_attribute("aria-label")) not in self.typed:
                self.typed.append(name)
                field.fill(SHORT)
                field.press("Enter")
                self.wait()

    def ended(self) -> None:
        """Nothing that a payload is made for has happened."""
        assert self.tab.evaluate("() => window.made") == []
        assert self.faults == []
        assert EVALUATED not in self.words


def test_what_a_payload_would_make_is_seen(chromium) -> None:
    walk = Walk(chromium.new_page())
    walk.tab.goto("about:blank")
    put = "const root = document.body.attachShadow({mode: 'open'}); root.innerHTML = words; root.replaceChildren()"
    with walk.tab.expect_event("dialog"):
        walk.tab.evaluate(f"(words) => {{ {put} }}", SHORT)
    assert walk.tab.evaluate("() => window.made.length") == 1
    assert walk.faults == ["a dialog"]
    walk.tab.close()


def test_a_walk_through_the_drawn_page(chromium, workspace: Workspace) -> None:
    with serve(workspace.folder) as url:
        tab = chromium.new_page(viewport={"width": 1600, "height": 1000})
        walk = Walk(tab)
        open_page(tab, url)
        for area, first in FIRST_TABS.items():
            walk.press(tab.get_by_role("button", name=area, exact=True).first)
            tab.get_by_role("button", name=first, exact=True).wait_for()
            walk.views()
            if area == "Explore":
                colour = tab.get_by_role("combobox", name="colour", exact=True)
                for option in colour.locator("option", has_text="hit").all_inner_texts():
                    colour.select_option(option)
                    walk.wait()
                walk.plots.clear()
                walk.point()
                walk.press(tab.get_by_role("button", name="Retrain", exact=True))
                wait_here(lambda: workspace.runs.get("latest").name == SHORT)
                for name in DIALOGS:
                    walk.press(tab.get_by_role("button", name=name, exact=True))
                    tab.get_by_role("dialog").get_by_role("button", name="close", exact=True).click()
        walk.ended()
        tab.close()
    assert sum(map(bool, walk.cards)) > 20
    assert EVIL in "".join(walk.cards)
    for payload in (SHORT, EVIL, LINK):
        assert payload in walk.words


def test_reports_and_what_a_notebook_shows_are_drawn_as_text(chromium, workspace: Workspace, tmp_path: Path) -> None:
    run, ids = workspace.runs.get("latest"), workspace.targets.ids()
    write_book(workspace, run, tmp_path / "book")
    shown = (workspace, run, run.spec.design, workspace.targets.light_curve(ids[0]))
    (tmp_path / "objects.html").write_text("".join(one._repr_html_() for one in shown))
    (tmp_path / "report.html").write_text(report_html(workspace, ids[:2], run, title=EVIL))
    for page in (tmp_path / "objects.html", tmp_path / "report.html", tmp_path / "book" / "index.html"):
        walk = Walk(chromium.new_page())
        walk.tab.goto(page.as_uri())
        walk.words = walk.tab.evaluate(WORDS, "*")
        walk.ended()
        walk.tab.close()
        assert SHORT in walk.words


def test_panes_of_a_notebook_are_drawn_as_text(chromium, workspace: Workspace) -> None:
    """Without the header by which the page keeps scripts of others away."""
    made = []

    def panes() -> pn.viewable.Viewable:
        made.append(explore(workspace))
        return pn.Column(*(made[0].pane(name, height=300) for name in PANES), made[0])

    with served(panes) as url:
        walk = Walk(chromium.new_page(viewport={"width": 1600, "height": 3600}))
        walk.tab.goto(url)
        walk.tab.locator("tbody tr[aria-selected=true]").first.wait_for()
        walk.tab.wait_for_timeout(2000)
        walk.read()
        walk.point()
        walk.faults = [fault for fault in walk.faults if "favicon" not in fault and "404" not in fault]
        walk.ended()
        walk.tab.close()
    made[0].session.server.close()
    assert SHORT in walk.words
