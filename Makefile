# Two commands need nothing but Python 3.11+ with pip and venv: `make demo` and `make test`.
PYTHON ?= python3
DEMO := .venv-demo
DEV := .venv
RUN := $(DEV)/bin

# Most modules of the clients are never imported; those that are get compiled then.
PIP := -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-compile

.PHONY: help demo test check format lint types layers bench catalog lock examples clean spark-env bigquery-env

help:
	@echo "make demo    audit a made company and write out/report.html"
	@echo "make test    run every test"
	@echo "make check   what CI runs: format, lint, types, layers, tests"
	@echo "make bench   measure speed and memory, as ratios and counts"
	@echo "make spark-env, make bigquery-env  environments in which the tests of other engines run; without them they skip"
	@echo "make catalog rebuild the embedded prices · make lock  renew the lock files · make examples  renew examples/"

demo: $(DEMO)/.ready
	$(DEMO)/bin/python -m costopt demo --out out

test: $(DEV)/.ready
	$(RUN)/python -m pytest -q -n 2 --dist loadgroup

check: format lint types layers test

format: $(DEV)/.ready
	$(RUN)/ruff format --check .

lint: $(DEV)/.ready
	$(RUN)/ruff check .

types: $(DEV)/.ready
	$(RUN)/mypy

layers: $(DEV)/.ready
	$(RUN)/lint-imports --no-logo

bench: $(DEV)/.ready
	$(RUN)/python tools/bench.py $(SECTIONS)

catalog: $(DEV)/.ready
	$(RUN)/python tools/build_catalog.py

examples: $(DEV)/.ready
	$(RUN)/python tools/build_examples.py
	$(RUN)/python tools/build_example_state.py

lock:
	$(PYTHON) -m pip install --quiet uv
	for name in demo dev container spark-build spark bigquery-emulator; do \
	    $(PYTHON) -m uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header requirements/$$name.in -o requirements/$$name.lock || exit 1; \
	done

clean:
	rm -rf $(DEMO) $(DEV) .venv-spark .venv-bigquery out build dist

# Spark and the BigQuery emulator weigh more than all else together, and hold packages back: each has its own environment.
spark-env: .venv-spark/.ready

.venv-spark/.ready: requirements/spark-build.lock requirements/spark.lock
	$(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python $(PIP) -r requirements/spark-build.lock
	.venv-spark/bin/python $(PIP) --no-build-isolation --no-binary pyspark -r requirements/spark.lock
	@touch $@

bigquery-env: .venv-bigquery/.ready

.venv-bigquery/.ready: requirements/bigquery-emulator.lock
	$(PYTHON) -m venv .venv-bigquery
	.venv-bigquery/bin/python $(PIP) -r requirements/bigquery-emulator.lock
	mkdir -p .venv-bigquery/home
	HOME=$(CURDIR)/.venv-bigquery/home .venv-bigquery/bin/python -c "from duckdb_extensions import import_extension; import_extension('spatial')"
	@touch $@

# An environment is made anew when its lock file changes; every package is checked against its hash.
$(DEMO)/.ready: requirements/demo.lock
	$(call environment,$(DEMO),$<)

$(DEV)/.ready: requirements/dev.lock
	$(call environment,$(DEV),$<)

define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "costopt needs Python 3.11 or newer; this is " + sys.version + ". Try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(1)
	$(1)/bin/python $(PIP) -r $(2)
	@touch $@
endef
