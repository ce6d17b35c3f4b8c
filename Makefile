# One word a job; `make help` lists them.
SHELL := /bin/bash
PREFIX ?= /usr/local
BUILD := .build/release
# Where it is built is nobody's business, and two checkouts of one commit give the same programs.
# What C code nobody calls is left out: its functions stand in sections of their own for that.
RELEASE := swift build -c release -debug-info-format none -Xcc -ffile-prefix-map=$(CURDIR)=. \
	-Xcc -ffunction-sections -Xcc -fdata-sections \
	-Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=.

.DEFAULT_GOAL := help
.PHONY: help setup test-tools build runtime test conformance crash-test stress fuzz prover-oracle check docs fmt demo demo-hosted bench install clean

help: ## list these
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: # the two libraries the build links, where they are missing
	@scripts/ensure-packages libsqlite3-dev:/usr/include/sqlite3.h zlib1g-dev:/usr/include/zlib.h ca-certificates:/etc/ssl/certs/ca-certificates.crt curl:/usr/bin/curl

test-tools: setup # the foreign programs that the tests hold zigttp against
	@scripts/ensure-packages skopeo:/usr/bin/skopeo umoci:/usr/bin/umoci podman:/usr/bin/podman runc:/usr/sbin/runc strace:/usr/bin/strace sqlite3:/usr/bin/sqlite3 libarchive-tools:/usr/bin/bsdtar openssl:/usr/bin/openssl docker-registry:/usr/bin/docker-registry apache2-utils:/usr/bin/htpasswd chromium:/usr/bin/chromium tidy:/usr/bin/tidy node-typescript:/usr/bin/tsc

build: setup ## the release programs, with the runtime's companions beside them
	$(RELEASE) --product zigttp
	$(RELEASE) --product zigttp-runtime
	$(RELEASE) --product zigttp-control-plane
	@scripts/stage-runtime $(BUILD)

runtime: setup # the release runtime alone: what an image holds, static, for the tests that run one
	$(RELEASE) --product zigttp-runtime

test: test-tools runtime ## every test; ends in the runner's summary
	swift build --build-tests
	scripts/run-tests

conformance: ## record anew what node gives, where node is installed; the tests need none
	cd testdata/handlers/conformance && node --experimental-default-type=module record.mjs && node table.mjs

crash-test: build test-tools ## every fault at every call with which a command changes the store
	swift build --build-tests
	ZIGTTP_CRASH=whole swift test --skip-build --filter CrashMatrixTests

MINUTES ?= 5
stress: build test-tools ## eight processes at one store, pushes beside a collection, MINUTES (default 5) each
	swift build --build-tests
	ZIGTTP_STRESS_SECONDS=$$(($(MINUTES) * 60)) swift test --skip-build --filter 'CrowdTests|CollectionTests'

fuzz: setup ## libFuzzer on every reader of foreign bytes, SECONDS_EACH (default 30) each
	scripts/fuzz

COUNT ?= 100000
prover-oracle: setup ## the prover against COUNT (default 100000) programs by seed: planted, then run
	swift build -c release --product prover-oracle
	$(BUILD)/prover-oracle flows --count $(COUNT)
	$(BUILD)/prover-oracle programs --count $(COUNT)

check: test-tools ## format, lint, module arrows, README commands (on the programs that the tests run)
	swift build --build-tests
	@scripts/stage-debug .build/staged
	swift format lint --strict --recursive Package.swift Sources Tests schema
	scripts/check-arrows
	$(DOCS)
	scripts/check-readme .build/staged

DOCS := docc convert docs/zigttp.docc --warnings-as-errors --output-path .build/docs
docs: ## the handbook as a DocC archive in .build/docs
	$(DOCS)

fmt: ## format every source in place
	swift format --in-place --recursive Package.swift Sources Tests schema

demo: build ## deploy the orders handler locally, ask it something, stop it
	@scripts/demo $(BUILD)

demo-hosted: build ## a control plane of one's own: deploy, review, drift, rollback; then end it
	@scripts/demo-hosted $(BUILD)

bench: build ## measure beside the tools a user would pick
	ZIGTTP_BENCH=1 $(RELEASE) --product zigttp-bench-append
	@for script in bench/*.sh; do echo; "$$script"; done

install: build ## lay out zigttp under PREFIX (default /usr/local)
	install -D -m 0755 $(BUILD)/zigttp $(DESTDIR)$(PREFIX)/bin/zigttp
	install -D -m 0755 $(BUILD)/zigttp-control-plane $(DESTDIR)$(PREFIX)/bin/zigttp-control-plane
	install -D -m 0755 $(BUILD)/zigttp-runtime $(DESTDIR)$(PREFIX)/libexec/zigttp/zigttp-runtime
	install -D -m 0644 $(BUILD)/ca-certificates.crt $(DESTDIR)$(PREFIX)/libexec/zigttp/ca-certificates.crt
	install -D -m 0644 $(BUILD)/zigttp-runtime.layer $(DESTDIR)$(PREFIX)/libexec/zigttp/zigttp-runtime.layer

clean: ## remove everything that was built
	swift package clean
