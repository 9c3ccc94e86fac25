"""R26: the register as a page, read as a browser reads it, by html5lib."""

import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from support import REPOSITORY, AcceptanceTest, Daemon, Missing

PYTHON = REPOSITORY / ".venv" / "bin" / "python"

# Ends with a sentence where there is an error in the page.
READER = """
import sys, xml.etree.ElementTree as tree
import html5lib
page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(sys.stdin.buffer.read())
sys.stdout.buffer.write(tree.tostring(page))
"""

# What a page of tables and text is made of: nothing that runs, and nothing that is fetched.
ELEMENTS = set("html head meta title style body main h1 h2 p table thead tbody tr th td ul li a code span time section".split())
ATTRIBUTES = set("lang charset http-equiv content name class scope colspan dir id href datetime aria-label".split())
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class RegisterPage(AcceptanceTest):
    def page(self, daemon: Daemon) -> ElementTree.Element:
        result = daemon.ctl("register", "--format", "html")
        self.assertEqual((result.code, result.err), (0, ""))
        if not PYTHON.exists():
            raise Missing(f"{PYTHON} has no html5lib; make it: make .venv")
        read = subprocess.run([PYTHON, "-c", READER], input=result.out.encode(), capture_output=True, timeout=60, check=False)
        self.assertEqual(read.returncode, 0, read.stderr.decode())
        return ElementTree.fromstring(read.stdout)

    @staticmethod
    def as_written(item: ElementTree.Element) -> str:
        """An entry of a list with its instants as the register has them, and not in local time."""
        return (item.text or "") + "".join(each.get("datetime") + (each.tail or "") for each in item)

    def test_r26_the_register_is_a_page_that_runs_nothing(self):
        """R26, hostile inputs: no error in the page, no element but those of tables and text, and every value in it."""
        summaries = ["<script>alert(1)</script>", "</td></table><img src=x onerror=alert(1)>", "&lt;&amp; \"'", "é\u202e日 <"]
        with Daemon() as daemon:
            for summary in summaries:
                daemon.report(summary=summary, detected="1h ago")
            whole = daemon.json("register")
            page = self.page(daemon)
        self.assertLessEqual({element.tag for element in page.iter()}, ELEMENTS)
        self.assertLessEqual({name for element in page.iter() for name in element.attrib}, ATTRIBUTES)
        references = [breach["id"] for breach in whole]
        self.assertEqual([element.get("id") for element in page.iter("section")], references)
        self.assertEqual([element.get("href") for element in page.iter("a")], [f"#{each}" for each in references])
        for section, breach in zip(page.iter("section"), whole):
            cells = ["".join(cell.itertext()) for cell in section.iter("td")]
            self.assertEqual(len(cells), len(breach) - 1, "all but the heading's")
            texts = [value for value in breach.values() if isinstance(value, str)]
            instants = [text for text in texts if INSTANT.fullmatch(text)]
            told = [each for value in breach.values() for text in (value if isinstance(value, list) else [value])
                    for each in INSTANT.findall(str(text))]
            self.assertEqual([element.get("datetime") for element in section.iter("time")], told)
            self.assertEqual("".join(section.find("h2").itertext()), breach["id"])
            for text in set(texts) - set(instants) - {breach["id"]}:
                self.assertTrue({text, text.replace("-", " ")} & set(cells), text)
            for value in breach.values():
                for each in value if isinstance(value, list) else []:
                    self.assertIn(each, [self.as_written(item) for item in section.iter("li")])
        self.assertEqual({breach["summary"] for breach in whole}, set(summaries))

    def test_r29_the_page_names_a_hash_of_the_register_also_where_it_is_empty(self):
        """R29: the number and hash in the page are those of a fact, and `verify --against` finds it."""
        with Daemon() as daemon:
            for breaches in (0, 1):
                if breaches:
                    daemon.report()
                text = " ".join("".join(self.page(daemon).find("body").itertext()).split())
                self.assertIn(("no breaches", "1 breach,")[breaches], text)
                number, digest = re.search(r"stood at fact (\d+), by whose hash it can be checked: (\w{64})", text).groups()
                self.assertIn(f"is that of fact {number}.", daemon.ctl("verify", "--against", digest).out)


if __name__ == "__main__":
    unittest.main()
