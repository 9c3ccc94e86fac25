"""The journal's format, worked out here again from the contract with Python's own hashes: independent of the product.

A line is two columns with a tab between: the fact, which the chain covers, and its texts. What is written here reads
journals, judges their chain, and forges them as somebody would who knows the format as well as we do.
"""

import hashlib
import json
import re
import typing

ZEROS = "0" * 64
PREVIOUS = re.compile(rb'"prev":"[0-9a-f]{64}"')
SEQUENCE = re.compile(rb'^\{"seq":[0-9]+,')
CHECK = re.compile(rb',"check":"([0-9a-f]{16})"\}$')


def lines_of(journal: bytes) -> list:
    """The whole lines, without their line ends."""
    return journal.split(b"\n")[:-1]


def journal_of(lines: typing.Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def fact_column(line: bytes) -> bytes:
    return line.partition(b"\t")[0]


def text_column(line: bytes) -> bytes:
    return line.partition(b"\t")[2]


def fact_of(line: bytes) -> dict:
    return json.loads(fact_column(line))


def texts_of(line: bytes) -> dict:
    return json.loads(text_column(line) or b"{}")


def line_hash(line: bytes) -> str:
    """What the next line's `prev` says, and what notices carry."""
    return hashlib.sha256(fact_column(line)).hexdigest()


def hashes(lines: typing.Iterable[bytes]) -> list:
    return [line_hash(line) for line in lines]


def has_checks(lines: typing.Sequence[bytes]) -> bool:
    """Whether each line carries a check of itself at the end of its first column."""
    return CHECK.search(fact_column(lines[0])) is not None


def digest(salt: str, text: str) -> str:
    """What ties a text to its fact."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def faults(lines: typing.Sequence[bytes]) -> list:
    """Everything that is wrong with a journal's numbers, its chain, its checks and its texts' digests."""
    found, previous = [], ZEROS
    for number, line in enumerate(lines, 1):
        fact, texts = fact_of(line), texts_of(line)
        if fact["seq"] != number:
            found.append(f"line {number} is numbered {fact['seq']}")
        if fact["prev"] != previous:
            found.append(f"line {number} follows another line")
        check = CHECK.search(fact_column(line))
        if check and hashlib.sha256(fact_column(line)[:check.start()]).hexdigest()[:16].encode() != check[1]:
            found.append(f"line {number} has another check")
        digests = fact.get("texts", {})
        found += [f"the text {name} of line {number} was never recorded" for name in texts if name not in digests]
        for name, text in texts.items():
            if digest(text["salt"], text["text"]) != digests.get(name):
                found.append(f"the text {name} of line {number} is another")
        previous = line_hash(line)
    return found


def chained_anew(lines: typing.Sequence[bytes], first: int = 1) -> list:
    """The lines with numbers, chain and checks worked out anew from that line on, as a forger would."""
    result = list(lines[:first - 1])
    previous = line_hash(result[-1]) if result else ZEROS
    for number, line in enumerate(lines[first - 1:], first):
        fact, texts = fact_column(line), text_column(line)
        fact = SEQUENCE.sub(b'{"seq":%d,' % number, fact, count=1)
        fact = PREVIOUS.sub(b'"prev":"' + previous.encode() + b'"', fact, count=1)
        check = CHECK.search(fact)
        if check:
            body = fact[:check.start()]
            fact = body + b',"check":"' + hashlib.sha256(body).hexdigest()[:16].encode() + b'"}'
        result.append(fact + b"\t" + texts)
        previous = line_hash(result[-1])
    return result
