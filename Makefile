# Two commands do all: `make site` builds the archive, `make test` checks everything.
# Both work on a fresh clone with nothing but Python 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# The first Python that is new enough and can make a virtual environment.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$python && break; done)

# More for `site-builder build`, such as `make site SITE_FLAGS=--strict`, and for pytest.
SITE_FLAGS ?=
PYTEST_FLAGS ?= -n 2

.PHONY: site pictures test docs bench fuzz clean

site: $(VENV)/.installed
	@$(BIN)/site-builder build . --output public $(SITE_FLAGS)

# The one target that uses a network for more than packages: it asks publishers for their pictures.
pictures: $(VENV)/.installed
	@$(BIN)/site-builder capture .
	@$(BIN)/site-builder build . --output public $(SITE_FLAGS)

# The first check that fails ends the run; pytest comes last, so its summary is the last line.
test: $(VENV)/.installed-test
	@sh tests/install-browser.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest $(PYTEST_FLAGS)

# Looks for bodies that break a law of cleaning; `make fuzz FUZZ_SECONDS=600 FUZZ_SEED=7` for longer.
FUZZ_SECONDS ?= 120
FUZZ_SEED ?= 0
fuzz: $(VENV)/.installed-test
	PYTHONPATH=. $(BIN)/python tests/fuzz.py $(FUZZ_SECONDS) $(FUZZ_SEED)

# The documentation as a site, in documentation/; it asks no other host for anything.
docs: $(VENV)/.installed-test
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

bench: $(VENV)/.installed-test
	$(BIN)/python -m bench.run
	$(BIN)/python -m bench.ingredients
	$(BIN)/python -m bench.peers

# The cache and the built site go as well; content/ is never touched.
clean:
	rm -rf $(VENV) public documentation .site-builder dist bench/out

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer that can make a virtual environment was found. \
	Install one (on Debian: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(PIP) --editable '.[test]'
	@touch $@
