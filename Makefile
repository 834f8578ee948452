# Lendhand's tasks. `make help` lists them; the scripts they call are in .ci.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

GOLANGCI_VERSION    := v2.15.0
GOVULNCHECK_VERSION := v1.9.0
VERSITYGW_VERSION   := v1.8.0

BIN         := $(CURDIR)/bin
TOOLS       := $(BIN)/tools
GOLANGCI    := $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION)
GOVULNCHECK := $(TOOLS)/govulncheck-$(GOVULNCHECK_VERSION)
VERSITYGW   := $(TOOLS)/versitygw-$(VERSITYGW_VERSION)
RESULTS     := $(CURDIR)/bin/results

# How often `make soak` kills each kind of program.
KILLS ?= 100

# A program says which commit it was built from wherever git can tell, whatever GOFLAGS holds: not in an
# archive without history, nor in a checkout that is somebody else's.
BUILDVCS := $(shell git status --porcelain >/dev/null 2>&1 && echo auto || echo false)

# What a build of the viewer reads: a change in any of these makes it stale.
VIEWER_SOURCES := $(shell find viewer signaling/verifywords/words.txt -type f \
	-not -path '*/node_modules/*' -not -path 'viewer/dist/*' -not -path 'viewer/e2e/*' -not -name '*.go' 2>/dev/null)
VIEWER_MODULES := viewer/node_modules/.package-lock.json
VIEWER_DIST    := viewer/dist/index.html

WINDOWS_CODECS := bin/windows/codecs/parts
# Go packages with tests that run on Windows.
WINDOWS_TESTS  := $(addprefix ./client/internal/,capture/gdi console input/sendinput load)
FOR_WINDOWS    := GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc CXX=x86_64-w64-mingw32-g++
# What of the client compiles for macOS without a Mac: all but the native leaves, and main above them.
FOR_MACOS      := GOOS=darwin GOARCH=arm64 CGO_ENABLED=0
MACOS_PARTS    := $(addprefix ./client/internal/,app consent input load peer picture ui/...)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

## Build ------------------------------------------------------------------------------------------

.PHONY: build
build: deps-build viewer ## Build bin/lendhand-relay and bin/lendhand, the viewer inside
	go build -trimpath -buildvcs=$(BUILDVCS) -o $(BIN)/lendhand-relay ./relay
	go build -trimpath -buildvcs=$(BUILDVCS) -o $(BIN)/lendhand ./client

# Built here and not by the tests that play it, as they have no network to fetch modules from.
.PHONY: stage
stage: deps-build
	go build -o $(BIN)/stage ./client/internal/stage

.PHONY: windows
windows: deps-windows $(WINDOWS_CODECS) ## Build bin/lendhand.exe; SIGN_CERT and SIGN_KEY, PEM files, sign it
	@mkdir -p $(BIN)/windows
	BUILDVCS=$(BUILDVCS) .ci/windows

$(WINDOWS_CODECS): .ci/windows-codecs | deps-windows
	.ci/windows-codecs $(@D)

.PHONY: viewer
viewer: $(VIEWER_DIST) ## Build the viewer into viewer/dist

$(VIEWER_MODULES): viewer/package.json viewer/package-lock.json
	cd viewer && npm ci --no-audit --no-fund
	@touch $@

$(VIEWER_DIST): $(VIEWER_MODULES) $(VIEWER_SOURCES)
	cd viewer && npm run --silent build
	@touch $@

## Try it -----------------------------------------------------------------------------------------

.PHONY: demo
demo: deps-demo build ## Start a relay, three accounts and a host to try it with; Ctrl-C ends it
	@.ci/demo

## Check ------------------------------------------------------------------------------------------

# Every stage runs even when an earlier one failed, so that one run shows all there is to mend. Linters run
# beside the Go tests, which wait most of the time; what measures time runs by itself. The summary counts
# what the stages wrote down, and fails when a stage failed or left nothing.
.PHONY: test
test: deps ## Run everything: lint, Go, viewer and end-to-end tests; installs what is missing
	@rm -rf $(RESULTS) && mkdir -p $(RESULTS)
	@status=0; \
	$(MAKE) --keep-going --jobs=2 --output-sync=target lint test-go test-viewer || status=1; \
	$(MAKE) --keep-going test-windows test-e2e || status=1; \
	node .ci/results.mjs summary $(RESULTS) lint go viewer windows e2e || status=1; \
	exit $$status

.PHONY: test-go
test-go: viewer $(VERSITYGW) ## Run the Go tests with the race detector
	@mkdir -p $(RESULTS)
	go test -race -p 4 -timeout 10m -json ./... 2>&1 | node .ci/results.mjs go $(RESULTS)/go.json

.PHONY: test-viewer
test-viewer: $(VIEWER_MODULES) ## Run the viewer's unit tests
	@mkdir -p $(RESULTS)
	cd viewer && npm run --silent test -- --reporter=default --reporter=json --outputFile.json=$(RESULTS)/viewer.json

# In Wine, which is not all that Windows is: client/WINDOWS.md says what it leaves open. One after the other,
# as they share a desktop.
.PHONY: test-windows
test-windows: windows ## Run the Go tests that are for Windows
	@mkdir -p $(RESULTS)
	.ci/wine/run go test -p 1 -json $(WINDOWS_TESTS) 2>&1 | node .ci/results.mjs go $(RESULTS)/windows.json

