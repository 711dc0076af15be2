# Everything is set up on the first call of any target; nothing needs to be installed first but Python and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check fix prove bench shots

.venv/ready: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dolomite needs Python 3.11 or later; $$($(PYTHON) --version) is too old. Say which: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@# The rooms can be imported from wherever a program of .venv is started.
	echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/dolomite.pth"
	touch $@

test: .venv/ready
	$(BIN)/python -m pytest -m "not prove" --ignore tests/prove $(ARGS)
