"""Names that costopt gives to blocks and files: of few characters, whatever they are made from."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import sha256

LONGEST = 48
"""Characters of a label; longer ones are cut."""

LONGEST_NAME = 32
"""Characters of a resource's name: Terraform adds 26 to a prefix, and IAM takes 64."""
_DIGEST = 6
_OUTSIDE = re.compile(r"[^a-z0-9]+")
_NO_LABEL = re.compile(r"[^a-z0-9_-]+")
LONGEST_GOOGLE_LABEL, MOST_GOOGLE_LABELS = 63, 64
"""Characters of a key or value, and labels of a resource.
Source: https://cloud.google.com/compute/docs/labeling-resources#requirements."""
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


def google_labels(tags: Mapping[str, str]) -> dict[str, str]:
    """Labels of Google Cloud from tags: lower case, few characters, 63 of each, 64 labels at most.

    Tags of which nothing is left have no label; where two become one, the first in their order counts.

    Args:
        tags: any text.
    """
    found: dict[str, str] = {}
    for name, value in sorted(tags.items()):
        key = _label_text(name).lstrip("_-0123456789")
        if key and len(found) < MOST_GOOGLE_LABELS:
            found.setdefault(key[:LONGEST_GOOGLE_LABEL], _label_text(value)[:LONGEST_GOOGLE_LABEL])
    return found


def _label_text(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NO_LABEL.sub("_", plain)
