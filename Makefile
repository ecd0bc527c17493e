# Every target sets up .venv by itself.  Needs make and Python 3.11 or later, nothing else.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# The TypeScript compiler that `make lint` runs, at the versions in tools/typescript/package-lock.json.
TYPESCRIPT := tools/typescript/node_modules
TSC        := $(BIN)/node $(TYPESCRIPT)/typescript/bin/tsc

.PHONY: data-kernels help demo test test-long test-fast lint docs loop bench bench-data bench-repair bench-service eval-core eval-kill endurance fuzz fuzz-kernels bench-kernels kills clean

help:
	@echo 'make demo    prove four theorems'
	@echo 'make test    run all tests, on real Lean'
	@echo 'make test-long  the few tests that take a minute each'
	@echo 'make test-fast  only tests that need no Lean (under a minute)'
	@echo 'make lint    ruff, mypy, and the TypeScript compiler on the JavaScript'
	@echo 'make docs    build the documentation into site/; warnings are errors'
	@echo 'make loop    learn: three rounds of the train split into loop/ (hours; goes on where it was)'
	@echo 'make bench   measure speed, write bench.json (leave the machine idle: some minutes)'
	@echo 'make bench-data  measure collecting and storing proof data (leave the machine idle)'
	@echo 'make bench-kernels  time both kernels on the same declarations (leave the machine idle)'
	@echo 'make kills   kill a collection of proof data at 20 random moments and look what is lost'
	@echo 'make bench-repair  repair 20 whole proofs with the usual mistakes (two minutes)'
	@echo 'make bench-service  measure qstar serve (leave the machine idle: some minutes)'
	@echo 'make endurance  3,000 requests to Lean, with kills, bombs and endless loops in between'
	@echo 'make data-kernels  check all proofs in data/ with both kernels, and measure the second one'
	@echo 'make fuzz    100,000 mutated proofs against the gate; goes on where it was broken off'
	@echo 'make fuzz-kernels  200,000 random environments for both kernels (half an hour); goes on likewise'
	@echo 'make eval-core  miniF2F without Mathlib, valid and test, into eval/ (half an hour)'
	@echo 'make eval-kill  kill a run 20 times: does it end like an undisturbed one?'
	@echo 'make clean   remove .venv and what tools left here; the Lean in the cache folder stays'

demo: $(READY)
	@$(BIN)/qstar prove \
	  'theorem add_swap (a b : Nat) : a + b = b + a' \
	  'theorem consecutive (n : Nat) : (n * n + n) % 2 = 0' \
	  'theorem below_power (n : Nat) : n < 2 ^ n' \
	  'theorem length_twice (xs : List Nat) : (xs ++ xs).length = 2 * xs.length'

# Each test process has two Lean processes of its own, 0.5 GB each.  Tests of a file stay together.
TEST_PROCESSES ?= 2
SIDE_BY_SIDE = -n $(TEST_PROCESSES) --dist loadfile

test: $(READY)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-long: $(READY)
	@$(BIN)/python -m pytest -m long

test-fast: $(READY)
	@$(BIN)/python -m pytest --fast $(SIDE_BY_SIDE)

docs: $(READY)
	@$(BIN)/python tools/build_docs.py

lint: $(READY) $(TYPESCRIPT)/.ready
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(TSC) --project tools/typescript
	@$(TSC) --project tools/typescript/tsconfig.wasm.json
	@$(TSC) --project tools/typescript/tsconfig.web.json

loop: $(READY)
	@$(BIN)/qstar loop loop --resume

bench: $(READY)
	@$(BIN)/python -m benchmarks.perf --out bench.json

bench-data: $(READY)
	@$(BIN)/python -m benchmarks.perf.store
	@$(BIN)/python -m benchmarks.perf.collection

kills: $(READY)
	@$(BIN)/python -m benchmarks.studies.kills

bench-repair: $(READY)
	@$(BIN)/python -m benchmarks.studies.repair

bench-service: $(READY)
	@$(BIN)/python -m benchmarks.perf.service

data-kernels: $(READY)
	@$(BIN)/python -m benchmarks.studies.data_kernels data/* --out data-kernels.json

endurance: $(READY)
	@$(BIN)/python -m benchmarks.studies.endurance --out endurance.json

fuzz: $(READY)
	@$(BIN)/python -m benchmarks.studies.fuzz --out fuzz.jsonl

bench-kernels: $(READY)
	@$(BIN)/python -m benchmarks.studies.kernels.speed

fuzz-kernels: $(READY)
	@$(BIN)/python -m benchmarks.studies.kernels --out fuzz-kernels.jsonl

# SUITE=minif2f-core:FILE takes the statements from a copy of DeepSeek-Prover-V1.5's minif2f.jsonl.
SUITE ?= minif2f-core

eval-core: $(READY)
	@for split in valid test; do \
	  $(BIN)/qstar eval $(SUITE) --split $$split --max-lean-calls 400 --timeout 600 \
	    --out eval/core-$$split --resume || exit; \
	done

eval-kill: $(READY)
	@$(BIN)/python -m benchmarks.studies.resume --kills 20

clean:
	rm -rf $(VENV) $(TYPESCRIPT) build dist site .hypothesis .mypy_cache .pytest_cache .ruff_cache bench.json endurance.json fuzz.jsonl fuzz-kernels.jsonl data-kernels.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt tools/make_venv.py
	@command -v $(PYTHON) >/dev/null || { \
	  echo 'Python 3.11 or later is needed and $(PYTHON) was not found.'; \
	  echo 'Name one: make PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) tools/make_venv.py $(VENV)

$(TYPESCRIPT)/.ready: tools/typescript/package-lock.json | $(READY)
	@echo 'Installing the TypeScript compiler (only the first time)'
	@$(BIN)/npm ci --prefix tools/typescript --ignore-scripts --no-audit --no-fund --silent || { \
	  echo 'The TypeScript compiler could not be installed; make lint needs it.'; \
	  echo 'Try again where an npm registry can be reached.'; \
	  exit 1; }
	@touch $@
