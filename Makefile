# Everything needs LLVM 22; setup.sh installs what is missing on Debian and says so. With GOFLAGS=-tags=byollvm the
# build uses another LLVM 22 (see README.md), and nothing is installed.
export ORCAST_BIN := $(CURDIR)/bin/orcast

.PHONY: build demo test large fuzz bench bench-quick bench-go bench-tier bench-forecast \
  bench-warm campaign claims setup workloads

build: setup
	go build -o $(ORCAST_BIN) ./cmd/orcast

demo: build
	@scripts/workloads.sh speedtest1
	@go run ./scripts/measure demo

# The differential tests of ./test drive bin/orcast; the others run under the race detector where they are.
test: SETUP = test
test: build workloads
	@unformatted=$$(gofmt -l *.go bench cmd examples forecast internal profile scripts test trace); \
	  [ -z "$$unformatted" ] || { echo "gofmt these files:" $$unformatted; exit 1; }
	@scripts/lines.sh
	go vet ./...
	go -C bench/report vet ./...
	go tool -modfile=scripts/tools.mod staticcheck ./...
	go -C bench/report test -race ./...
	ORCAST_TEST_CACHE=$(CURDIR)/.build/test go test -short -timeout 40m -race ./...

# What is too large to be built or installed for every test: Redis's server under a supervisor and as a daemon, Python's
# own tests, both from bitcode, and programs with Rust's standard library.
large: SETUP = large
large: build
	@scripts/large.sh .build/large
	ORCAST_LARGE=$(CURDIR)/.build/large go test -v -timeout 3h -run '^(TestRedis.*|TestPython|TestRust)$$' ./test

# What the project promises of itself, measured on this machine: speed against lli, linearity, equal outputs.
claims: build workloads
	@go run ./scripts/measure claims

# Orcast against every other way to run the same programs, on many of them: the main figures in under five minutes, or
# all, which takes hours. Both can be interrupted and go on. BENCH are arguments, such as 'lua jq' or '--rounds 1'.
bench-quick bench: SETUP = bench
bench-quick: build
	@$(ORCAST_BIN) bench --suite quick $(BENCH)
bench: build
	@$(ORCAST_BIN) bench --suite full $(BENCH)

# What the baseline compiler is beside LLVM at -O0, against what is promised: time of compiling, code, whole runs.
bench-tier: build workloads
	@go run ./scripts/measure -runs 5 tier

# What each policy of speculation saves and costs on real programs, and whether auto keeps its promises. FORECAST are
# flags, such as '-runs 1 -policies none,auto -workloads lua,jq -json figures.json'.
bench-forecast: build
	@scripts/workloads.sh all
	@go run ./scripts/measure forecast $(FORECAST)

# What compiled code and profiles of earlier runs save, against what is promised. WARM are flags, such as '-runs 1
# -workloads lua,jq'.
bench-warm: build
	@scripts/workloads.sh all
	@go run ./scripts/measure warm $(WARM)

# What make test, which is short, tries in some ways, in all of them. Then random edits, damage and kills, and
# functions made up by lot, as make test tries few of: CAMPAIGN times as many, from another seed each time.
CAMPAIGN ?= 10
campaign: build workloads
	ORCAST_TEST_CACHE=$(CURDIR)/.build/test \
	  go test -timeout 6h -run '^(TestPrograms|TestRealPrograms|TestEdits)$$' ./test
	go test -timeout 6h ./internal/...
	ORCAST_TEST_CACHE=$(CURDIR)/.build/test ORCAST_CACHE_CAMPAIGN=$(CAMPAIGN) \
	  go test -v -timeout 6h -run '^(TestMutants|TestDamaged.*|TestKilled)$$' ./test
	ORCAST_CODE_CAMPAIGN=$(CAMPAIGN) go test -v -timeout 6h -run '^(TestOperations|TestRandomFunctions|TestCsmith)$$' \
	  ./test

FUZZTIME ?= 60s
fuzz:
	grep -roE '^func Fuzz[A-Za-z]+' --include=*_test.go . | sed 's:/[^/]*_test.go.func : :' | sort | \
	  while read package target; do echo "$$package $$target"; \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$package || exit 1; done

# The parts in Go that read bitcode.
bench-go: workloads
	GOGC=400 ORCAST_BENCH_BC=$(CURDIR)/.build/workloads/speedtest1.bc \
	  go test -run '^$$' -bench . ./internal/bitcode ./internal/flow

setup:
	@case "$(GOFLAGS)" in *byollvm*) ;; *) scripts/setup.sh $(SETUP) ;; esac

workloads: setup
	@scripts/workloads.sh
