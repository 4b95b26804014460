# make app         everything from nothing to the dashboard at http://localhost:5006/app, which simulates a sector if asked
# make test        linter, types, and all tests but the heavy ones
# make docs        the site, in build/docs/html: a demo is made and the notebooks run the first time
# make test-heavy  the heavy tests: long journeys in the browser, and checks that cost many seconds
# make test-long   what takes many minutes: 10,000 damaged files, fifty people at once
# make audit       known weaknesses of the tested versions, as pip-audit knows them
# make lowest      the tests with the lowest versions that pyproject.toml allows

PYTHON ?= python3
VENV ?= .venv
PORT ?= 5006
BIN := $(VENV)/bin
# Files begin in the order of tests/conftest.py, the longest first.
IN_PARALLEL := --numprocesses auto --dist loadfile --no-loadscope-reorder
# Hundreds of processes start during the tests: they read the bytecode that the first has made.
tests test-heavy test-long: export PYTHONDONTWRITEBYTECODE :=

.PHONY: app test test-heavy test-long docs lint types tests benchmarks audit lowest clean

app: $(VENV)/installed
	@$(BIN)/clara serve --port $(PORT)

test: lint
	@$(MAKE) --no-print-directory --jobs 2 types tests

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -x $(BIN)/biome ]; then $(BIN)/biome lint --error-on-warnings; else echo "no biome here: scripts and styles are not looked at"; fi

types: $(VENV)/installed-dev
	$(BIN)/mypy

tests: $(VENV)/installed-dev
	$(BIN)/python -m pytest -m 'not heavy and not long' $(IN_PARALLEL)

test-heavy: $(VENV)/installed-dev
	$(BIN)/python -m pytest -m heavy --maxprocesses 2 $(IN_PARALLEL)

test-long: $(VENV)/installed-dev
	$(BIN)/python -m pytest -m long --maxprocesses 2 $(IN_PARALLEL)

docs: export CLARA_WORKSPACE := $(CURDIR)/build/docs/demo
docs: $(VENV)/installed-docs build/docs/demo/made
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -d build/docs/doctrees docs build/docs/html
	@echo "The site is in build/docs/html/index.html"

build/docs/demo/made: | $(VENV)/installed-docs
	@rm -rf $(@D)
	@$(BIN)/clara demo --workspace $(@D)
	@touch $@

benchmarks: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet '.[benchmark]'
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# --strict: a package that can't be looked up is no good news.
audit: build/tools/bin/pip-audit
	$< --strict --no-deps --disable-pip --requirement docs/deploying/constraints.txt

lowest: build/tools/bin/uv
	$< venv --quiet --clear --python 3.11 build/lowest
	$< pip install --quiet --python build/lowest/bin/python --resolution lowest-direct --editable '.[dev]'
	build/lowest/bin/python -m pytest -m 'not heavy and not long' $(IN_PARALLEL)

build/tools/bin/%: | $(VENV)/bin/python
	@$(PYTHON) -m venv build/tools
	@build/tools/bin/pip install --quiet $*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "CLARA needs Python 3.11 or later; name one: make PYTHON=python3.12"; exit 1; }
	@echo "Creating the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing CLARA and what it needs (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "Installing CLARA with its development tools (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-docs: pyproject.toml | $(VENV)/bin/python
	@echo "Installing CLARA with what its site is built with (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --quiet --editable '.[docs]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build docs/api docs/gallery docs/notebooks docs/command_line.rst .pytest_cache .mypy_cache .ruff_cache .hypothesis
