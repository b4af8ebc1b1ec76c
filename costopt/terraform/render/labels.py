"""Names that costopt gives to blocks and files: of few characters, whatever they are made from."""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256

LONGEST = 48
"""Characters of a label; longer ones are cut."""

LONGEST_NAME = 32
"""Characters of a resource's name: Terraform adds 26 to a prefix, and IAM takes 64."""
_DIGEST = 6
_OUTSIDE = re.compile(r"[^a-z0-9]+")
_TAKEN = frozenset({"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"})
"""Names that Terraform keeps for itself in a module's call."""


def label(text: str, *, fallback: str = "workload") -> str:
    """A label from any text: lower-case ASCII letters, digits and underscores, a letter first."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = _OUTSIDE.sub("_", plain).strip("_")[:LONGEST].strip("_")
    if not name:
        return fallback
    if not name[0].isalpha() or name in _TAKEN:
        name = f"{fallback}_{name}"[:LONGEST].strip("_")
    return name


def labels(texts: Iterable[str], *, fallback: str = "workload") -> tuple[str, ...]:
    """A label for each text, no two alike; the same texts in the same order give the same labels."""
    found: list[str] = []
    taken: set[str] = set()
    for text in texts:
        base = name = label(text, fallback=fallback)
        number = 2
        while name in taken:
            ending = f"_{number}"
            name = base[: LONGEST - len(ending)] + ending
            number += 1
        taken.add(name)
        found.append(name)
    return tuple(found)


def resource_name(text: str) -> str:
    """A name for resources from a label, of 2 to 32 characters; what is cut is told apart by a digest."""
    name = _OUTSIDE.sub("-", text.lower()).strip("-") or "workload"
    if len(name) > LONGEST_NAME:
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
        name = f"{name[: LONGEST_NAME - _DIGEST - 1].strip('-')}-{digest}"
    if not name[0].isalpha():
        name = f"w-{name}"[:LONGEST_NAME]
    return name if len(name) > 1 else f"{name}-1"
