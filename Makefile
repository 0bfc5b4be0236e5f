# The words of the house. Each does what it needs first; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build test soak interop bench setup check fmt tidy clean audio-embedding voice-separator

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  YES=1 installs packages without asking, SETUP=skip installs none, JOBS=n limits parallel work."

run: build ## install what is missing, build, and serve on http://localhost:8000 (ARGS="…" goes to weigh serve)
	@scripts/run $(ARGS)

build: ## build the programs into build/release/bin
	@scripts/setup build web
	@scripts/build release

test: ## build with sanitizers and run all tests (TESTS=regex runs some)
	@scripts/setup build web test
	@scripts/build dev
	@ctest --test-dir build/dev -j $(or $(JOBS),2) --output-on-failure --no-tests=error --no-label-summary $(if $(TESTS),-R '$(TESTS)')

soak: ## the long campaigns: 300 kills, power cuts, fuzzing (CRASHES=n FUZZ_SECONDS=n); an hour
	@scripts/setup build web test lint
	@scripts/soak

interop: build ## other people's clients against the program, in a virtual environment under build/
	@scripts/setup interop
	@scripts/interop

bench: ## figures as ratios to peers measured in the same run (FULL=1: with a million models)
	@scripts/setup build bench
	@scripts/build bench
	@bench/run

audio-embedding: ## make the encoder of sounds that ships with the program anew
	@scripts/setup build
	@cmake --preset release -DWEIGH_WEB=OFF -B build/embedding > /dev/null
	@cmake --build build/embedding --target weigh-audio-embedding
	@build/embedding/bin/weigh-audio-embedding --work build/embedding/work --out src/encoders/audio/audio-v1.safetensors

voice-separator: ## train the separator that ships with the program anew, from synthetic speech and noise
	@scripts/setup build
	@cmake --preset release -DWEIGH_WEB=OFF -B build/separator > /dev/null
	@cmake --build build/separator --target weigh weigh-worker weigh-voice-separator
	@scripts/voice_separator build/separator/bin shipped/default/voice_separator

setup: ## install what building, testing and checking need
	@scripts/setup build web test format lint

check: ## formatting, includes between rooms, documents against code, scripts, TRY in braces
	@scripts/setup format
	@scripts/format --check
	@scripts/check_layers
	@scripts/check_docs
	@scripts/check_scripts
	@scripts/check_try

fmt: ## format the sources
	@scripts/setup format
	@scripts/format

tidy: ## clang-tidy over changed files (ALL=1: over all)
	@scripts/setup build web test lint
	@scripts/tidy

clean: ## remove everything that was built; home and models stay
	rm -rf build web/dist web/node_modules
