# Samvirke. A fresh checkout with Python 3.11+ needs no other step than one of these targets.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
SAMVIRKE := $(BIN)/samvirke
DEMO_HOME := $(if $(SAMVIRKE_HOME),$(SAMVIRKE_HOME),$(CURDIR)/var/demo)
TEST_JOBS ?= 2
SOURCES ?=
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo demo-build test lint format refresh crawl extract code index app map bench bench-large docs backup restore clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Samvirke needs Python 3.11 or newer; set it with: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	@touch $@

demo: demo-build ## build the demo knowledge base and open the app on it
	SAMVIRKE_HOME="$(DEMO_HOME)" $(BIN)/python -m app.serve --port $(PORT)

demo-build: $(VENV)/.ready ## build the demo knowledge base by crawling the replica sites
	SAMVIRKE_HOME="$(DEMO_HOME)" $(SAMVIRKE) refresh --demo
	@echo "The demo knowledge base is in $(DEMO_HOME)."

test: $(VENV)/.ready-dev ## run all tests
	$(BIN)/python -m pytest -n $(TEST_JOBS) --dist loadfile --max-worker-restart 0

lint: $(VENV)/.ready-dev ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready-dev ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

refresh: $(VENV)/.ready ## one nightly run over the sources (SOURCES="no-fafo se-ivo" narrows it)
	$(SAMVIRKE) refresh $(foreach source,$(SOURCES),--source $(source))

crawl: $(VENV)/.ready ## only gather (SOURCES="…")
	$(SAMVIRKE) crawl $(foreach source,$(SOURCES),--source $(source))

extract code index: $(VENV)/.ready ## one stage of a refresh
	$(SAMVIRKE) $@

app: $(VENV)/.ready ## serve the app over the present knowledge base
	$(BIN)/python -m app.serve --port $(PORT)

map: $(VENV)/.ready ## write the evidence map to the data home's publish folder
	$(SAMVIRKE) map --output "$(if $(SAMVIRKE_HOME),$(SAMVIRKE_HOME),var/home)/publish/evidence-map.html"

bench: $(VENV)/.ready-dev ## every benchmark, as ratios against a baseline of the same run
	$(BIN)/python -m tests.bench

bench-large: $(VENV)/.ready-dev ## the benchmarks that take long, written to docs/benchmarks/
	$(BIN)/python -m tests.bench.large

docs: $(VENV)/.ready-dev ## write the generated pages of docs/
	$(BIN)/python -m docs.generate

backup: $(VENV)/.ready ## one archive of the record and the files
	$(SAMVIRKE) backup

restore: $(VENV)/.ready ## put an archive back: make restore FROM=archive.tar
	$(SAMVIRKE) restore "$(FROM)"

clean: ## remove the virtual environment and caches (never a data home)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