.PHONY: test-e2e
test-e2e: build stage windows ## Run the end-to-end tests: a real display, real Chromium, both programs
	@mkdir -p $(RESULTS)
	.ci/e2e --reporter=default --reporter=json --outputFile.json=$(RESULTS)/e2e.json

.PHONY: bench
bench: deps-bench build stage ## Measure: Go benchmarks, a session's times, and how it feels beside noVNC
	go test -run '^$$' -bench . -benchmem -timeout 20m ./...
	go run ./client/internal/encode/cost client/internal/encode/cost
	LENDHAND_KIND=figures .ci/e2e
	@cd viewer/e2e/out && cat figures.md feel.md badlink.md recovery.md silence.md recorded.md

.PHONY: soak
soak: deps-bench build stage ## Work for an hour, and see whether anything grows; record another; then kill programs a hundred times (KILLS)
	SOAK_MINUTES=60 LENDHAND_KIND=figures .ci/e2e e2e/soak.figures.ts
	OFFICE_MINUTES=60 LENDHAND_KIND=figures .ci/e2e e2e/office.figures.ts
	LENDHAND_KILLS=$(KILLS) LENDHAND_KIND=figures .ci/e2e e2e/harm.figures.ts
	LENDHAND_KILLS=$(KILLS) go test -count=1 -timeout 20m -run '^(TestACrashCostsASecond|TestASessionPausesWhileItsRecordingIsNotReceived|TestTheRelayIsKilledWhileHostsUpload)$$' \
		./client/internal/record ./client/internal/app ./relay/internal/app
	@cd viewer/e2e/out && cat soak.md office.md harm.md

.PHONY: pictures
pictures: deps-pictures build ## Take the README's pictures and the window's, into .github/images
	LENDHAND_KIND=pictures .ci/e2e

.PHONY: fuzz
fuzz: viewer ## Run every fuzz target for FUZZ_SECONDS (30) each
	.ci/fuzz

# One command a line, because the first that fails should say so in its own words.
.PHONY: lint
lint: $(GOLANGCI) viewer $(WINDOWS_CODECS) ## Run golangci-lint, vet, tidy, tsc and the formatters' checks
	@mkdir -p $(RESULTS)
	go mod tidy -diff
	go vet ./...
	$(FOR_MACOS) go build $(MACOS_PARTS)
	$(GOLANGCI) run
	$(FOR_WINDOWS) $(GOLANGCI) run --tests=false ./client/...
	$(FOR_WINDOWS) $(GOLANGCI) run $(WINDOWS_TESTS)
	cd viewer && npm run --silent typecheck
	cd viewer && npm run --silent format:check
	@echo '{"passed":1,"failed":0}' > $(RESULTS)/lint.json

.PHONY: fmt
fmt: $(GOLANGCI) $(VIEWER_MODULES) ## Format Go and TypeScript
	$(GOLANGCI) fmt
	cd viewer && npm run --silent format

$(GOLANGCI):
	@mkdir -p $(TOOLS)
	@echo 'building golangci-lint $(GOLANGCI_VERSION) (once, about two minutes)'
	GOBIN=$(TOOLS) GOFLAGS= go install -trimpath github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv $(TOOLS)/golangci-lint $@

# A storage that speaks S3, which the tests of recordings start.
.PHONY: s3-gateway
s3-gateway: $(VERSITYGW)

$(VERSITYGW):
	@mkdir -p $(TOOLS)
	@echo 'building versitygw $(VERSITYGW_VERSION) (once, about a minute)'
	GOBIN=$(TOOLS) GOFLAGS= go install github.com/versity/versitygw/cmd/versitygw@$(VERSITYGW_VERSION)
	@mv $(TOOLS)/versitygw $@

## Release ----------------------------------------------------------------------------------------

.PHONY: sbom
sbom: build windows ## List the parts of the programs and of the page, as CycloneDX, in bin
	.ci/sbom

# Other versions of the tool read other versions of the database: both are somebody else's to change.
.PHONY: vuln
vuln: build $(GOVULNCHECK) ## Look for known holes in what the programs and the page are made of
	.ci/vuln $(GOVULNCHECK)

.PHONY: sums
sums: sbom ## Write bin/SHA256SUMS, by which a download can be checked
	.ci/sums

.PHONY: reproduce
reproduce: ## Build the last commit twice, from nothing and in two places, and compare
	.ci/reproduce

$(GOVULNCHECK):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) GOFLAGS= go install -trimpath golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	@mv $(TOOLS)/govulncheck $@

## Prepare ----------------------------------------------------------------------------------------

.PHONY: deps deps-build deps-windows deps-demo deps-bench deps-pictures
deps: ## Install what building and testing need (Debian), or say what is missing
	@.ci/deps build windows test
deps-build:
	@.ci/deps build
deps-windows:
	@.ci/deps build windows
deps-demo:
	@.ci/deps build demo
deps-bench:
	@.ci/deps build test bench
deps-pictures:
	@.ci/deps build windows test pictures

.PHONY: clean
clean: ## Remove what was built; the demonstration's data stays in .demo
	rm -rf bin viewer/node_modules viewer/e2e/out client/*.syso
	find viewer/dist -mindepth 1 -not -name .gitkeep -delete
