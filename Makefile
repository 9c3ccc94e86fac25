# What there is to do: `make demo` shows the product, `make test` runs every test,
# `make check` is what every change must pass, `make release` leaves both
# programs, stripped, in .build/release/. After that `make install` installs them
# (PREFIX, /usr/local unless given; DESTDIR), and `make uninstall` removes what that
# installed. `make deb` leaves a Debian package in .build/deb/.

.PHONY: demo test unit-test acceptance-test long-test sim long-sim fuzz long-fuzz sweep long-sweep check lint release \
	install uninstall deb clean

# Both programs as they are installed: neither needs a Swift library.
release:
	swift build -c release
	strip .build/release/breachd .build/release/breachctl

PREFIX = /usr/local
DESTDIR =
BINARIES = .build/release

# Where each goes, and what: a row a folder, with its mode.
UNITS = $(wildcard systemd/*.service systemd/*.socket systemd/*.path systemd/*.timer)
PAGES = $(wildcard docs/*.md) README.md CHANGELOG.md config.example.json $(wildcard docs/*.schema.json)
share = $(DESTDIR)$(PREFIX)/share
lib = $(DESTDIR)$(PREFIX)/lib
# Debian's zsh looks for what packages bring in another folder.
ZSH_FUNCTIONS = $(PREFIX)/share/zsh/site-functions
completions = $(share)/bash-completion/completions/breachctl $(DESTDIR)$(ZSH_FUNCTIONS)/_breachctl \
    $(share)/fish/vendor_completions.d/breachctl.fish

# What `make release` built, with all that a Debian has a place for. The units call the programs where they are then.
install:
	@test -x $(BINARIES)/breachd && test -x $(BINARIES)/breachctl \
	    || { echo "There are no programs in $(BINARIES) yet: make release" >&2; exit 1; }
	install -D -m 0755 $(BINARIES)/breachd $(DESTDIR)$(PREFIX)/sbin/breachd
	install -D -m 0755 $(BINARIES)/breachctl $(DESTDIR)$(PREFIX)/bin/breachctl
	for unit in $(UNITS); do \
	    sed -E '/^Exec/s,/usr/(s?bin/breach),$(PREFIX)/\1,' $$unit \
	        | install -D -m 0644 /dev/stdin $(lib)/systemd/system/$${unit##*/} || exit 1; \
	done
	install -D -m 0644 systemd/breachclock.sysusers $(lib)/sysusers.d/breachclock.conf
	install -D -m 0644 systemd/breachclock.tmpfiles $(lib)/tmpfiles.d/breachclock.conf
	for page in docs/man/*; do install -D -m 0644 $$page $(share)/man/man$${page##*.}/$${page##*/} || exit 1; done
	set -- $(completions); for shell in bash zsh fish; do \
	    $(BINARIES)/breachctl completion $$shell | install -D -m 0644 /dev/stdin $$1 && shift || exit 1; \
	done
	install -d $(share)/doc/breachclock
	install -m 0644 $(PAGES) $(share)/doc/breachclock

# The register, the spool, the configuration and the account stay.
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/sbin/breachd $(DESTDIR)$(PREFIX)/bin/breachctl
	rm -f $(patsubst systemd/%,$(lib)/systemd/system/%,$(UNITS))
	rm -f $(lib)/sysusers.d/breachclock.conf $(lib)/tmpfiles.d/breachclock.conf
	for page in docs/man/*; do rm -f $(share)/man/man$${page##*.}/$${page##*/}; done
	rm -f $(completions)
	rm -rf $(share)/doc/breachclock

# In a copy, since dpkg-buildpackage writes beside the folder that it builds in. Where BINARIES names another folder, the
# programs in it are packaged as they are.
DEB = .build/deb
deb: $(if $(filter .build/release,$(BINARIES)),release)
	rm -rf $(DEB)
	mkdir -p $(DEB)/breachclock
	cp -r debian docs systemd Makefile README.md CHANGELOG.md config.example.json $(DEB)/breachclock
	install -D -t $(DEB)/breachclock/programs $(BINARIES)/breachd $(BINARIES)/breachctl
	cd $(DEB)/breachclock && dpkg-buildpackage -b -us -uc
	rm -rf $(DEB)/breachclock

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

# Clients and readers that nobody here wrote.
.venv: Tests/acceptance/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --requirement Tests/acceptance/requirements.txt
	touch .venv

# The forms of the tests that take long.
long-test: release .venv
	BREACHCLOCK_LONG=1 Tests/acceptance/run

# The whole daemon over a simulated disk and clock: a million steps, and every planted fault.
# `make sim SEED=n` lives one life again.
sim:
	Tests/simulation/run $(if $(SEED),--seed $(SEED))

# So many lives of thirty days, from that seed on: a long run can be lived in parts.
LIVES = 100000
FIRST = 0
long-sim:
	Tests/simulation/run --long $(LIVES) --first $(FIRST)

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
