# Everything a person types. Needs Python 3.11 or newer with venv and pip; the rest is set up here.
# Chatter goes to stderr: stdout of `make run` is the text and nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
TARGETS := help run up dev model test check lock chaos bench-accuracy bench-cleanup bench-guards bench-throughput bench-orchestration bench-outbox bench-scale bench-results bench-cache bench-layout doctor clean
.PHONY: $(TARGETS)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
CODE := api bench llm octavo outbox pipelines store tasks

help: ## what can be typed
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26
	@echo
	@echo '  make run FILE=scan.pdf LANGUAGES=spa+eng PAGES=1-3 TEXT_LAYER=force ENGINE=tesserocr OUT=results'

# `make run scan.pdf` would read the sample and say nothing of it.
ifneq ($(filter run,$(MAKECMDGOALS)),)
ASIDE := $(filter-out $(TARGETS),$(MAKECMDGOALS))
$(if $(ASIDE),$(error say FILE=$(firstword $(ASIDE))))
$(foreach name,FILE LANGUAGES PAGES TEXT_LAYER ENGINE OUT,$(foreach small,$(shell echo $(name) | tr A-Z a-z),\
	$(if $(filter command,$(firstword $(origin $(small)))),$(error say $(name)=$($(small))))))
endif

run: $(VENV)/.ready ## read FILE (or a sample) through the whole system; text on stdout
	@$(BIN)/octavo run $${LANGUAGES:+--languages "$$LANGUAGES"} $${PAGES:+--pages "$$PAGES"} \
		$${TEXT_LAYER:+--text-layer "$$TEXT_LAYER"} $${ENGINE:+--engine "$$ENGINE"} \
		$${OUT:+--out "$$OUT"} $${FILE:+-- "$$FILE"}

up: $(VENV)/.ready ## run the whole stack here until Ctrl-C
	@$(BIN)/octavo up

dev: $(VENV)/.ready ## the same, and start anew when code changes
	@$(BIN)/octavo up --reload

model: $(VENV)/.ready-dev ## a small language model at 127.0.0.1:8080, to try cleanup with; Ctrl-C stops it
	@$(BIN)/python -m tests.support.small_model --port 8080

doctor: $(VENV)/.ready ## say what is missing and how to get it
	@$(BIN)/octavo doctor

# Most tests wait for servers rather than for the processor: two at a time, each with servers of its own.
test: $(VENV)/.ready-dev ## run every test, real servers included
	@$(BIN)/python -m pytest --numprocesses 2 -p tests.balance

chaos: $(VENV)/.ready-dev ## every fault of docs/reliability.md, then a random mix: SEED MINUTES DOCS FAULTS
	@$(BIN)/python -m tests.chaos $${SEED:+--seed "$$SEED"} $${MINUTES:+--minutes "$$MINUTES"} \
		$${DOCS:+--docs "$$DOCS"} $${FAULTS:+--faults "$$FAULTS"} $${THOROUGH:+--thorough} $${KEEP:+--keep "$$KEEP"}

check: $(VENV)/.ready-dev ## lint, types, import contracts, deployment files, locks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE) tests
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict .
	$(BIN)/python -m pytest -q tests/unit/files

bench-accuracy: $(VENV)/.ready ## score the text of pages whose true text is known
	@$(BIN)/python -m bench.accuracy

bench-throughput: $(VENV)/.ready ## the whole stack against a bare loop
	@$(BIN)/python -m bench.throughput

bench-outbox: $(VENV)/.ready ## from commit to broker, against a poll and NOTIFY in the transaction
	@$(BIN)/python -m bench.outbox $${OLD_ROWS:+--old-rows "$$OLD_ROWS"}

bench-layout: $(VENV)/.ready ## what the order of columns and tables is worth: ENGINE, MADE
	@$(BIN)/python -m bench.layout $${ENGINE:+--engine "$$ENGINE"} $${MADE:+--made "$$MADE"}

bench-cleanup: $(VENV)/.ready-dev ## a weak model under guards: no source reads worse
	@$(BIN)/python -m bench.cleanup

bench-guards: $(VENV)/.ready ## damaged answers refused, right ones accepted, and what the guards cost: SEED
	@$(BIN)/python -m bench.guards $${SEED:+--seed "$$SEED"}

bench-cache: $(VENV)/.ready ## a file sent again, and its pages in another file, against its first reading
	@$(BIN)/python -m bench.cache

bench-orchestration: $(VENV)/.ready ## null pages a second, a born-digital book, the first page of a long scan
	@$(BIN)/python -m bench.orchestration

bench-scale: $(VENV)/.ready ## a letter beside a book, memory of 1,000 pages over 10, 5,000 pages
	@$(BIN)/python -m bench.scale

bench-results: $(VENV)/.ready ## time and memory of the results of 1,000 pages over ten
	@$(BIN)/python -m bench.results

# Pins stay as they are while they satisfy setup.cfg; UPGRADE=1 takes the newest of all.
COMPILE = $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --override deploy/overrides.in $(if $(UPGRADE),--upgrade) \
	--extra rapidocr setup.cfg deploy/build.in
lock: $(VENV)/.ready-dev ## write the locks anew from setup.cfg
	$(COMPILE) --extra local --extra dev --output-file requirements-dev.lock
	$(COMPILE) --extra local --constraint requirements-dev.lock --output-file requirements.lock
	$(COMPILE) --constraint requirements-dev.lock --output-file requirements-server.lock

clean: ## remove the environment and caches; data in .octavo stays
	rm -rf $(VENV) build out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo 'Octavo needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv).' >&2; exit 1; }
	@echo 'setting up $(VENV) (once, about a minute) ...' >&2
	@$(PYTHON) -m venv $(VENV) >&2

# The project itself is installed in place, so that code that changes is code that runs.
$(VENV)/.ready: requirements.lock setup.cfg pyproject.toml | $(VENV)/bin/python
	@$(PIP) --no-deps --require-hashes -r requirements.lock >&2
	@$(PIP) --no-deps --no-build-isolation -e . >&2
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@$(PIP) --no-deps --require-hashes -r requirements-dev.lock >&2
	@touch $@
