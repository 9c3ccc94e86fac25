# What there is to do: `make demo` shows the product, `make test` runs every test,
# `make check` is what every change must pass, `make release` leaves both
# programs, stripped, in .build/release/.

.PHONY: demo test unit-test acceptance-test long-test sim long-sim fuzz long-fuzz sweep long-sweep check lint release clean

# Both programs as they are installed: neither needs a Swift library.
release:
	swift build -c release
	strip .build/release/breachd .build/release/breachctl

# A breach from report to acknowledgement, in a folder that is removed after.
demo: release
	docs/demo.sh

test: unit-test acceptance-test

# With how much of Engine, Wire and Store they run, and what they do not: at least 97 % of each.
unit-test:
	Tests/coverage/run

# The release programs, as users run them. Needs what .ci/packages lists.
acceptance-test: release .venv
	Tests/acceptance/run

# A varlink client that nobody here wrote, and a mail server to send to.
.venv:
	python3 -m venv .venv
	.venv/bin/pip install --quiet varlink==31.0.0 aiosmtpd==1.4.6

# The forms of the tests that take long.
long-test: release .venv
	BREACHCLOCK_LONG=1 Tests/acceptance/run

# The whole daemon over a simulated disk and clock: a million steps, and every planted fault.
# `make sim SEED=n` lives one life again.
sim:
	Tests/simulation/run $(if $(SEED),--seed $(SEED))

# So many lives of thirty days.
LIVES = 100000
long-sim:
	Tests/simulation/run --long $(LIVES)

# Made-up bytes for every parser, under the address sanitizer; see Tests/fuzz/README.md.
fuzz:
	Tests/fuzz/run

# As many executions of each target as RUNS says; what reaches something new is kept in the tree.
RUNS = 100000000
long-fuzz:
	Tests/fuzz/run --grow --runs $(RUNS)

# Times and deadlines against Python's zoneinfo, every quarter of an hour of twenty years.
sweep:
	Tests/sweep/run

long-sweep:
	Tests/sweep/run --all

lint:
	swift format lint --strict -r Package.swift Sources Tests

check: lint test sweep sim fuzz

clean:
	rm -rf .build .build-coverage .build-fuzz .build-simulation .venv
