# Every target does the set-up it needs: Python 3.11, make and a C library are enough.
PYTHON ?= python3.11
BIN := .venv/bin
COMPILED := $(wildcard src/caremonth/kernel/x12/c/*.[ch])

.PHONY: demo test test-numpy test-spark check bench fuzz examples golden docs lock clean

.venv/bin/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements-installer.txt

# The dev lock is a superset of the runtime lock: after `make test`, `make demo` must not shrink the venv.
.venv/runtime: requirements.lock pyproject.toml $(COMPILED) | .venv/bin/uv
	@test -e .venv/dev || $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml $(COMPILED) | .venv/bin/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch .venv/runtime $@

demo: .venv/runtime   ## an invented practice and program: a month closed, a report; months paid, claims adjudicated
	$(BIN)/caremonth demo --out demo-out
	@echo
	@echo 'The other side: a Medicaid program assigns, pays, adjudicates, measures and settles'
	$(BIN)/caremonth program demo --out demo-out/program --members 400 --brief

test: .venv/dev   ## everything but the Apache Spark group
	$(BIN)/python -m pytest -m "not spark" --numprocesses 2 --dist loadfile

test-numpy: .venv/dev   ## the X12 tests again without the compiled kernel, as where there is no C compiler
	CAREMONTH_COMPILED=0 $(BIN)/python -m pytest tests/x12 --numprocesses 2 --dist loadfile

test-spark: .venv/dev   ## the same rows on a local Apache Spark session
	$(BIN)/python -m pytest -m spark

check: .venv/dev   ## lint, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev   ## the tables in docs/benchmarks.md, made anew
	$(BIN)/python -m benchmarks

fuzz: .venv/dev   ## ten minutes of broken X12 through reading, checking and writing
	$(BIN)/python -m fuzz.x12 --minutes 10

examples: .venv/dev   ## after a change of what is printed: write the documentation's examples and tables anew
	$(BIN)/python -m tests.docs.contract_page
	$(BIN)/python -m tests.docs.relations_page
	$(BIN)/python -m tests.docs.commands_page
	$(BIN)/python -m tests.rulebook.coverage_page
	$(BIN)/python -m tests.docs.console

golden: .venv/dev   ## after a change of the relations: the SQL each engine is given
	$(BIN)/python -m tests.close.golden_relations

docs: .venv/dev   ## the site, in site/
	$(BIN)/mkdocs build --strict

lock: .venv/dev   ## after a change of dependencies
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
		--python-version 3.11 pyproject.toml --extra postgres -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
		--python-version 3.11 pyproject.toml --extra dev -o requirements-dev.lock

clean:
	rm -rf .venv demo-out site build src/caremonth/kernel/x12/_compiled*.so .pytest_cache .mypy_cache .ruff_cache
