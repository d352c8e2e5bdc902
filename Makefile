# OneCrown: each target says what it does; `make` lists them.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPARK_READY := $(VENV)/.spark-ready

.DEFAULT_GOAL := help
.PHONY: help demo test test-long ready-spark test-spark-long test-spark trino check format model bench bench-merge lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  %-12s %s\n", $$1, $$2}'

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 is needed: install it, or say where it is with make PYTHON=…"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## Watch invented files become tables, step by step, in a home of its own
	@$(BIN)/python examples/demo.py

test: $(READY) ## All tests but the long ones
	@$(BIN)/python -m pytest -n 2 --dist loadscope -m "not long and not spark" tests

test-long: $(READY) ## The tests that take minutes
	@$(BIN)/python -m pytest -rs -m "long and not spark" tests

$(SPARK_READY): $(READY) requirements-spark.lock onecrown/adapters/spark/jars.py
	@command -v java > /dev/null || { echo "Java 17 is needed for the distributed executor"; exit 2; }
	@echo "Installing Spark into $(VENV) (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-spark.lock
	@$(BIN)/python -m onecrown.adapters.spark.jars $(VENV)/spark-jars
	@touch $(SPARK_READY)

ready-spark: $(SPARK_READY) ## Install the packages, Spark's too

test-spark: $(SPARK_READY) ## The distributed executor gives the embedded one's rows (Java 17, Spark, Iceberg)
	@ONECROWN_NEEDS_SPARK=1 $(BIN)/python -m pytest -m "spark and not long" tests/engines

trino: $(SPARK_READY) ## Bring Trino's server, with which test-long reads the tables too (800 MB; Java 24 or newer)
	@$(BIN)/python -m tests.engines.trino_archive

test-spark-long: $(SPARK_READY) ## The tests of the distributed executor that take minutes
	@ONECROWN_NEEDS_SPARK=1 $(BIN)/python -m pytest -m "spark and long" tests/engines

check: $(READY) ## Lint, format, types, import directions, definitions, dictionary
	@$(BIN)/ruff check onecrown tests bench examples
	@$(BIN)/ruff format --check onecrown tests bench examples
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/onecrown model check
	@$(BIN)/python -m onecrown.rendering.write_dictionary --check

format: $(READY) ## Put the code into its one form
	@$(BIN)/ruff check --fix --quiet onecrown tests bench examples || true
	@$(BIN)/ruff format --quiet onecrown tests bench examples

model: $(READY) ## Write docs/model anew from the definitions
	@$(BIN)/python -m onecrown.rendering.write_dictionary

bench: $(READY) ## Records per CPU-second and peak memory of receiving and merging
	@$(BIN)/python -m bench

bench-merge: $(READY) ## What a merge costs, against the floor and (PEERS=…/bin/python) what one would pick instead
	@$(BIN)/python -m bench.merge --size $(or $(SIZE),1) $(if $(PEERS),--peers $(PEERS))

lock: $(READY) ## Pin the whole set of packages anew
	@$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra spark --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header -q -o requirements-spark.lock

clean: ## Remove what make made
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
