# What there is to do: `make demo` shows the product, `make test` runs every test,
# `make check` is what every change must pass, `make release` leaves both
# programs, stripped, in .build/release/.

.PHONY: demo test unit-test acceptance-test long-test coverage check lint release clean

# Both programs as they are installed: neither needs a Swift library.
release:
	swift build -c release
	strip .build/release/breachd .build/release/breachctl

# A breach from report to acknowledgement, in a folder that is removed after.
demo: release
	docs/demo.sh

test: unit-test acceptance-test

unit-test:
	swift test

# The release programs, as users run them. Needs what .ci/packages lists.
acceptance-test: release .venv
	Tests/acceptance/run

# A varlink client that nobody here wrote.
.venv:
	python3 -m venv .venv
	.venv/bin/pip install --quiet varlink==31.0.0

# The forms of the tests that take long.
long-test: release .venv
	swift test
	BREACHCLOCK_LONG=1 Tests/acceptance/run

# How much of Engine, Wire and Store the unit tests run, and what they do not; at least 97 % of each.
coverage:
	Tests/coverage/run

lint:
	swift format lint --strict -r Package.swift Sources Tests

check: lint test

clean:
	rm -rf .build .build-coverage .venv
