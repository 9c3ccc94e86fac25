"""The configuration's schema and breachd's own strict reader: each is held against the other."""

import copy
import json
import random
import re
import subprocess
import typing
import unittest

import jsonschema

from support import CONFIGURATION_SCHEMA, EXAMPLE, LONG, AcceptanceTest, Daemon, seed

# What a schema cannot say, in the words with which the daemon says it.
BEYOND_A_SCHEMA = re.compile(
    "is the id of no (partner|protocol)|must be later than from|must be a duration|must be a day|"
    "timeZone cannot be used: |^cannot (look at|use as a socket's path) .*File name too long|protocolDirectory ")

# What a member is replaced with: nothing, each type, and values at the edges of what is accepted.
REPLACEMENTS: list = [
    None, True, 0, 1, -1, 8760, 8761, 1.5, "", "x", "X", "x y", "a\nb", "a\u0085b", "a\u2028b", "é", "a@b", "a@b.example",
    "-a@b.example", "a@-b.example", "a..b@c.example", "@", "a@b@c", "a%b@c.example", "24h", "1d", "24 h", "-1h",
    "1234567s", "09:00", "9:00", "24:00", "23:59", "2026-02-29", "2026-12-25", "2026-1-1", "owner", "ig-team", "Mon",
    "monday", "partners", "none", "adverse", "any", "consultation", "controller", "draft", "Approved", "processor",
    "essex-county-council", "A" * 64, "A" * 65, "a" * 64, "a" * 65, "n" * 200, "n" * 201, "n" * 321, "n" * 401,
    "a" * 64 + "@b.example", "a" * 65 + "@b.example", "a@" + "b" * 64 + ".example", [], [""], ["x"], [1], [None],
    ["a@b.example"], ["a@b.example", "x y"], ["Mon", "Sun"], ["24h", "x"], ["2026-12-25"], {}, {"name": "x"},
    {"name": "x", "emails": ["a@b.example"], "telephone": None, "deputies": [{"name": "y"}]}, [{}], [{"name": "x"}],
]

