# make lab    open the course            make test   run the whole test suite
# make spark  Spark and a Java for chapter 29 (600 MB), which make lab leaves out    make hub  JupyterHub, for deploy/
# make prove  every chapter and every answer of the banks; test runs what has changed since, and three topics more
# make lint   style and types            make build  notebooks from their text
# make lock   renew requirements.lock    make clean  remove what these made
# make mutants  right answers changed in one place must lose points    make seeds  every answer with 20 seeds (both slow)
# make site   the course as a web site in _site, made and looked at in a browser; make _site only makes it
# make test-colab      the course on Colab's Python and packages
# make test-chapters   every chapter's Run All in JupyterLab, in a browser; CHAPTERS="04 26" or CHAPTERS=drawn: fewer
#
# DEVICE=gpu or DEVICE=tpu brings TensorFlow for that device instead of the CPU build.

PYTHON ?= python3
DEVICE ?= cpu
BIN := .venv/bin
COMMA := ,
# tensorflow-tpu holds TensorBoard and others at its own older versions, so a TPU is not in the lock; and
# TensorFlow Serving's gRPC stubs need TensorFlow itself.
SERVING = $(if $(filter tpu,$(DEVICE)),,$(COMMA)serving)
LOCK = $(if $(filter tpu,$(DEVICE)),,--constraint requirements.lock)
INSTALL = $(BIN)/uv pip install --python $(BIN)/python --compile-bytecode $(LOCK)
# Who may not write here, another user or a sandboxed kernel, would compile `grader.check` anew each time: 45 ms.
COMPILE = $(BIN)/python -m compileall -q grader

.PHONY: lab spark hub test prove test-chapters test-colab lint build lock clean install mutants seeds site _site

lab: .venv/lab-$(DEVICE)
	@$(BIN)/grader lab $(ARGS)

spark: .venv/spark-$(DEVICE)

hub: .venv/hub-$(DEVICE)
	@$(COMPILE)

test: .venv/dev-$(DEVICE)
	@echo "== Notebooks are as their text says"
	@$(BIN)/grader build --check
	@echo "== Style and types"
	@$(MAKE) --no-print-directory lint
	@echo "== Tests (the slowest are listed at the end)"
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)
	@echo "== The authors' gate: all topics are read; those that changed since they were proved, and three more, are run"
	@$(BIN)/grader verify --unproved --also 3

prove: .venv/lab-$(DEVICE)
	@$(BIN)/grader verify

CHAPTERS ?= all
test-chapters: .venv/dev-$(DEVICE)
	@CHAPTERS="$(CHAPTERS)" $(BIN)/pytest --numprocesses 2 --dist worksteal tests/test_chapters.py $(ARGS)

# Every page by every chapter is looked at, so it takes minutes; `make test` does it with three chapters.
site: _site
	@SITE=_site $(BIN)/pytest tests/test_site.py $(ARGS)

_site: .venv/dev-$(DEVICE)
	@$(BIN)/grader site --out $@

lint: .venv/dev-$(DEVICE)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

mutants seeds: .venv/lab-$(DEVICE)
	@$(BIN)/grader verify --$@ $(TOPICS)

build: .venv/lab-$(DEVICE)
	@$(BIN)/grader build

install: .venv/lab-$(DEVICE)

.venv/bin/uv:
	@echo "== Making .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/lab-$(DEVICE): pyproject.toml requirements.lock | .venv/bin/uv
	@echo "== Installing TensorFlow ($(DEVICE)) and JupyterLab from requirements.lock: some minutes the first time"
	@$(INSTALL) --editable '.[$(DEVICE),lab,instructor$(SERVING)]'
	@$(COMPILE)
	@$(BIN)/grader kernels install
	@touch $@

.venv/spark-$(DEVICE): .venv/lab-$(DEVICE)
	@echo "== Installing Spark and Java for chapter 29: 600 MB"
	@$(INSTALL) --editable '.[$(DEVICE),lab,instructor,spark$(SERVING)]'
	@touch $@

.venv/hub-$(DEVICE): .venv/lab-$(DEVICE)
	@echo "== Installing JupyterHub"
	@$(INSTALL) --editable '.[$(DEVICE),lab,instructor,hub$(SERVING)]'
	@touch $@

.venv/dev-$(DEVICE): .venv/lab-$(DEVICE)
	@echo "== Installing what the tests need"
	@$(INSTALL) --editable '.[$(DEVICE),lab,instructor,spark,hub,site,dev$(SERVING)]'
	@touch $@

# One lock for every platform and Python: it constrains what is installed, and its hashes are verified.
lock: .venv/bin/uv
	@$(BIN)/uv pip compile pyproject.toml --extra cpu --extra gpu --extra lab --extra instructor --extra serving --extra spark --extra postgresql --extra hub --extra site --extra dev --universal --python-version 3.10 --upgrade --generate-hashes \
	    --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

# The course on Colab's versions: the gate, then notebooks as Colab runs them and hands them in. Needs Python 3.13.
COLAB_PYTHON ?= python3.13
COLAB = --compile-bytecode --constraint colab.constraints

test-colab: .venv-colab/ready
	@.venv-colab/bin/grader verify $(TOPICS)
	@COLAB_PYTHON=$(CURDIR)/.venv-colab/student/bin/python .venv-colab/bin/pytest tests/test_colab.py $(ARGS)

.venv-colab/ready: pyproject.toml colab.constraints | .venv/bin/uv
	@echo "== Installing what Colab has, once for the gate and once for a student: some minutes the first time"
	@$(BIN)/uv venv --quiet --clear --python $(COLAB_PYTHON) .venv-colab
	@$(BIN)/uv pip install --python .venv-colab/bin/python $(COLAB) --editable '.[cpu,lab,instructor]' pytest pytest-timeout
	@$(BIN)/uv venv --quiet --clear --python $(COLAB_PYTHON) .venv-colab/student
	@$(BIN)/uv pip install --python .venv-colab/student/bin/python $(COLAB) \
	    tensorflow matplotlib pandas scikit-learn pip ipykernel==6.17.1 ipython==7.34.0 ai-edge-litert
	@touch $@

clean:
	rm -rf .venv .venv-colab .cache _site .mypy_cache .ruff_cache
