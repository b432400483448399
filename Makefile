# Needs make and Python 3.11 or newer; everything else is installed into .venv.

# The first of these that is new enough and really starts.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Compile once: the tests start hundreds of processes, and each would compile the whole again.
export PYTHONDONTWRITEBYTECODE :=

DEMO_SECONDS ?= 20
# Three on two cores: a third of the time tests wait for processes they started.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help python demo test proof bench lint format types lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: $(READY)  ## Solve the demo week and say what to open
	$(BIN)/stepdown solve instances/demo.json --out demo-roster --seconds $(DEMO_SECONDS)
	@echo "Open in a browser:"
	@ls demo-roster/*.html

test: $(READY)  ## Run the tests, with the coverage floor of scheduler
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov=scheduler

proof: $(READY)  ## Run the long evidence, then the benchmarks
	$(BIN)/python -m pytest -m proof --hypothesis-profile=proof
	$(BIN)/stepdown bench --peers all

bench: $(READY)  ## Run the benchmarks
	$(BIN)/stepdown bench

lint: $(READY)  ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY)  ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY)  ## Check the types
	$(BIN)/mypy

clean:  ## Remove caches and everything the other targets wrote, except .venv
	rm -rf build dist *.egg-info htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache demo-roster
	find api instances scheduler tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# `make lock LOCK_FLAGS=--upgrade` takes the newest versions; without it, pins that still fit are kept.
LOCK_FLAGS ?=

lock:  ## Make requirements.lock again (hashes only, no addresses)
	@set -eu; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	$(PYTHON) -m venv "$$tmp/uv"; \
	"$$tmp/uv/bin/python" -m pip install --quiet --disable-pip-version-check uv; \
	cp requirements.lock "$$tmp/pins.txt"; \
	"$$tmp/uv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --extra dev $(LOCK_FLAGS) pyproject.toml --output-file "$$tmp/pins.txt"; \
	if grep -n '://' "$$tmp/pins.txt"; then echo "the lock must not hold an address" >&2; exit 1; fi; \
	{ echo '# Made by `make lock` from pyproject.toml. Hashes only: no addresses.'; cat "$$tmp/pins.txt"; } > requirements.lock

python:
	@echo $(PYTHON)

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=..." >&2; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PIP_INSTALL) --no-deps --require-hashes --requirement requirements.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
