# What people and CI do with a checkout. Everything happens in .venv; `make` says what there is.

PYTHON ?= python3
# Most tests wait more than they compute.
JOBS   ?= $(shell echo $$(( 2 * $$(getconf _NPROCESSORS_ONLN) )))
BIN    := .venv/bin
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet

# The tests start hundreds of processes: compiled once, not by each of them.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install servers run demo test fuzz lint format bench messages lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

install: .venv/installed ## .venv with everything, as the lock says (again only when the lock has changed)

.venv/installed: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-compile --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

servers: ## what the tests start for themselves: PostgreSQL, Redis, nginx, Chromium (through the system's packages)
	@.ci/servers

run: install ## the hub on SQLite, with the web desk and a page with the site's chat; prints both links
	@$(BIN)/hub run

demo: install ## the same with made-up customers writing in it
	@$(BIN)/hub demo

test: install servers lint ## everything that CI checks
	@$(BIN)/pytest -n $(JOBS) --dist worksteal

fuzz: install servers ## the property tests with examples that nobody has seen yet; as often as you like
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest -n $(JOBS) --dist worksteal -m hypothesis

lint: install ## ruff, mypy, and which module may know which
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install ## what ruff can put right by itself
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: install servers ## how fast it is, beside a floor measured in the same run
	@$(BIN)/python -m tests.bench

messages: install ## words that are not translated yet
	@$(BIN)/python -m tests.messages

lock: install ## renews both locks
	$(COMPILE) --upgrade -o requirements.lock
	$(COMPILE) --extra dev --constraint requirements.lock -o requirements-dev.lock

clean: ## removes .venv and every cache
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
