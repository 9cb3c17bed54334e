# The two commands of the README are `make demo` and `make test`; the rest is for people who change things.
# Needs Python 3.11 or newer and make; everything else is installed into .venv from hash-pinned requirements.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
TESTS ?=

.PHONY: help install demo test test-unit test-policies test-localcloud test-e2e lint bench docs clean preview up drift lock

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: $(STAMP) ## make .venv from the hash-pinned requirements

$(STAMP): requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer on PATH. Install one, or run: make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Installing into $(VENV) (once; about a minute)"
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(STAMP) ## bring up both stacks on the emulated AWS, previewed, policed and drift-checked
	@$(PY) -m localcloud demo

test: $(STAMP) ## every tier of tests, at bounded, seeded sizes
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest tests $(TESTS)

test-unit: $(STAMP) ## components, settings, handlers: no server
	@$(PY) -m pytest tests/unit $(TESTS)

test-policies: $(STAMP) ## rules, packs, catalogue
	@$(PY) -m pytest tests/policies $(TESTS)

test-localcloud: $(STAMP) ## emulated AWS, provider, engine
	@$(PY) -m pytest tests/localcloud $(TESTS)

test-e2e: $(STAMP) ## the command line on the real program
	@$(PY) -m pytest tests/e2e $(TESTS)

lint: $(STAMP) ## ruff and mypy
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

preview: $(STAMP) ## preview both stacks with the policy packs
	@$(PY) -m localcloud preview prod-primary --policy-pack policies/architecture
	@$(PY) -m localcloud preview prod-standby --policy-pack policies/architecture

up: $(STAMP) ## update both stacks with the policy packs
	@$(PY) -m localcloud up prod-primary --yes --policy-pack policies/architecture
	@$(PY) -m localcloud up prod-standby --yes --policy-pack policies/architecture

drift: $(STAMP) ## compare both stacks with the world
	@$(PY) -m localcloud drift prod-primary
	@$(PY) -m localcloud drift prod-standby

bench: $(STAMP) ## performance, as ratios measured side by side in one run
	@$(PY) -m tests.bench

docs: $(STAMP) ## regenerate the generated parts of docs/
	@$(PY) -m docs.generate

lock: $(STAMP) ## recompile the hash-pinned requirements (needs uv on PATH)
	@for f in requirements requirements-dev; do uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header $$f.in -o $$f.txt; done

clean: ## stop the emulated AWS and remove .localcloud and .venv
	@if [ -x $(PY) ]; then $(PY) -m localcloud stop || true; fi
	@rm -rf .localcloud $(VENV) .mypy_cache .ruff_cache .pytest_cache
