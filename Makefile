# Needs make and Python 3.11 or newer; everything else is installed into .venv.

# The first of these that is new enough and really starts.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

VENV := .venv
BIN := $(VENV)/bin
# What runs is installed first; what tests and checks need comes on top.
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
READY_DOCS := $(VENV)/.ready-docs
# The tool of mutation testing, and where its work stays.
MUTATION := .mutation
LOCKS := requirements.lock requirements-dev.lock requirements-docs.lock
PIP := $(BIN)/python -m pip --disable-pip-version-check
# A complete lock needs no resolver, and byte code is written when a module is first imported.
INSTALL := --quiet --no-deps --no-compile --require-hashes

# Compile once: the tests start hundreds of processes, and each would compile the whole again.
export PYTHONDONTWRITEBYTECODE :=

DEMO_SECONDS ?= 20
# Three on two cores: a third of the time tests wait for processes they started.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help python demo test coverage proof mutate bench lint format types wheel docs lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: $(READY)  ## Solve the demo week and say what to open
	$(BIN)/stepdown solve instances/demo.json --out demo-roster --seconds $(DEMO_SECONDS) || test $$? -eq 3
	@echo "Open in a browser:"
	@ls demo-roster/*.html

test: $(READY_DEV)  ## Run the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Measuring takes half of the tests' time again, so it has a run of its own: the scheduler's quick tests have to cover it by themselves.
coverage: $(READY_DEV)  ## Measure what the scheduler's own tests run of it, and hold the floor
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore=tests/api -m "not proof and not unmeasured" --cov=scheduler

proof: $(READY_DEV)  ## Run the long evidence, mutants included, then the benchmarks
	$(BIN)/python -m pytest -m proof --hypothesis-profile=proof
	$(MAKE) mutate
	$(BIN)/stepdown bench --peers all

# `make mutate MUTATE="verify security --seconds 600"` runs some parts, each for a while; the next run goes on from there.
MUTATE ?=

mutate: $(MUTATION)/.ready  ## Change the code in thousands of places, and see that a test fails each time
	PYTHONPATH=$(MUTATION)/tool $(BIN)/python -m tests.mutation $(MUTATE)

$(MUTATION)/.ready: $(READY_DEV) tests/mutation/requirements.lock
	$(PIP) install $(INSTALL) --upgrade --target $(MUTATION)/tool --requirement tests/mutation/requirements.lock
	@touch $@

bench: $(READY_DEV)  ## Run the benchmarks
	$(BIN)/stepdown bench

lint: $(READY_DEV)  ## Check style and formatting, and that no code is dead
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tools.dead

format: $(READY_DEV)  ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY_DEV)  ## Check the types
	$(BIN)/mypy

wheel: $(READY_DEV)  ## Build the wheel, and use it as its first user does
	$(BIN)/python -m tools.wheel

docs: $(READY_DOCS)  ## Build the documentation as a site, and check its links
	$(BIN)/python -m tools.site
	@echo "To read it: $(BIN)/python -m http.server --bind 127.0.0.1 --directory build/docs/site 8080"

clean:  ## Remove caches and everything the other targets wrote, except .venv
	rm -rf $(MUTATION) build dist *.egg-info htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache demo-roster
	find api benchmarks instances scheduler tests tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# `make lock LOCK_FLAGS=--upgrade` takes the newest versions; without it, pins that still fit are kept.
LOCK_FLAGS ?=

lock:  ## Make the locks again (hashes only, no addresses), and prove that they are closed
	@set -eu; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	$(PYTHON) -m venv "$$tmp"; \
	"$$tmp/bin/python" -m pip install --quiet --disable-pip-version-check uv packaging; \
	"$$tmp/bin/python" -m tools.lock $(LOCK_FLAGS)

python:
	@echo $(PYTHON)

# What another lock has left in the environment would stay, so a changed lock begins anew. The locked pip comes
# first, since it is three times as fast as those that Python 3.11 and 3.12 bring; theirs is copied only where it
# cannot install into another environment. The rest is installed in three parts at once.
$(READY): $(LOCKS) pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=..." >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 && cat $(LOCKS) | cmp -s - $(VENV)/locks || rm -rf $(VENV)
	@test -d $(VENV) || $(PYTHON) -m venv --without-pip $(VENV)
	@awk '/^[a-z]/ { chosen = /^(pip|setuptools)==/ } chosen' requirements.lock > $(VENV)/first.lock
	@awk '/^[a-z]/ { n++ } n % 2 == 0' requirements.lock > $(VENV)/even.lock
	@awk '/^[a-z]/ { n++ } n % 2 == 1' requirements.lock > $(VENV)/odd.lock
	$(PYTHON) -m pip --python $(BIN)/python install $(INSTALL) --requirement $(VENV)/first.lock 2>/dev/null || \
		{ $(PYTHON) -m venv $(VENV) && $(PIP) install $(INSTALL) --requirement $(VENV)/first.lock; }
	set -e; $(PIP) install $(INSTALL) --requirement $(VENV)/even.lock & even=$$!; \
	$(PIP) install $(INSTALL) --requirement $(VENV)/odd.lock & odd=$$!; \
	PYTHONWARNINGS=ignore $(PIP) install --quiet --no-deps --no-build-isolation --editable .; wait $$even; wait $$odd
	$(PIP) check
	@cat $(LOCKS) > $(VENV)/locks
	@touch $@

$(READY_DEV): $(READY)
	$(PIP) install $(INSTALL) --requirement requirements-dev.lock
	$(PIP) check
	@touch $@

$(READY_DOCS): $(READY_DEV)
	$(PIP) install $(INSTALL) --requirement requirements-docs.lock
	$(PIP) check
	@touch $@
