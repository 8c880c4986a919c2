# Thin on purpose: every word here is one command, and CI calls the same words.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
ONCE ?=
PEER ?=
export PEER ONCE

.PHONY: setup demo test check static format bench soak judges clean

setup: $(VENV)/.ready
	@$(RUN)/python -m pithead_kernels compile --arch host

$(VENV)/.ready: pyproject.toml uv.lock
	@test -x $(RUN)/pip || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Pithead needs Python 3.11 or newer; say which by make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(RUN)/pip || $(PYTHON) -m venv --clear $(VENV)
	@test -x $(RUN)/uv || $(RUN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(RUN)/uv sync --quiet --active --frozen
	@touch $@

demo: setup
	@$(RUN)/python -m pithead.practice.demo $(if $(ONCE),--once)

test: setup $(if $(filter 0,$(JUDGES)),,judges)
	$(RUN)/python -m pytest -m "not gpu$(if $(filter 0,$(JUDGES)), and not judge)"

# Foreign software that judges our shares; installed once into the user's cache, needs root.
judges: $(VENV)/.ready
	@$(RUN)/python tests/judges/install.py >/dev/null

static: $(VENV)/.ready
	$(RUN)/ruff format --check
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/lint-imports

check: static test

format: $(VENV)/.ready
	$(RUN)/ruff format
	$(RUN)/ruff check --fix

bench: setup
	$(RUN)/python bench/kernels.py

soak: setup
	$(RUN)/python bench/soak.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
