# Commands of the project. `make` alone lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export CLOCKSTOP_HOME ?= $(CURDIR)/.clockstop
export CLOCKSTOP_SHARED ?= $(abspath $(CURDIR)/../shared)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export NO_COLOR ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo serve install install-dev assets system check fix test test-fast test-browser test-postgres bench docs lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: install ## make a group, load it, refresh it and serve it on 127.0.0.1:8000
	@$(BIN)/clockstop demo

serve: install ## serve what CLOCKSTOP_HOME holds on 127.0.0.1:8000
	@$(BIN)/clockstop serve

$(VENV)/uv.stamp: requirements/uv.txt
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/base.stamp: $(VENV)/uv.stamp requirements/base.txt pyproject.toml
	@echo "Installing Clockstop and what it stands on (about a minute the first time)"
	@$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/base.txt
	@$(BIN)/uv pip install --quiet --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp requirements/dev.txt
	@echo "Installing what the tests need"
	@$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/base.stamp assets ## install Clockstop into .venv and build its static files
install-dev: install $(VENV)/dev.stamp ## the same, with what the tests need

assets: build/assets.stamp
build/assets.stamp: package.json package-lock.json $(wildcard assets/*) $(VENV)/base.stamp
	@bash assets/build.sh
	@mkdir -p build && touch $@

system: ## install Chromium, Java and PostgreSQL for the tests, where this runs as root
	@bash scripts/system-packages.sh

check: install-dev ## format, lint, types, and who may import whom
	@$(BIN)/ruff format --check --quiet src tests
	@$(BIN)/ruff check --quiet src tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 6

fix: install-dev ## mend what the formatter and the linter can
	@$(BIN)/ruff format --quiet src tests
	@$(BIN)/ruff check --quiet --fix src tests

test-fast: install-dev ## the tests that end within a minute
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow and not browser"

# The browser's driver runs an event loop, beside which Django's database may not be used: the two never share a process. The
# browser's tests keep one core busy; Spark's and PostgreSQL's run beside them.
test: install-dev system check ## everything, Spark and the browser too
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not browser"
	@$(MAKE) --no-print-directory -k -j2 --output-sync=target test-browser test-spark test-postgres

test-browser: install-dev system ## the pages, in a real browser
	@$(BIN)/python -m pytest -q -m browser

# Spark starts once a process, so its tests share one.
test-spark: install-dev system ## the rules on the second engine, and the clock on both
	@$(BIN)/python -m pytest -q -m spark

test-postgres: install-dev system ## the records that people write, on PostgreSQL
	@bash scripts/with-postgres.sh $(BIN)/python -m pytest -q -p no:cacheprovider tests/unit/registers tests/unit/accounts

bench: install ## how fast the jobs are that matter, each beside a floor of the same run (about ten minutes)
	@$(BIN)/clockstop bench

docs: install-dev ## write the generated pages of docs/
	@$(BIN)/clockstop docs --out docs

lock: $(VENV)/uv.stamp ## resolve the requirements again
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra postgres -o requirements/base.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra postgres --group dev -o requirements/dev.txt

clean: ## take away what was built (not CLOCKSTOP_HOME)
	@rm -rf $(VENV) build node_modules src/clockstop/nhsuk/static/built