def places(value: typing.Any, path: tuple = ()) -> typing.Iterator[tuple]:
    """Every member of the document, and of each list its first element."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, member in value.items():
            yield from places(member, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def replaced(document: dict, path: tuple, value: typing.Any) -> dict:
    document = copy.deepcopy(document)
    target: typing.Any = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = copy.deepcopy(value)
    return document


def without(document: dict, path: tuple) -> dict:
    document = copy.deepcopy(document)
    target: typing.Any = document
    for key in path[:-1]:
        target = target[key]
    del target[path[-1]]
    return document


class Schema(AcceptanceTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.schema = json.loads(CONFIGURATION_SCHEMA.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(cls.schema)
        cls.validator = jsonschema.Draft202012Validator(cls.schema)
        cls.daemon = cls.enterClassContext(Daemon(start=False))
        # One protocol of every kind of member is enough to change one after the other.
        config = json.loads(EXAMPLE.read_text(encoding="utf-8"))
        protocol = next(each for each in config["protocols"] if each["id"] == "EDATRS")
        protocol["partners"] = [each for each in protocol["partners"]
                                if each["id"] in ("essex-county-council", "open-road")]
        protocol["partners"][0]["deputies"] = [{"name": "Ada Quill", "emails": ["ada@essex-county-council.example"]}]
        protocol["processors"] = ["open-road", "Mind in West Essex"]
        protocol["clause"]["text"] = "All partners must be informed within 48 hours."
        config["protocols"] = [protocol]
        cls.config = config

    def verdict(self, document: typing.Any) -> list:
        """What breachd has against it, a line each."""
        self.daemon.config_path.write_text(json.dumps(document), encoding="utf-8")
        done = subprocess.run([*self.daemon.command(), "--check-config"], capture_output=True, text=True, check=False,
                              env=self.daemon.environ())
        self.assertIn(done.returncode, (0, 78), done)
        self.assertEqual(done.returncode == 0, done.stderr == "", done)
        return done.stderr.splitlines()

    def compare(self, document: typing.Any, what: typing.Any) -> bool:
        """Holds both verdicts against each other; whether they accept it."""
        problems = self.verdict(document)
        accepted = self.validator.is_valid(document)
        if not problems:
            self.assertTrue(accepted, f"{what}: breachd takes it, the schema does not: "
                            f"{[error.message[:200] for error in self.validator.iter_errors(document)]}")
        elif accepted:
            for problem in problems:
                self.assertRegex(problem, BEYOND_A_SCHEMA, f"{what}: the schema takes what breachd refuses")
        return accepted and not problems

    def test_the_example_is_accepted_by_both(self):
        """Contract of the configuration: config.example.json is a whole one."""
        self.assertTrue(self.compare(json.loads(EXAMPLE.read_text(encoding="utf-8")), "the example"))
        self.assertTrue(self.compare(self.config, "the example with one protocol"))

    def test_the_schema_takes_the_least_that_is_enough(self):
        """Contract of the configuration: organisation, timeZone, paths.state, a protocol; or a folder of protocols."""
        protocol = {"id": "A", "title": "T", "controllers": ["a"], "partners": [{"id": "a", "name": "A"}],
                    "clause": {"section": "1", "text": "t", "tell": "none", "threshold": "any",
                               "decision": "controller", "ownerTitle": "Owner"}}
        least = {"organisation": {"name": "O", "mailFrom": "a@b.example", "informationGovernance": ["c@b.example"]},
                 "timeZone": "Europe/London", "protocols": [protocol],
                 "paths": {"state": "var/state", "socket": "var/s", "spool": "var/spool"}}
        self.assertTrue(self.compare(least, "the least"))
        folder = self.daemon.folder / "protocols.d"
        folder.mkdir()
        (folder / "a.json").write_text(json.dumps(protocol), encoding="utf-8")
        for protocols in ([], None):
            self.assertTrue(self.compare({**least, "protocolDirectory": "protocols.d", "protocols": protocols}, "folder"))
        self.assertTrue(self.compare({**without(least, ("protocols",)), "protocolDirectory": "protocols.d"}, "folder"))
        reference = {"$ref": f"{self.schema['$id']}#/$defs/protocol", "$defs": {"all": self.schema}}
        jsonschema.Draft202012Validator(reference).validate(protocol)

    WRONG = {
        "no key of this name": ({"organisaton": {}}, ()), "a key that is missing": (None, ("timeZone",)),
        "no protocol": ([], ("protocols",)), "no partner": ([], ("protocols", 0, "partners")),
        "no controller": ([], ("protocols", 0, "controllers")),
        "twice a controller": (["open-road", "open-road"], ("protocols", 0, "controllers")),
        "an empty team": ([], ("organisation", "informationGovernance")),
        "a mailbox with a name": ("IG <a@b.example>", ("organisation", "mailFrom")),
        "the law's hours negative": (-1, ("protocols", 0, "clause", "regulatorHours")),
        "an id in small letters": ("edatrs", ("protocols", 0, "id")),
        "a reserved id": ("ig-team", ("protocols", 0, "partners", 1, "id")),
        "no such day": ("Monday", ("officeHours", "days", 0)),
        "no such role": ("owner", ("protocols", 0, "partners", 0, "roles", 0)),
        "an owner without a name": ({"emails": []}, ("protocols", 0, "owner")),
        "a title too long": ("t" * 201, ("protocols", 0, "title")),
        "a clause too long": ("t" * 16001, ("protocols", 0, "clause", "text")),
        "a line end": ("a\nb", ("organisation", "name")), "a path that is a number": (1, ("paths", "state")),
        "a list that is none": ("ig", ("access", "read")), "another shape": ([], ("timing",)),
    }

    def test_what_is_wrong_is_refused_by_both(self):
        """Contract of the configuration: a table of mistakes that administrators make."""
        for what, (value, path) in self.WRONG.items():
            with self.subTest(what):
                document = replaced(self.config, path, value) if path else {**self.config, **value}
                self.assertNotEqual(self.verdict(document), [])
                self.assertFalse(self.validator.is_valid(document))
        owner_told = replaced(self.config, ("protocols", 0, "clause", "tell"), "owner")
        for owner in ({"name": "Board"}, None):
            document = replaced(owner_told, ("protocols", 0, "owner"), owner)
            self.assertNotEqual(self.verdict(document), [])
            self.assertFalse(self.validator.is_valid(document))
        for document in ([], "x", 1, None, {}):
            self.assertNotEqual(self.verdict(document), [])
            self.assertFalse(self.validator.is_valid(document))

    def test_both_agree_whatever_one_member_is_replaced_with(self):
        """Contract of the configuration: each member missing, of each type, at each edge; and one more in each object."""
        accepted = compared = 0
        chance = random.Random(seed(20261121))
        for path in places(self.config):
            for value in REPLACEMENTS if LONG else [None, "", [], {}, *chance.sample(REPLACEMENTS, 12)]:
                compared += 1
                accepted += self.compare(replaced(self.config, path, value), (path, value))
            if path[-1] != 0:
                compared += 1
                accepted += self.compare(without(self.config, path), (path, "missing"))
        objects = [()] + [path for path in places(self.config) if isinstance(self.at(path), dict)]
        for path in objects:
            compared += 1
            self.assertFalse(self.compare(replaced(self.config, (*path, "unknown"), None), (path, "unknown")))
        self.assertGreater(accepted, compared // 20)
        self.assertGreater(compared - accepted, compared // 2)

    def at(self, path: tuple) -> typing.Any:
        value: typing.Any = self.config
        for key in path:
            value = value[key]
        return value


if __name__ == "__main__":
    unittest.main()
