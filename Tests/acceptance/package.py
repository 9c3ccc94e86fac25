"""The Debian package, built once for those who test it."""

import functools
import os
import pathlib
import shutil
import subprocess
import tempfile

from support import BINARIES, REPOSITORY, tool

# What a minimal Debian needs besides, since the machines of the tests have no network to fetch it by.
DEPENDS = ("libstdc++6", "tzdata")


@functools.cache
def folder() -> pathlib.Path:
    """The folder that `make deb` leaves, in a place of its own. The caller removes it."""
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="breachclock-deb-"))
    tool("dpkg-buildpackage"), tool("dh")
    # Packed in a second instead of ten, and a little larger: nothing else is different.
    fast = {"DPKG_DEB_COMPRESSOR_TYPE": "gzip", "DPKG_DEB_COMPRESSOR_LEVEL": "1"}
    done = subprocess.run(["make", "-C", os.fspath(REPOSITORY), "deb", f"DEB={scratch}/deb", f"BINARIES={BINARIES}"],
                          capture_output=True, text=True, check=False, env={**os.environ, **fast})
    if done.returncode != 0:
        shutil.rmtree(scratch)
        raise AssertionError(f"make deb ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return scratch / "deb"


def deb() -> pathlib.Path:
    """The package."""
    found = list(folder().glob("*.deb"))
    if len(found) != 1:
        raise AssertionError(f"make deb left {found}")
    return found[0]


def remove() -> None:
    """Removes what `folder` made."""
    shutil.rmtree(folder().parent)
    folder.cache_clear()
