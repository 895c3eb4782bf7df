# make run    sets everything up and runs the first shipped scenario
# make app    sets everything up and starts the app, for this machine only
# make test   sets everything up and runs every check but the longest
# make proofs sets everything up and runs the longest: coverage of intervals, rules broken one by one
# The environment lives in .venv; repeated calls install nothing that has not changed.

PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
SETUP := PYTHON=$(PYTHON) sh requirements/setup.sh

# Without compiled files each process would pay seconds for its imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run app test proofs overnight style types imports pytest bench lock clean

help:
	@echo "make run    run the scenario uk_2022 into a fresh folder under runs/"
	@echo "make app    start the app and print its address; PORT=8502 for another port"
	@echo "make test   every check: style, types, imports and pytest, each a target of its own"
	@echo "make proofs the longest checks: coverage of intervals, and rules of the model broken one by one"
	@echo "make bench  measure speed, some 15 minutes; DOCS=1 puts table and plot into docs/speed.md"
	@echo "make lock   resolve the pinned requirements again (UPGRADE=1 renews every pin)"
	@echo "make clean  remove the environment and caches, never runs/"

run: $(VENV)/run.stamp
	@mkdir -p runs; \
	out=runs/uk_2022; n=1; \
	while [ -e "$$out" ]; do n=$$((n + 1)); out=runs/uk_2022-$$n; done; \
	$(BIN)/geocyber run scenarios/uk_2022.yaml --precision 2.5% --workers 2 --out "$$out"

app: $(VENV)/app.stamp
	$(BIN)/streamlit run app.py $(if $(PORT),--server.port $(PORT))

test: style types imports pytest

style: $(VENV)/dev.stamp
	$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports

pytest: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n $(JOBS) -m "not proof and not overnight"

proofs: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n $(JOBS) -m proof

overnight: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n $(JOBS) -m overnight

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(if $(DOCS),--docs docs)

$(VENV)/%.stamp: requirements/%.lock requirements/setup.sh pyproject.toml setup.py
	@$(SETUP) $(VENV) $<
	@touch $@

UV = $(shell uv --version >/dev/null 2>&1 && echo uv || echo $(BIN)/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(if $(UPGRADE),--upgrade)

# run.lock and app.lock take their versions from dev.lock, so what is tested is what runs.
lock:
	@$(UV) --version >/dev/null 2>&1 || { echo "geocyber: make lock needs uv (pip install uv)"; exit 1; }
	$(COMPILE) --extra app --extra dev pyproject.toml requirements/build.in -o requirements/dev.lock
	$(COMPILE) --constraint requirements/dev.lock pyproject.toml requirements/build.in -o requirements/run.lock
	$(COMPILE) --extra app --constraint requirements/dev.lock pyproject.toml requirements/build.in -o requirements/app.lock
	$(COMPILE) requirements/installer.in -o requirements/installer.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find simulator tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
