"""Pseudonyms for names and ids, and sentences from which they are masked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from costopt.model.price import Price

_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = r"[\w-]+(?:[.:][\w-]+)*"
_PLACE = r"(?:(?:zones|regions|locations)/[\w-]+/\w+|global/\w+|datasets)"
_PATTERNS = (
    (re.compile(r"\barn:[\w-]+:[^\s,;'\"]+"), "arn-redacted"),
    (re.compile(rf"(?<![\w/])(?://{_WORD})?/?(?:projects/{_WORD}/)?{_PLACE}/{_WORD}(?:/\w+/{_WORD})*"), "id-redacted"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "id-redacted"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "account-redacted"),
    (re.compile(r"\b[a-z]{1,8}-(?:[0-9a-f]{17}|[0-9a-f]{8})\b"), "id-redacted"),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), "address-redacted"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "mail-redacted"),
)
"""What looks like an identity although it belongs to nothing in the report: ARNs, Google's paths, UUIDs, AWS account
numbers, EC2 style ids, IPv4 and mail addresses."""


_OWN_TABLE = "bigquery://"
"""Beginning of the source of a price that was read in a pricing export of the user's; all other sources are public."""


def without_table(price: Price) -> Price:
    """A price that does not say in whose table it was read."""
    return replace(price, source=f"{_OWN_TABLE}table-redacted") if price.source.startswith(_OWN_TABLE) else price


def numbered(word: str, texts: Iterable[str]) -> dict[str, str]:
    """A pseudonym for every text: the word and its place in the alphabet."""
    return {text: f"{word}-{number}" for number, text in enumerate(sorted(set(texts)), start=1)}


@dataclass(frozen=True, slots=True)
class Masking:
    """Replaces every known text inside a sentence, the longest first, at word boundaries only."""

    known: dict[str, str]
    """Text to pseudonym."""
    lengths: dict[str, tuple[int, ...]]
    """First token of a known text to the lengths of those that begin with it, longest first."""

    @classmethod
    def of(cls, known: dict[str, str]) -> "Masking":
        """Of these texts and their pseudonyms."""
        lengths: dict[str, set[int]] = {}
        for text in known:
            first = _TOKEN.search(text)
            if first:
                lengths.setdefault(first.group(), set()).add(len(text))
        return cls(known, {token: tuple(sorted(sizes, reverse=True)) for token, sizes in lengths.items()})

    def mask(self, text: str) -> str:
        """The sentence without known texts, and without what looks like an identity."""
        parts, at = [], 0
        for token in _TOKEN.finditer(text):
            if token.start() < at:
                continue
            found = self._known_at(text, token)
            if found:
                parts += [text[at : token.start()], self.known[found]]
                at = token.start() + len(found)
        masked = "".join([*parts, text[at:]])
        for pattern, instead in _PATTERNS:
            masked = pattern.sub(instead, masked)
        return masked

    def _known_at(self, text: str, token: re.Match[str]) -> str | None:
        start = token.start()
        for size in self.lengths.get(token.group(), ()):
            end = start + size
            if text[start:end] in self.known and not (text[end - 1 : end].isalnum() and text[end : end + 1].isalnum()):
                return text[start:end]
        return None
