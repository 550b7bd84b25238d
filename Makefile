# Tasks for developers and CI. Everything is installed in .venv; `make` lists the targets.

PYTHON ?= python3
# More workers than cores: most tests wait more than they compute.
JOBS   ?= $(shell echo $$(( 2 * $$(getconf _NPROCESSORS_ONLN) + 1 )))
BIN    := .venv/bin
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet

# The tests start hundreds of processes: they share compiled files.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install servers run demo test fuzz lint format bench bench-against messages lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

install: .venv/installed ## installs everything into .venv as locked (again only if the lock has changed)

.venv/installed: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-compile --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

# After an installation: to collect the tests compiles whatever they import, once instead of once in every worker.
.venv/compiled: .venv/installed
	@$(BIN)/pytest --collect-only -qq >/dev/null 2>&1 || true
	@touch $@

servers: ## installs what the tests use: PostgreSQL, PgBouncer, Redis, nginx, Chromium, Node.js (as system packages), Slack's types
	@.ci/servers
	@$(MAKE) --no-print-directory .venv/slack-types/installed

# Slack's TypeScript types and the compiler, by which the tests check blocks and views.
.venv/slack-types/installed: tests/slack_types/package-lock.json
	@mkdir -p .venv/slack-types && cp tests/slack_types/package.json tests/slack_types/package-lock.json .venv/slack-types
	@npm ci --prefix .venv/slack-types --ignore-scripts --no-audit --no-fund --silent
	@touch $@

run: install ## runs the hub on SQLite, with the web desk and a page with the website chat; prints both links
	@$(BIN)/hub run

demo: install ## the same with simulated customers
	@$(BIN)/hub demo

test: install servers ## runs everything that CI checks
	@$(MAKE) --no-print-directory --jobs 2 lint .venv/compiled
	@$(BIN)/pytest -n $(JOBS) --dist worksteal

fuzz: install servers ## runs the property tests with new random examples, as often as you like
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest -n $(JOBS) --dist worksteal -m hypothesis

lint: install ## runs ruff, mypy and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install ## fixes what ruff can fix automatically
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: install servers ## measures how fast it is, next to a floor measured in the same run
	@$(BIN)/python -m tests.bench

bench-against: install servers ## measures this build and the commit REV in turn: make bench-against REV=4ee444d
	@$(BIN)/python -m tests.bench.against $(REV)

messages: install ## lists messages that are not translated yet
	@$(BIN)/python -m tests.messages

lock: install ## renews both locks
	$(COMPILE) --upgrade -o requirements.lock
	$(COMPILE) --extra dev --constraint requirements.lock -o requirements-dev.lock

clean: ## removes .venv and every cache
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
