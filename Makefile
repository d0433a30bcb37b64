# Two commands do everything: `make demo` and `make test`. Both make .venv themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto

.PHONY: demo test lint docs rule baseline bench clean

demo: $(VENV)/.user
	@$(BIN)/python docs/demo.py

test: $(VENV)/.dev lint
	$(BIN)/pytest -n $(WORKERS)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

rule: $(VENV)/.dev
	$(BIN)/python docs/new_rule.py $(ID) $(MODULE) $(ON)

baseline: $(VENV)/.dev
	$(BIN)/python -m tests.corpus.baseline

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench.run
	$(BIN)/python -m tests.bench.messages
	$(BIN)/python -m tests.bench.aggregates

clean:
	rm -rf $(VENV) build dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.user: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@ $(VENV)/.user
