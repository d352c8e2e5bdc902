# OneCrown: each target says what it does; `make` lists them.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPARK_READY := $(VENV)/.spark-ready
AWS_READY := $(VENV)/.aws-ready
LOCAL_AWS := .venv-local-aws
ENVIRONMENT ?= dev
CODE := onecrown lambdas glue_jobs infra local_aws tests bench examples

export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.DEFAULT_GOAL := help
.PHONY: help demo test test-long ready-spark test-spark-long test-spark trino ready-browser test-browser ready-aws packages synth deploy local-aws test-aws test-aws-long prove-aws check format model bench bench-merge bench-arrivals bench-measures lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  %-12s %s\n", $$1, $$2}'

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 is needed: install it, or say where it is with make PYTHON=…"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## Watch invented files become tables, step by step, in a home of its own
	@$(BIN)/python examples/demo.py

test: $(READY) ## All tests but the long ones
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder -m "not long and not spark and not aws and not browser" tests

test-long: $(READY) ## The tests that take minutes
	@$(BIN)/python -m pytest -rs -m "long and not spark and not aws" tests

$(SPARK_READY): $(READY) requirements-spark.lock onecrown/adapters/spark/jars.py
	@command -v java > /dev/null || { echo "Java 17 is needed for the distributed executor"; exit 2; }
	@echo "Installing Spark into $(VENV) (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --no-deps -r requirements-spark.lock
	@$(BIN)/python -m onecrown.adapters.spark.jars $(VENV)/spark-jars
	@touch $(SPARK_READY)

ready-spark: $(SPARK_READY) ## Install the packages, Spark's too

test-spark: $(SPARK_READY) ## The distributed executor gives the embedded one's rows (Java 17, Spark, Iceberg)
	@ONECROWN_NEEDS_SPARK=1 $(BIN)/python -m pytest -m "spark and not long" tests/engines

trino: $(SPARK_READY) ## Bring Trino's server, with which test-long reads the tables too (800 MB; Java 24 or newer)
	@$(BIN)/python -m tests.engines.trino_archive

test-spark-long: $(SPARK_READY) ## The tests of the distributed executor that take minutes
	@ONECROWN_NEEDS_SPARK=1 $(BIN)/python -m pytest -m "spark and long" tests/engines

ready-browser: $(READY) ## Install what looks at the pages: Chromium and its driver by apt, where they are not there, and axe
	@command -v chromedriver > /dev/null || bash tests/site_pages/accessibility/install_chromium
	@npm ci --prefix tests/site_pages/accessibility --silent --no-audit --no-fund

test-browser: ready-browser ## The pages in a real browser: accessibility, widths, light and dark, keyboard, print
	@$(BIN)/python -m pytest -rs -m "browser and not long" tests/site_pages

$(AWS_READY): $(READY) requirements-aws.lock local_aws/requirements.lock local_aws/package-lock.json
	@command -v npm > /dev/null || { echo "node 20 with npm is needed for CDK: install it"; exit 2; }
	@echo "Installing what AWS needs into $(VENV), the local AWS into $(LOCAL_AWS) (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --no-deps -r requirements-aws.lock
	@test -x $(LOCAL_AWS)/bin/python || $(PYTHON) -m venv $(LOCAL_AWS)
	@$(LOCAL_AWS)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r local_aws/requirements.lock
	@npm ci --prefix local_aws --silent --no-audit --no-fund
	@touch $(AWS_READY)

ready-aws: $(AWS_READY) ## Install what deploying needs, and the local AWS

packages: $(AWS_READY) ## Build what Lambda and Glue are given, from the lock files, without Docker
	@$(BIN)/python -m infra.packages

synth: $(AWS_READY) packages ## Write the templates of ENVIRONMENT to cdk.out/, without credentials
	@PATH="$(CURDIR)/$(BIN):$$PATH" local_aws/node_modules/.bin/cdk synth --quiet --output cdk.out/$(ENVIRONMENT) -c environment=$(ENVIRONMENT)

deploy: $(AWS_READY) packages ## Deploy ENVIRONMENT to the account of the caller
	@PATH="$(CURDIR)/$(BIN):$$PATH" local_aws/node_modules/.bin/cdk deploy --all -c environment=$(ENVIRONMENT)

local-aws: $(AWS_READY) packages ## Start the local AWS, deploy the template there, and stay
	@$(BIN)/python -m local_aws up

test-aws: $(AWS_READY) packages ## The adapters, the template, and the deployed template at work in the local AWS
	@$(BIN)/python -m pytest -n 2 --dist loadscope -m "aws and not long" tests

test-aws-long: $(AWS_READY) packages ## The tests of AWS that take minutes: the proving script from end to end, an erasure on AWS
	@$(BIN)/python -m pytest -m "aws and long" tests

prove-aws: $(AWS_READY) packages ## What only an account can prove: deploys to the caller's throw-away account, checks, destroys
	@$(BIN)/python -m infra.proving

check: $(AWS_READY) ## Lint, format, types, import directions, definitions, dictionary
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/onecrown model check
	@$(BIN)/python -m onecrown.rendering.write_dictionary --check

format: $(READY) ## Put the code into its one form
	@$(BIN)/ruff check --fix --quiet $(CODE) || true
	@$(BIN)/ruff format --quiet $(CODE)

model: $(READY) ## Write docs/model anew from the definitions
	@$(BIN)/python -m onecrown.rendering.write_dictionary

bench: $(READY) ## Records per CPU-second and peak memory of receiving and merging
	@$(BIN)/python -m bench

bench-merge: $(READY) ## What a merge costs, against the floor and (PEERS=…/bin/python) what one would pick instead
	@$(BIN)/python -m bench.merge --series --size $(or $(SIZE),1) $(if $(PEERS),--peers $(PEERS))

bench-measures: $(READY) ## What a refresh of the measures costs after a batch, against counting everything (HOME_OF=…)
	@$(BIN)/python -m bench.measures $(if $(HOME_OF),--home $(HOME_OF))

bench-arrivals: $(AWS_READY) packages ## From a put in the local AWS to a row: 50 drops one by one, 200 at once
	@$(BIN)/python -m bench.arrivals

lock: $(READY) ## Pin the whole set of packages anew
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra linkage --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra spark --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header -q -o requirements-spark.lock
	@$(BIN)/uv pip compile pyproject.toml --extra aws --extra infra --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header -q -o requirements-aws.lock
	@$(BIN)/uv pip compile local_aws/requirements.in --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o local_aws/requirements.lock

clean: ## Remove what make made
	@rm -rf $(VENV) $(LOCAL_AWS) .local-aws cdk.out local_aws/node_modules build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
