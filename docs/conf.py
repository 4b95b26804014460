"""How Sphinx builds the site: `make docs`."""

import shutil
import sys
from importlib import import_module
from pathlib import Path

import clara_engine

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))

project = "CLARA"
author = "CLARA developers"
copyright = f"{author}, MIT licence"
version = release = clara_engine.__version__
extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "command_line",
    "plots_at_hand",
]
exclude_patterns = ["concepts", "static", "templates", "gallery/*.ipynb", "**.ipynb_checkpoints"]
templates_path = ["templates"]

# Sphinx reads what lies in its folder; the notebooks belong to the repository's top.
shutil.rmtree(HERE / "notebooks", ignore_errors=True)
shutil.copytree(HERE.parent / "notebooks", HERE / "notebooks")

LISTED = (HERE / "api.md").read_text("utf-8").split()
for page in (HERE / "api").glob("*.rst"):  # of a module that is gone
    if page.stem not in LISTED:
        page.unlink()

# -- text --------------------------------------------------------------------------------------------------------------
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
suppress_warnings = ["mystnb.unknown_mime_type"]  # HoloViews gives its plots in several forms

# -- pictures ----------------------------------------------------------------------------------------------------------
sphinx_gallery_conf = {
    "examples_dirs": "concepts",
    "gallery_dirs": "gallery",
    "filename_pattern": "/plot_",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_signature": False,
    "write_computation_times": False,
}

# -- names of the engine -----------------------------------------------------------------------------------------------
autosummary_generate = True
autosummary_ignore_module_all = False
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
numpydoc_show_class_members = False
autodoc_default_options = {"exclude-members": "set_fit_request"}  # scikit-learn adds it, with links of its own
#: Names that another page tells of, and one that autodoc can't write.
autosummary_context = {
    "left_out": {
        "clara_engine.evaluate": "Measures, measure",
        "clara_engine.evaluate.draws": "Draw",
        "clara_engine.studies.reasons": "Reason",
        "clara_engine.synthetic": "DrawnShape, PaperTransits, read_points",
    }
}
for listed in (
    name for name in LISTED if name.startswith("clara_")
):  # whose names are imported when they are asked for
    module = import_module(listed)
    vars(module).update({name: getattr(module, name) for name in module.__all__})

# -- looks -------------------------------------------------------------------------------------------------------------
html_theme = "pydata_sphinx_theme"
html_title = "CLARA"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_sidebars = {"first_hour": []}
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "navigation_with_keys": False,
    "header_links_before_dropdown": 8,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
}
