# One command per task. `make` without a target lists them.
# Requires make and Python 3.11 or newer with its venv module.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
PROCESSES ?= auto
DEMO ?= 1
SOURCES := accounts partners portal
PY_FILES = $$(git ls-files --cached --others --exclude-standard '*.py' | grep -v /migrations/)
TEMPLATE_FILES = $$(git ls-files --cached --others --exclude-standard 'templates/*.html' 'portal/templates/*.html')
# Secret keys of `run`, `demo-reset` and `bench`. Other commands have their own (pyproject.toml, portal/tests/settings.py).
KEYS = if [ -z "$$SECRET_KEY$$SECRET_KEY_FILE" ]; then export SECRET_KEY_FILE=var/secret_key; fi; \
	if [ -z "$$CODE_KEY$$CODE_KEY_FILE" ]; then export CODE_KEY_FILE=var/code_key; fi; \
	$(BIN)/python -m portal.keys var/secret_key var/code_key; export DEMO="$(DEMO)" PORT="$(PORT)"
UNDER_TEST = DJANGO_SETTINGS_MODULE=portal.tests.settings

.PHONY: help run static migrate web worker beat clock test test-browser test-kills test-production proof test-services check format lint types migrations-check messages-check \
	lock messages demo-reset bench python-check

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.runtime ## Run the portal with demo data on 127.0.0.1 (PORT=8000); uses DATABASE_URL and REDIS_URL if set
	@$(KEYS); exec $(BIN)/python manage.py serve

static: .venv/.runtime ## Collect the static files (this and the next five are for production, one process each)
	@exec $(BIN)/python manage.py collectstatic --no-input

migrate: .venv/.runtime ## Migrate the database
	@exec $(BIN)/python manage.py migrate --no-input

web: .venv/.runtime ## Run the web process
	@exec $(BIN)/gunicorn portal.wsgi

worker: .venv/.runtime ## Run the Celery worker (with REDIS_URL)
	@exec $(BIN)/celery -A portal worker --pool threads --concurrency 8 --loglevel WARNING

beat: .venv/.runtime ## Run Celery beat (with REDIS_URL; a second one does no harm)
	@exec $(BIN)/celery -A portal beat --loglevel WARNING

clock: .venv/.runtime ## Run the clock, which replaces worker and beat (without REDIS_URL)
	@exec $(BIN)/python manage.py run_clock

test: .venv/.development ## Run the tests (on SQLite, or on DATABASE_URL and REDIS_URL), one process per core
	@exec $(BIN)/pytest --numprocesses $(PROCESSES) --dist loadfile $(ARGS)

test-browser: .venv/.development ## Run the tests that drive Chromium
	@exec $(BIN)/pytest -m browser --numprocesses $(PROCESSES) $(ARGS)

test-kills: .venv/.development ## Run the tests that kill the running product (KILL_SECONDS=60, KILL_SEED)
	@exec $(BIN)/pytest -m kills $(ARGS)

test-production: .venv/.development ## Run the production lines of README.md behind nginx (needs PostgreSQL, Redis, nginx)
	@exec $(BIN)/pytest -m production $(ARGS)

proof: .venv/.development ## Run the randomized tests for longer, on both databases: races, kills, state machine, whole matrix
	@export RACE_ROUNDS=200 MATRIX=all MACHINE_EXAMPLES=100 HOSTILE_EXAMPLES=20 KILL_SECONDS=60; \
	env -u DATABASE_URL -u REDIS_URL sh -c '$(MAKE) --no-print-directory test && $(MAKE) --no-print-directory test-kills' && \
	.ci/with-services sh -c '$(MAKE) --no-print-directory test && $(MAKE) --no-print-directory test-kills'

test-services: .venv/.development ## Run the tests on a temporary PostgreSQL and Redis, with a real worker
	@exec .ci/with-services $(MAKE) --no-print-directory test

check: lint types migrations-check messages-check ## Run all checks except the tests, like CI and pre-commit

format: .venv/.development ## Format the code and the templates
	@$(BIN)/django-upgrade --target-version 5.2 --exit-zero-even-if-changed $(PY_FILES)
	@$(BIN)/ruff check --fix --quiet --exit-zero .
	@$(BIN)/ruff format .
	@$(BIN)/djhtml --tabwidth 2 $(TEMPLATE_FILES) 2>/dev/null || true
	@$(BIN)/djade --target-version 5.2 $(TEMPLATE_FILES) || true

lint: .venv/.development ## Lint code and templates, check their format and the import layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/django-upgrade --target-version 5.2 --check $(PY_FILES)
	@$(BIN)/djade --check --target-version 5.2 $(TEMPLATE_FILES)
	@$(BIN)/djhtml --check --tabwidth 2 $(TEMPLATE_FILES)
	@$(BIN)/lint-imports

types: .venv/.development ## Check the types
	@$(BIN)/mypy

migrations-check: .venv/.development ## Fail if a model changed without a migration
	@$(UNDER_TEST) $(BIN)/python manage.py makemigrations --check --dry-run

messages-check: .venv/.development ## Fail if a compiled message catalogue is missing or stale
	@for po in $$(git ls-files 'locale/*.po'); do \
		msgfmt --check-format -o - "$$po" | cmp -s - "$${po%.po}.mo" || { echo "$$po: run make messages" >&2; exit 1; }; \
	done

lock: .venv/.development ## Compile the pinned requirements from the ranges in pyproject.toml (needs uv)
	@uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" pyproject.toml -o requirements.txt
	@uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" --group dev -c requirements.txt pyproject.toml \
		-o requirements-dev.txt

messages: .venv/.development ## Collect the messages to translate and compile the catalogues (needs gettext)
	@$(UNDER_TEST) $(BIN)/python manage.py makemessages --all --no-location --no-wrap --ignore '.venv*' --ignore var
	@$(UNDER_TEST) $(BIN)/python manage.py compilemessages --ignore '.venv*'

demo-reset: .venv/.runtime ## Delete everything and load the demo data again
	@$(KEYS); $(BIN)/python manage.py migrate --no-input --verbosity 0 && exec $(BIN)/python manage.py load_demo --reset

bench: .venv/.development ## Run a benchmark (ARGS="pages"), or list them; see bench/
	@$(KEYS); exec $(BIN)/python -m bench $(ARGS)

python-check:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not there." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# Stamp files, so that packages are installed only if the requirements changed.
.venv/.runtime: requirements.txt | python-check
	@$(MAKE) --no-print-directory .install REQUIREMENTS=requirements.txt STAMPS=.venv/.runtime

.venv/.development: requirements-dev.txt | python-check
	@$(MAKE) --no-print-directory .install REQUIREMENTS=requirements-dev.txt STAMPS=".venv/.development .venv/.runtime"

.PHONY: .install
.install:
	@echo "Installing the packages of $(REQUIREMENTS) into .venv ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(REQUIREMENTS) || { \
		echo "The packages could not be installed. The package index must be reachable the first time." >&2; exit 1; }
	@touch $(STAMPS)
