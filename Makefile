# make run, make test: everything else is set up by itself. Needs Python 3.11 or newer.
PYTHON ?= python3
PORT ?= 8000
PROCESSES ?= 3
VENV ?= .venv
export VENV
PY := $(VENV)/bin/python
.DEFAULT_GOAL := help
.PHONY: help run demo-reset test lint bench env env-dev

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## start everything on http://127.0.0.1:8000 (other port: make run PORT=8123)
	@STARTED_AT=$$(date +%s.%N) && $(MAKE) --no-print-directory env \
	    && exec env DEV=1 PORT=$(PORT) STARTED_AT=$$STARTED_AT $(PY) manage.py embedded

env:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: $(PYTHON) was not found." >&2; exit 1; }
	@$(PYTHON) scripts/bootstrap.py

env-dev:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: $(PYTHON) was not found." >&2; exit 1; }
	@$(PYTHON) scripts/bootstrap.py --dev

demo-reset: env ## throw the demo data away and start over
	@DEV=1 PORT=$(PORT) $(PY) manage.py demo --reset

test: env-dev ## tests; FULL=1 adds PostgreSQL, Redis, S3 and Chromium
	@echo "SQLite, Celery in the process:"
	@DEV=1 $(PY) -m pytest -n $(PROCESSES) --dist loadgroup -m "not production and not browser" $(ARGS)
ifdef FULL
	@echo "PostgreSQL, Redis, S3:"
	@DEV=1 $(PY) scripts/services.py $(PY) -m pytest -n $(PROCESSES) --dist loadgroup -m "not browser" $(ARGS)
	@echo "PostgreSQL, Redis, S3, Chromium:"
	@DEV=1 $(PY) scripts/services.py $(PY) -m pytest -n $(PROCESSES) -m browser $(ARGS)
endif

lint: env-dev ## style, types, floors, templates, migrations, deployment checks
	@$(PY) scripts/lint.py

bench: env-dev ## measure floor and product; one job: make bench JOB=webhook
	@$(PY) -m bench $(JOB)
