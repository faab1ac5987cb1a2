# `make run` starts the app, `make test` runs every check; both set up what they need and are quick the second time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1
PORT ?= 8501
# The names and addresses that browsers may ask for, with commas; `make run ADDRESS=0.0.0.0 HOSTS=192.168.1.20,clinic.local`.
HOSTS ?= $(ADDRESS)
comma := ,

.PHONY: run test e2e quick lint format bench clean browser postgres

run: $(VENV)/.run
	@case ",$(HOSTS)," in \
	  *,0.0.0.0,*|*,::,*|*"*"*) echo "with ADDRESS=$(ADDRESS), name the addresses under which tablets reach this computer: make run" \
	    "ADDRESS=$(ADDRESS) HOSTS=192.168.1.20" >&2; exit 1;; esac
	@echo "mesodash opens at http://$(firstword $(subst $(comma), ,$(HOSTS))):$(PORT)  (Ctrl-C ends it)"
	@$(BIN)/streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT) \
	  $(foreach host,localhost 127.0.0.1 ::1 $(subst $(comma), ,$(HOSTS)),--server.allowedHosts $(host))

test: $(VENV)/.test browser postgres lint
	$(BIN)/python -m mesodash check-data
	EXAMPLES=30 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not long"

# Chromium against the real server: what is part of `make test`, and the long walks that are not.
e2e: $(VENV)/.test browser
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/e2e

quick: $(VENV)/.test
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	EXAMPLES=10 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" -q

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.test
	$(BIN)/python bench/cli.py
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/taps.py

# A browser for the tests: one that is there, or Debian's package where we may install it.
browser: $(VENV)/.test
	@$(BIN)/python tests/e2e/chromium.py

# PostgreSQL's server for the tests of the store: one that is there, or Debian's package where we may install it.
postgres: $(VENV)/.test
	@$(BIN)/python tests/store/postgres.py

# Debian keeps the module that makes virtual environments in a package of its own.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "mesodash needs Python 3.11, 3.12 or 3.13; name one with: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq python3-venv; } \
	  || { echo "Python's venv module is missing; install it (Debian: apt-get install python3-venv) and try again" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what mesodash needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test: requirements.txt requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(VENV)/.run $@

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
