"""Real registers of any length, with every kind of fact in them, made by a daemon on a clock that the test sets."""

import pathlib
import re
import typing

from support import FrozenDaemon, REPOSITORY, Varlink, instant, utc

BEGINNING = "2026-03-02T10:00:00Z"
PARTNERS = ("essex-county-council", "provide")
SUMMARY = "Zoë’s folder, “naïve façade”, was left at Łódź Kaliska: 12 € for 日本 — \\ / \"quoted\" \U0001f512."


def documented_types() -> set:
    """The types of facts that the journal's page has a part on."""
    page = (REPOSITORY / "docs" / "journal.md").read_text(encoding="utf-8")
    return set(re.findall(r"^### `([a-z-]+)`$", page, re.MULTILINE))


class Session:
    """A register as it grew."""

    def __init__(self, lines: int):
        self.daemon = FrozenDaemon(BEGINNING)
        # What the journal was before each redaction: the copies that somebody may put back.
        self.older: list = []
        with self.daemon as daemon:
            while len(daemon.journal_lines()) < lines:
                self.round(daemon)
            daemon.stop()
            daemon.start()
            # At its end stands what the last notices carry the hash of.
            self.call(daemon, "Report", protocol="EWS-ASC", detected="now", by="provide", summary=SUMMARY)
            daemon.go_to(daemon.clock)
            self.journal = daemon.journal_bytes()
            self.notices = sorted({self.stamp(path) for folder in ("new", "cur")
                                   for path in (daemon.spool_folder / folder).iterdir()})

    @staticmethod
    def stamp(path: pathlib.Path) -> tuple:
        """The number and the hash of the line that a notice carries."""
        number, value = path.read_bytes().partition(b"X-BreachClock-Journal:")[2].split()[:2]
        return int(number), value.decode()

    @staticmethod
    def call(daemon: FrozenDaemon, method: str, **parameters: typing.Any) -> dict:
        with Varlink(daemon.socket) as client:
            reply = client.call(method, **parameters)
        if reply.error is not None:
            raise AssertionError(f"{method} {parameters}: {reply}")
        return reply.parameters["breach"]

    def round(self, daemon: FrozenDaemon) -> None:
        """A breach from its report to its closing, by way of every command, and one that nobody looks after."""
        def does(method: str, **parameters: typing.Any) -> None:
            self.call(daemon, method, breach=one, **parameters)

        now = instant(daemon.clock)
        one = self.call(daemon, "Report", protocol="EWS-ASC", detected="1h ago", by="provide", summary=SUMMARY,
                        measures="Žádné – none.", individuals=40)["id"]
        daemon.go_to(daemon.clock)
        # The mail system refuses one, and then somebody lets it be tried again.
        refused = next(each for each in daemon.spool() if each.startswith(f"{one}.breach-notice.essex-county-council."))
        (daemon.new / refused).rename(daemon.spool_folder / "failed" / refused)
        does("Note", kind="effect", text="Zurückgewiesen.")
        (daemon.spool_folder / "failed" / refused).rename(daemon.new / refused)
        does("Note", kind="effect", text="Noch einmal.")
        daemon.go_to(daemon.clock)
        daemon.hand_over()
        does("Note", kind="advice", text="Répondez à tous : “d’accord”.")
        for partner in PARTNERS:
            does("Position", partner=partner, outcome="notify", name="Ángel Núñez")
        does("Position", partner="provide", outcome="do-not-notify", reason="Größe unbekannt.")
        does("Position", partner="provide", outcome="notify")
        does("Notified", at="now", reference="IC-312458-K7D2")
        does("Escalate", matter="individuals", reason="Il ne faut pas attendre.")
        does("Decide", matter="individuals", outcome="notify", name="Odalys Quirke", reason="They should know.",
             when="today", how="by letter", byWhom="the council")
        does("Correct", consequences="Aucune, à notre connaissance.")
        # Nobody acknowledges in time as far as the register knows, and then somebody turns out to have.
        two = self.call(daemon, "Report", protocol="EWS-ASC", detected="now", by="provide", summary=SUMMARY)["id"]
        daemon.set_clock(utc(now + 49 * 3600))
        daemon.go_to(daemon.clock)
        self.call(daemon, "Ack", breach=two, partner="essex-county-council", at=utc(now + 3600), via="phone",
                  name="Søren Ødegård")
        daemon.go_to(utc(now + 80 * 3600))
        # What was handed over bears witness as it is; what comes after waits, and is taken back.
        daemon.hand_over()
        does("Note", kind="action", text="Versandt.")
        daemon.go_to(daemon.clock)
        self.older.append(daemon.journal_bytes())
        does("Redact", field="measures", reason="It says who.")
        does("Close", reason="Tout est fait.")
        does("Reopen", reason="Pas tout.")
        self.call(daemon, "Close", breach=two, reason="Fertig.")
