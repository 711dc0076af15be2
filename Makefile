# Everything is set up on the first call of any target; the machine needs Python 3.11 or later, make and git.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check fix prove bench shots

run: .venv/ready
	@exec $(BIN)/python -m config.run

test: .venv/ready
	$(BIN)/python -m pytest -m "not prove" --ignore tests/prove --numprocesses auto --maxprocesses 4 --dist loadscope $(ARGS)

# The deploy check runs as production does: HTTPS, no demo, and the database role of the application.
check: export DOLOMITE_VAR = $(CURDIR)/var/check
check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	SECRET_KEY=only-for-types DATABASE_URL=postgres:///types $(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py migrate --verbosity 0
	HTTPS=1 DEMO=0 ALLOWED_HOSTS=dolomite.example $(BIN)/python manage.py check --deploy --fail-level WARNING

fix: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

prove: .venv/ready
	$(BIN)/python -m pytest -m prove tests/prove $(ARGS)

bench: .venv/ready
	$(BIN)/python -m benchmarks $(ARGS)

shots: .venv/ready
	$(BIN)/python docs/shots.py $(ARGS)

.venv/ready: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Dolomite needs Python 3.11 or later, and this is $$($(PYTHON) --version)." \
	       "Say which one to use: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@# The rooms can be imported from wherever a program of .venv is started.
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/dolomite.pth"
	@touch $@
