# What people do with a checkout. `make` alone prints the targets.
# The mesh's state lives in .mesh/ (STATE=…), debug builds serve the tests, release builds are what `run` starts.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help deps run up down status clean-state build release test test-only fuzz bench bench-loop bench-inference bench-memory check openapi fmt lint ci

STATE ?= .mesh
PRODUCTS := identity,model-registry,inference,experiment-router,dataset,labeling,trainer,monitor,mesh
MESH := .build/release/mesh
# Once the packages are there, their repositories are not asked for news at each build.
SWIFT_BUILD = swift build $(if $(wildcard .build/workspace-state.json),--skip-update)
CLIENTS := .mesh/clients
SWIFT_SOURCES = git ls-files -z --cached --others --exclude-standard '*.swift' ':!:*.pb.swift'

help: ## Print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## Install what is missing: Debian packages, engine libraries, clients of the tests
	@deploy/scripts/deps.sh

release: deps ## Build the services and the mesh command, optimised
	MLMESH_ONLY=$(PRODUCTS) $(SWIFT_BUILD) -c release

run: release ## Start the mesh and play the demo; the mesh stays up
	@$(MESH) up --state $(STATE)
	@$(MESH) demo --state $(STATE)

up: release ## Start the mesh; returns when it is ready
	@$(MESH) up --state $(STATE)

down: ## Stop the mesh; its state stays
	@if [[ -x .build/release/mesh ]]; then $(MESH) down --state $(STATE); else echo "nothing to stop: the mesh was never built"; fi

status: ## Show services and instances
	@$(MESH) status --state $(STATE)

clean-state: down ## Stop the mesh and delete its state; libraries and clients stay
	@deploy/scripts/clean-state.sh "$(STATE)"

build: ## Build everything, debug
	$(SWIFT_BUILD) --build-tests

test: deps build check ## Run every check and every test; the summary comes last
	@deploy/scripts/test.sh

test-only: build ## Run the tests whose names match T, as in make test-only T=PostgresTests
	swift test --skip-build --disable-xctest --filter "$(T)"

# Every suite whose name begins with "Fuzz", for as long; a campaign's seed is printed, and an input that fails stays in $(STATE)/fuzz.
SECONDS := $(if $(filter command line,$(origin SECONDS)),$(SECONDS),60)
fuzz: deps build ## Try damaged input on the parsers for SECONDS=60 each
	MLMESH_FUZZ_SECONDS=$(SECONDS) MLMESH_FUZZ_FOLDER=$(abspath $(STATE))/fuzz swift test --skip-build --disable-xctest --filter Fuzz

bench: deps ## Time tensors against Foundation's JSON, and serving against the engine alone, in interleaved runs
	MLMESH_ONLY=$(PRODUCTS),bench $(SWIFT_BUILD) -c release
	@.build/release/bench tensors
	@.build/release/bench serving

bench-loop: deps ## Time the loop from the last of 100 new labels to a candidate that answers; BENCH_ARGS='--rounds 3'
	MLMESH_ONLY=$(PRODUCTS),bench $(SWIFT_BUILD) -c release
	@.build/release/bench loop $(BENCH_ARGS)

bench-inference: deps ## Time the inference service against the engine alone, FastAPI, MLServer and LitServe; BENCH_ARGS=--quick takes two minutes
	@deploy/scripts/bench.sh
	MLMESH_ONLY=$(PRODUCTS),bench $(SWIFT_BUILD) -c release
	@.build/release/bench inference $(BENCH_ARGS)

bench-memory: deps ## Watch the inference service's memory over a million requests of varying shapes
	@deploy/scripts/bench.sh
	MLMESH_ONLY=$(PRODUCTS),bench $(SWIFT_BUILD) -c release
	@.build/release/bench memory $(BENCH_ARGS)

check: ## Check what needs no build: OpenAPI, frozen vectors, Kubernetes, alarm rules, scripts
	@for script in deploy/scripts/*.sh .ci/run; do bash -n "$$script"; done
	@deploy/scripts/clients.sh openapi kubernetes
	@$(CLIENTS)/openapi/bin/python deploy/scripts/openapi.py --check
	@python3 Tests/ContractsTests/Vectors/make_vectors.py --check
	@$(CLIENTS)/openapi/bin/python Tests/ContractsTests/Vectors/make_manifests.py --check
	@$(CLIENTS)/kubernetes/bin/python deploy/scripts/check-kubernetes.py
	@promtool check rules deploy/prometheus/rules.yaml
	@promtool test rules deploy/prometheus/rules.test.yaml

openapi: ## Render Shared/Contracts/OpenAPI/*.yaml as the JSON that services serve
	@deploy/scripts/clients.sh openapi
	@$(CLIENTS)/openapi/bin/python deploy/scripts/openapi.py

fmt: ## Format our sources
	@$(SWIFT_SOURCES) | xargs -0 swift format format --in-place --parallel

lint: check ## Check the format, and all that `check` does; list the ten longest files
	@$(SWIFT_SOURCES) | xargs -0 swift format lint --strict --parallel
	@echo "the ten longest files:"
	@$(SWIFT_SOURCES) | xargs -0 wc -l | grep -v ' total$$' | sort -rn | sed -n 1,10p

ci: test lint ## All that CI does
