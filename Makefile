# Two words to remember: `make demo` and `make test`. Both make a private environment in .venv first.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
TEMPLATES := templates sandbox/pages/templates
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test test-deep bench package template lint format types pins clean .venv

help: ## what can be made
	@grep -hE '^[a-z.-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

.venv: ## only the environment: .venv/ with the project and its development tools
	@PYTHON="$(PYTHON)" sh requirements/install.sh

demo: .venv ## the whole thing on this laptop: dashboard, local AWS, local edge
	@exec $(BIN)/freshedge demo

test: .venv ## every test; those that need a missing tool are skipped and named
	@$(BIN)/python -m pytest -n auto --dist loadgroup

test-deep: .venv ## the same with many more generated examples
	@HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -n auto --dist loadgroup

bench: .venv ## the benchmarks; prints ratios and figures, asserts nothing
	@$(BIN)/python -m bench

lint: .venv ## linters and formatting, without changing anything
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/djlint $(TEMPLATES) --check --quiet && $(BIN)/djlint $(TEMPLATES) --lint --quiet

types: .venv ## mypy, strict
	@$(BIN)/mypy

format: .venv ## let the formatters have their way
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/djlint $(TEMPLATES) --reformat --quiet

package: .venv ## the Lambda packages, in build/
	@$(BIN)/python requirements/package.py

template: package ## what a deployment would make of serverless.yml, checked; needs npm and no account
	@sh requirements/template.sh

PIN := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header
UPGRADE ?= --upgrade
pins: .venv ## look up newer versions of everything and pin them with hashes (make pins UPGRADE= adds what is new alone)
	@$(PIN) --python-version 3.11 $(UPGRADE) --extra demo --group dev pyproject.toml -o requirements/dev.txt
	@$(PIN) --python-version 3.13 --constraint requirements/dev.txt requirements/invalidator.in -o requirements/invalidator.txt
	@$(PIN) --python-version 3.13 --constraint requirements/dev.txt requirements/dashboard.in -o requirements/dashboard.txt

clean: ## remove what can be made again
	@rm -rf .venv node_modules build dist .demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
