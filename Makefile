# Type `make` to see what there is. Everything is installed into .venv/ and nowhere else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
LESSONS := $(sort $(wildcard notebooks/[0-9][0-9]_*.ipynb))

# For more flags to JupyterLab: make lab LAB_FLAGS="--no-browser --port=9999"
LAB_FLAGS ?=
ifeq ($(shell id -u),0)
ALLOW_ROOT := --allow-root
endif

.DEFAULT_GOAL := help
.PHONY: help setup lab test-fast test test-laptop test-stores bench notebooks data model reader model-report results

help:
	@echo 'make lab           install what the course needs, open JupyterLab on lesson 00'
	@echo 'make test-fast     the unit tests that neither train nor start a kernel or a server'
	@echo 'make test          the same with the development extra, then lint, unit tests and all notebooks'
	@echo 'make test-laptop   run the lessons 00, 01, 07 and 09 and an exam with SmolLM2 instead of wren'
	@echo 'make test-stores   install the vector stores as well, and run their one suite'
	@echo 'make setup         install only, and fetch the language model'
	@echo 'make bench         measure our code against the libraries'
	@echo 'make notebooks     run all lessons from clean kernels and keep their outputs'
	@echo 'make data          write the company, its documents and questions anew from their seed'
	@echo 'make model         educate wren from scratch (hours on two cores, minutes on a GPU)'
	@echo 'make reader        teach SmolLM2 to read (hours on two cores)'
	@echo 'make model-report  measure wren and SmolLM2 and write their model cards'
	@echo 'make results       run the sweeps that are too long for a lesson'

# The stamps are younger than what they were made from as long as nothing has to be installed again.
$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'The course needs Python 3.11 or newer. If you have one: make setup PYTHON=python3.12'; exit 1; }
	@echo 'setup: making the environment $(VENV) with' "$$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { echo 'On Debian and Ubuntu: apt-get install python3-venv'; exit 1; }
	@echo 'setup: installing the course with the versions in constraints.txt'
	@echo 'setup: (some minutes; 3 GB, on Linux 6 GB, or 3 GB with the CPU build of PyTorch: see README)'
	@$(PIP) --editable .
	@# Without this JupyterLab asks each learner about its news, and looks for them on the network.
	@$(BIN)/jupyter labextension disable --level=sys_prefix '@jupyterlab/apputils-extension:announcements' \
	  > /dev/null 2>&1
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo 'setup: installing the development extra'
	@$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/installed-stores: $(VENV)/installed-dev
	@echo 'setup: installing the extra with the vector stores'
	@$(PIP) --editable '.[dev,stores]'
	@touch $@

# Without a network the lessons run with the small model that is in the clone, so this never ends the set-up.
setup: $(VENV)/installed
	@$(BIN)/python -m course_lib doctor --fetch || true
	@echo 'setup: ready in $(VENV)'

lab: setup
	@# An untrusted notebook hides part of its outputs; these came with the clone, as the code that is run did.
	@$(BIN)/jupyter trust $(LESSONS) > /dev/null
	@echo 'lab: opening notebooks/00_start_here.ipynb in JupyterLab (stop it with Ctrl+C)'
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb $(ALLOW_ROOT) $(LAB_FLAGS)

# Two workers, a thread each, and every file on one worker: a notebook is one kernel.
test: setup $(VENV)/installed-dev
	@echo 'test: lint (ruff, code and notebooks)'
	@$(BIN)/ruff check --output-format=concise .
	@echo 'test: imports run downwards only (import-linter)'
	@$(BIN)/lint-imports --no-logo
	@echo 'test: unit tests and notebooks (pytest, nbval)'
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --nbval-lax

# The spine of the course on the model that learners meet, and how well it reads; nothing is fetched here.
test-laptop: setup $(VENV)/installed-dev
	@echo 'test-laptop: an exam in reading, and the lessons 00, 01, 07 and 09, with SmolLM2 (pytest, nbval)'
	@COURSE_LAPTOP=1 $(BIN)/python -m pytest tests/laptop
	@COURSE_PROFILE=laptop $(BIN)/python -m pytest --nbval-lax $(foreach n,00 01 07 09,$(wildcard notebooks/$(n)_*.ipynb))

# The suite starts a PostgreSQL on loopback in a temporary folder, and stops it; here nothing may be skipped.
test-stores: $(VENV)/installed-stores
	@echo 'test-stores: FAISS, Qdrant, Chroma and pgvector on a PostgreSQL of their own (pytest)'
	@COURSE_STORES=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/stores tests/own_documents/test_indexing.py

test-fast: $(VENV)/installed-dev
	@echo 'test-fast: unit tests but for the slow ones, and for the stores (pytest)'
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow' --ignore tests/stores tests

bench: $(VENV)/installed
	@echo 'bench: our code against the libraries'
	@for script in $(sort $(wildcard benchmarks/*.py)); do $(BIN)/python $$script || exit 1; done

notebooks: $(VENV)/installed-dev
	@$(BIN)/python scripts/renew_lessons.py
	@echo 'notebooks: running $(words $(LESSONS)) lessons from clean kernels, keeping their outputs'
	@COURSE_PROFILE=laptop $(BIN)/python scripts/run_notebooks.py

data: $(VENV)/installed
	@echo 'data: writing data/ anew from its seed'
	@$(BIN)/python -m course_lib data

model: $(VENV)/installed
	@echo 'model: educating wren from scratch; stop with Ctrl+C, and the same command goes on'
	@# glibc gives freed memory back to the system at once and asks for it again: a third of a step on a CPU.
	@MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=268435456 \
	  $(BIN)/python -m course_lib wren

reader: setup
	@echo 'reader: teaching SmolLM2 to read; stop with Ctrl+C, and the same command goes on'
	@MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=268435456 \
	  $(BIN)/python -m course_lib reader

model-report: $(VENV)/installed
	@echo 'model-report: measuring wren and SmolLM2, writing their model cards'
	@$(BIN)/python -m course_lib model-report

results: $(VENV)/installed
	@echo 'results: running the sweeps into data/results/; stop with Ctrl+C, and the same command goes on'
	@$(BIN)/python -m course_lib results --work runs/arms
	@$(BIN)/python -m course_lib results --rates --work runs/rates
	@$(BIN)/python -m course_lib results chunking
	@$(BIN)/python -m course_lib results retriever --work runs/retriever
	@$(BIN)/python -m course_lib results sweeps --work runs
	@$(BIN)/python -m course_lib results ladder
