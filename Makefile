# `make demo` and `make test` need Python 3.11+ and nothing else; everything lands in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo hub test check docs faults soak quiet-days bench format clean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

# uv when it is there, otherwise venv and pip.
$(STAMP): pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  { [ -x $(BIN)/python ] || uv venv --quiet --python "$(PYTHON)" $(VENV); } && \
	  uv pip install --quiet --python $(BIN)/python --editable '.[dev,docs,hub]'; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "$(PYTHON) is too old: Seatrial needs Python 3.11 or newer. Try: make PYTHON=python3.12"; exit 2; }; \
	  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "$(PYTHON) cannot make a virtual environment: it has no ensurepip. On Debian and Ubuntu: apt install python3-venv; or install uv."; exit 2; }; \
	  { [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV); } && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,docs,hub]'; \
	fi
	@touch $(STAMP)

demo: $(STAMP) ## the shipped release: check, rehearse, deploy, verify on an embedded PostgreSQL
	@$(BIN)/seatrial demo

hub: $(STAMP) ## the integrations service on an embedded PostgreSQL with sample tenants; prints where to sign in
	@$(BIN)/seatrial hub

test: $(STAMP) ## every test, in parallel and in random order
	$(BIN)/pytest -n auto

check: $(STAMP) ## lint, types, import contracts, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

# Every page, and every link between them; a warning is an error.
docs: $(STAMP) ## the pages as a site, in docs/_build/html
	$(BIN)/sphinx-build -q -E -j auto -W --keep-going -n -b html -c docs -d docs/_build/doctrees . docs/_build/html

# SAMPLE=500 tries so many of each.
faults: $(STAMP) ## deployment and rollback broken at every message of the protocol; takes hours, writes docs/reference/faults.md
	PYTHONPATH=. $(BIN)/python tests/faults/every.py $(if $(SAMPLE),--sample $(SAMPLE))

# CYCLES=100 tries so many; SEED=7 others.
soak: $(STAMP) ## 1,000 cycles of deploy, write, roll back and deploy again beside writers; the hub under load and under 50,000 filters
	PYTHONPATH=. $(BIN)/python tests/soak/every.py --cycles $(or $(CYCLES),1000) --seed $(or $(SEED),1)
	PYTHONPATH=. $(BIN)/python tests/hub/load/every.py --minutes $(or $(MINUTES),10) --seed $(or $(SEED),1)
	PYTHONPATH=. $(BIN)/python tests/hub/fuzz/every.py --strings $(or $(STRINGS),50000)
	PYTHONPATH=. $(BIN)/python tests/hub/faults/every.py --minutes $(or $(MINUTES),5) --seed $(or $(SEED),1)

quiet-days: $(STAMP) ## 200 simulated days in which nothing happens, watched: no alarm
	PYTHONPATH=. $(BIN)/python tests/soak/quiet_days.py --days $(or $(DAYS),200)

# ONLY="linters watch_cost" runs those.
bench: $(STAMP) ## every comparison, both sides in one run; takes an hour or more, writes docs/reference/benchmarks.md
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --editable '.[bench]'; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'; fi
	@PYTHONPATH=. $(BIN)/python benchmarks/every.py $(ONLY)

format: $(STAMP) ## let ruff set the layout
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what make built
	rm -rf $(VENV) dist docs/_build
