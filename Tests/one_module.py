"""Compiles the sources and some more files into one program, as one module: what is internal can be reached from all."""

import hashlib
import os
import pathlib
import subprocess
import sys
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
SOURCES = REPOSITORY / "Sources" / "BreachClock"
INTERFACE = SOURCES / "Wire" / "org.breachclock.Control.varlink"

# What the two programs begin with is public, and keeps alive all that they reach. Without it the compiler leaves out of
# another program what that one does not reach.
ENTRIES = (SOURCES / "Daemon" / "Breachd.swift", SOURCES / "Control" / "Breachctl.swift")


def resources() -> str:
    """The source that the package manager makes of the resource that the package embeds."""
    data = ", ".join(str(byte) for byte in INTERFACE.read_bytes())
    return f"struct PackageResources {{\n    static let org_breachclock_Control_varlink: [UInt8] = [{data}]\n}}\n"


def build(program: pathlib.Path, folder: pathlib.Path, options: list, layers: tuple = ("",),
          more: tuple = ()) -> None:
    """Compiles the sources, or those layers of them, and the folder's files, unless the program is of these very files
    and options."""
    # Of each program its own, since two may be built at once. The objects of several threads land there too.
    folder_of_parts = program.with_suffix(".parts")
    folder_of_parts.mkdir(parents=True, exist_ok=True)
    embedded = folder_of_parts / "embedded_resources.swift"
    embedded.write_text(resources())
    sources = sorted(file for layer in layers for file in (SOURCES / layer).rglob("*.swift") if file not in ENTRIES)
    files = [*sources, *sorted(folder.glob("*.swift")), *more, embedded]
    command = ["swiftc", "-parse-as-library", "-wmo", "-num-threads", "2", "-swift-version", "6",
               "-module-name", "BreachClock", *options]
    digest = hashlib.sha256(" ".join(command).encode())
    for file in files:
        digest.update(os.fspath(file).encode() + b"\0" + file.read_bytes())
    stamp = program.with_suffix(".sha256")
    if program.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    started = time.monotonic()
    done = subprocess.run([*command, *map(os.fspath, files), "-o", os.fspath(program)], cwd=folder_of_parts,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nThe program was not built: swiftc ended with {done.returncode}.")
    stamp.write_text(digest.hexdigest())
    print(f"built {program.relative_to(REPOSITORY)} in {time.monotonic() - started:.0f} s", flush=True)
