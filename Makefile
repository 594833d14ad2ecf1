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
.PHONY: help demo serve install install-dev assets browser check fix test test-fast test-browser bench docs clean lock

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
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements/base.txt
	@$(BIN)/uv pip install --quiet --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp requirements/dev.txt
	@echo "Installing what the tests need"
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/base.stamp assets ## install Clockstop into .venv and build its static files
install-dev: install $(VENV)/dev.stamp ## the same, with what the tests need

assets: build/assets.stamp
build/assets.stamp: package.json package-lock.json $(wildcard assets/*) $(VENV)/base.stamp
	@bash assets/build.sh
	@mkdir -p build && touch $@
