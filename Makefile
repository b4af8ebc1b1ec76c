# Two commands need nothing but Python 3.11+ with pip and venv: `make demo` and `make test`.
PYTHON ?= python3
DEMO := .venv-demo
DEV := .venv
RUN := $(DEV)/bin

.PHONY: help demo test check format lint types layers bench catalog lock examples clean

help:
	@echo "make demo    audit a made company and write out/report.html"
	@echo "make test    run every test"
	@echo "make check   what CI runs: format, lint, types, layers, tests"
	@echo "make bench   measure speed and memory, as ratios and counts"
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
	$(RUN)/python tools/bench.py

catalog: $(DEV)/.ready
	$(RUN)/python tools/build_catalog.py

examples: $(DEV)/.ready
	$(RUN)/python tools/build_examples.py

lock:
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header requirements/demo.in -o requirements/demo.lock
	$(PYTHON) -m uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header requirements/dev.in -o requirements/dev.lock

clean:
	rm -rf $(DEMO) $(DEV) out build dist

# An environment is made anew when its lock file changes; every package is checked against its hash.
$(DEMO)/.ready: requirements/demo.lock
	$(call environment,$(DEMO),$<)

$(DEV)/.ready: requirements/dev.lock
	$(call environment,$(DEV),$<)

define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "costopt needs Python 3.11 or newer; this is " + sys.version + ". Try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $(2)
	@touch $@
endef
