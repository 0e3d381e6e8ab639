# Two commands: `make run` and `make test`. Everything else serves them.
PYTHON ?= python3
PORT ?= 8000
PHONE_PORT ?= 8100
BIN := .venv/bin
READY := .venv/.ready
ASSETS := h5/node_modules/.ready

.PHONY: run test check bench assets migrate doctor lock clean

run: $(READY) $(ASSETS)
	@$(BIN)/python -m app.cli run --port $(PORT) --phone-port $(PHONE_PORT)

test: $(READY) $(ASSETS)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -q

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY)
	@$(BIN)/python -m bench.callback
	@$(BIN)/python -m bench.pages
	@$(BIN)/python -m bench.repairs
	@$(BIN)/python -m bench.rooms
	@$(BIN)/python -m bench.campaign
	@$(BIN)/python -m bench.figures

doctor: $(READY)
	@$(BIN)/python -m app.cli doctor

assets: $(ASSETS)

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	@echo "Setting up .venv (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(ASSETS): h5/package-lock.json $(READY)
	@echo "Fetching front-end files (once) ..."
	@cd h5 && ../$(BIN)/npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# Newer versions of everything, within pyproject.toml. Needs uv.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --upgrade -q pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --upgrade -q pyproject.toml --group dev --group bench -o requirements-dev.lock

clean:
	rm -rf .venv .data h5/node_modules
