# Two commands: `make run` opens the program, `make test` passes the tests. Both install what is missing.

VENV := .venv
BIN := $(VENV)/bin

# Wherever a display is missing, the picture of the window goes here.
SCREENSHOT := handwriting.png

# A worker that trains needs 1.6 GB: four at most. ARGS="-n 0" runs the tests in one process.
PARALLEL := -n auto --maxprocesses 4

PYTHONS := python3.11 python3.12 python3.13 python3.14

.DEFAULT_GOAL := run
.PHONY: run test check check-format check-style check-types check-imports format bench translations \
	packages bundle ship lock clean

run: $(VENV)/run.stamp
	@.ci/set-up.sh libraries window
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] || [ "$$(uname)" = Darwin ]; then \
	  exec $(BIN)/python -m desktop_app; \
	else \
	  echo "There is no display here, so the sample files are read on the command line:"; \
	  $(BIN)/python -m desktop_app recognize resources/samples && \
	  $(BIN)/python -m desktop_app --screenshot $(SCREENSHOT) && \
	  echo "A picture of the window was left in $(SCREENSHOT)."; \
	fi

test: $(VENV)/test.stamp
	@.ci/set-up.sh libraries offscreen
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

check: check-format check-style check-types check-imports

check-format: $(VENV)/test.stamp
	$(BIN)/ruff format --check .

check-style: $(VENV)/test.stamp
	$(BIN)/ruff check .

check-types: $(VENV)/test.stamp
	$(BIN)/mypy

check-imports: $(VENV)/test.stamp
	$(BIN)/lint-imports

format: $(VENV)/test.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/test.stamp
	@.ci/set-up.sh libraries offscreen
	$(BIN)/python -m tests.benchmarks.bench_start
	$(BIN)/python -m tests.benchmarks.bench_live
	$(BIN)/python -m tests.benchmarks.bench_lines
	$(BIN)/python -m tests.benchmarks.bench_corrections
	$(BIN)/python -m tests.benchmarks.bench_batch
	$(BIN)/python -m tests.benchmarks.bench_pages
	$(BIN)/python -m tests.benchmarks.bench_inside
	$(BIN)/python -m tests.benchmarks.bench_enlargement
	$(BIN)/python -m tests.benchmarks.bench_memory
	$(BIN)/python -m tests.benchmarks.bench_train
	$(BIN)/python -m tests.benchmarks.bench_step

# After a text of the interface with %n was added or changed.
translations: $(VENV)/test.stamp
	@.ci/set-up.sh libraries offscreen
	$(BIN)/python -m tests.translation_files

# Tried with all Pythons that are installed; PYTHONS= tries only that of the environment.
packages: $(VENV)/test.stamp
	@.ci/set-up.sh libraries offscreen
	.ci/packages.sh $(BIN)/python $(PYTHONS)

bundle: $(VENV)/test.stamp
	@.ci/set-up.sh libraries window
	.ci/bundle.sh $(BIN)/python

# All that ships.
ship: packages bundle

# For whoever changes a dependency; needs uv. The files name no index, so they hold behind any mirror.
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header
lock:
	$(LOCK) --upgrade --extra training --output-file requirements.lock
	$(LOCK) --upgrade --extra training --extra dev --constraint requirements.lock \
	  --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# Nothing is installed again as long as the lock file is unchanged.
$(VENV)/run.stamp: requirements.lock
	@.ci/set-up.sh environment $(VENV) requirements.lock
	@touch $@

$(VENV)/test.stamp: requirements-dev.lock
	@.ci/set-up.sh environment $(VENV) requirements-dev.lock
	@touch $@
