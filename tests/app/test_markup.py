"""Markup in every name, note, header and answer of an archive is text in whatever the page sends to a browser."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import tomli_w
from bokeh.document import Document
from panel.models.esm import ReactiveESM
from panel.models.markup import HTML

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
from tests.app.conftest import keep_small_sweep
from tests.archives.answers import portal, tic_table, votable
from tests.sky import DR2, SIMBAD, TOIS, gaia
from tests.small_workspace import star
from tests.stand_in import Asked, Reply, StandIn, at

pytestmark = pytest.mark.heavy

SHORT = "<img src=x onerror=hit=1>"
EVIL = f"'\"></b>{SHORT}<script>hit=1</script>{{{{7*7}}}}@{{x}}"
LINK = f"{EVIL}<a href='javascript:hit=1'>$$y$$</a>"
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
        if tag == "script" or given.get("src") == "x" or "onerror" in given or link.startswith("javascript:"):
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


def test_reports(workspace: Workspace, tmp_path: Path) -> None:
    run, ids = workspace.runs.get("latest"), workspace.targets.ids()
    write_book(workspace, run, tmp_path / "book")
    for text in (report_html(workspace, ids[:2], run, title=EVIL), (tmp_path / "book" / "index.html").read_text()):
        tags = Tags(text)
        assert tags.bad == []
        assert SHORT in "".join(tags.words)
