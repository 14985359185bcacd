# Every target works from a bare checkout; `make help` lists them.

PYTHON ?= python3
# More than there are cores: browsers, databases and killed processes are waited for.
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export PIP_DISABLE_PIP_VERSION_CHECK := 1

define SHOW_INSTALL
/^Collecting|^Requirement already/ && ++n % 50 == 0 { print "  " n " packages looked up"; fflush() }
/^Installing collected/ { print "  writing them to disk"; fflush() }
endef
export SHOW_INSTALL

.DEFAULT_GOAL := help
# What builds this project, and bagit, which comes as source: pinned like the rest.
BUILD := pip hatchling setuptools setuptools-scm

.PHONY: help venv programs demo up test test-slow security check format docs bench lock upgrade wheel clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) \
	  | while IFS='|' read -r name text; do printf '  %-10s %s\n' "$$name" "$$text"; done

venv: $(INSTALLED) ## make .venv with the pinned dependencies and this project in it

# The stamp is newer than what it was made from, so a second run does nothing.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	@echo "Installing the pinned dependencies into $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --constraint constraints.txt $(BUILD)
	@$(BIN)/python -m pip install --progress-bar off --constraint constraints.txt \
	    --no-build-isolation --editable '.[dev]' 2>&1 \
	  | tee $(VENV)/install.log | awk "$$SHOW_INSTALL" || { tail -n 40 $(VENV)/install.log; exit 1; }
	@touch $@

# The pages are tested with Debian's Chromium, one engine is Debian's Tesseract; nothing is
# downloaded by the browser driver itself.
PROGRAMS := chromium tesseract
programs:
	@missing=$$(for name in $(PROGRAMS); do command -v $$name >/dev/null || echo $$name; done); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then become=; else become="sudo -n"; fi; \
	  packages="chromium tesseract-ocr tesseract-ocr-eng"; \
	  if command -v apt-get >/dev/null && $$become true 2>/dev/null; then \
	    echo "Installing for the tests:" $$packages; \
	    $$become apt-get -qq update && $$become env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y $$packages >/dev/null; \
	  else \
	    echo "The tests need" $$missing": install the packages" $$packages "and run again." >&2; exit 1; \
	  fi; \
	fi

demo: venv ## the main job on made-up data, from reads to an audited map; ends by itself
	$(BIN)/workbench demo run

up: venv ## the service and the pages, until Ctrl-C
	$(BIN)/workbench up

test: venv programs ## all tests, the examples in docstrings, then `make check`
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --doctest-modules -m "not slow" tests workbench
	@$(MAKE) --no-print-directory check

test-slow: venv programs ## the tests that take minutes: trainings, killed batches, videos with a real engine
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m slow tests

security: venv programs ## the attacks of docs/threat-model.md as tests, the long ones too; `make test` runs the short ones
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/security

check: venv ## format, lint, types, import directions, notebook rules, generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.notebook_rules
	$(BIN)/python -m tools.reference --check

format: venv ## format the code and mend what the linter can mend
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

docs: venv ## write docs/commands.md, docs/settings.md and the data dictionary anew
	$(BIN)/python -m tools.reference

bench: venv ## the benchmarks, one line of figures each; takes about half an hour
	$(BIN)/workbench bench import --json
	$(BIN)/workbench bench ingest --json
	$(BIN)/workbench bench search --json
	$(BIN)/workbench bench siege --looks 500 --json

wheel: venv ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

# Parts of a CUDA build of torch and local version suffixes differ between machines.
lock: venv ## write constraints.txt from what is installed in .venv
	@{ echo "# Written by \`make lock\`; see docs/decisions/0001-constraints-without-hashes.md"; \
	  $(BIN)/python -m pip freeze --all --exclude-editable --exclude wheel \
	    | sed -E 's/\+(cpu|cu[0-9]+)$$//' | grep -viE '^(#|-e|nvidia-|cuda-|triton)' | LC_ALL=C sort -f; \
	} > constraints.txt.new && mv constraints.txt.new constraints.txt && touch $(INSTALLED)

upgrade: ## the newest versions that pyproject.toml admits, then `make lock`
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade $(BUILD)
	$(BIN)/python -m pip install --no-build-isolation --editable '.[dev]'
	@touch $(INSTALLED)
	@$(MAKE) --no-print-directory lock

clean: ## remove .venv, caches and built files; data in WORKBENCH_HOME stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
