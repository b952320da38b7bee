# The version of Python that .venv is made of; any from 3.11 on will do.
PYTHON ?= python3
# How many examples Hypothesis draws for each row of `make check`.
EXAMPLES ?= 200
# Check this entry of the catalogue alone: make check ONLY=sigmoid
ONLY ?=

.DEFAULT_GOAL := help
.PHONY: help setup check exhaustive test deep reproduce read site bench peers lock lint clean

help: ## show this list
	@sed -nE 's/^([a-z%-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | sed 's/%/NAME/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo "  Each sets up .venv by itself when it has to. make check EXAMPLES=20000 is the deep run."

setup: .venv/installed ## install into .venv what the rest needs

.venv/installed: pyproject.toml requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "nnmath needs Python 3.11 or later, and $(PYTHON) is older or missing: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

check: .venv/installed ## verify every formula and gradient (about two minutes on two cores)
	.venv/bin/python -m nnmath check $(ONLY) --examples $(EXAMPLES)

exhaustive: .venv/installed ## compute functions of one number at all 2^32 float32 inputs (some minutes each)
	.venv/bin/python -m nnmath accuracy
	.venv/bin/python -m nnmath accuracy --float64
	(cat results/accuracy.md; echo; cat results/accuracy_float64.md) > ACCURACY.md
	cp results/accuracy.json results/accuracy_float64.json derivations

test: .venv/installed ## run the tests, and of long lists of cases an eighth
	OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest -n auto

deep: .venv/installed ## run the tests with every case, and eight times the examples (half an hour or more)
	NNMATH_DEEP=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest -n auto

train-%: .venv/installed ## train a network as published: first-pass, radial, spiral-book, spiral, binary-book, binary, binary-moons, mnist, mnist-sigmoid, mnist-best, gpt, lenet, lstm, batchnorm
	.venv/bin/python -m nnmath train $*

reproduce: .venv/installed ## carry out all of these and set the figures beside the published ones
	.venv/bin/python -m nnmath reproduce

read: .venv/installed ## read each derivation beside its code, in the browser
	.venv/bin/python -m nnmath site --open

site: .venv/installed ## build those pages into results/site, for any static host
	.venv/bin/python -m nnmath site

bench: .venv/installed ## time training and checking, beside the peers that are installed
	.venv/bin/python -m tests.benchmarks

peers: .venv/installed ## install these: PyTorch, JAX, scikit-learn, autograd, ONNX (2 GB or more)
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,peers]'

lock: .venv/installed ## write requirements.txt, the versions of constraints.txt with their hashes
	.venv/bin/uv pip compile pyproject.toml --extra dev --constraint constraints.txt --python-version 3.11 --universal \
	  --generate-hashes --no-header --no-annotate --quiet --output-file requirements.txt

lint: .venv/installed ## style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

clean: ## remove .venv and everything that was computed
	rm -rf .venv results .hypothesis .mypy_cache .pytest_cache .ruff_cache *.egg-info
