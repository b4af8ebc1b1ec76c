"""Logging on standard error, without anything secret."""

import logging
import re
import sys
from collections import Counter

from costopt.renderers.clean import clean

_SECRETS = re.compile(
    r"(A[KS]IA[A-Z0-9]{12,})|((?:aws_)?(?:secret|session|security)[-_a-z]*[=:]\s*)\S+|(X-Amz-Signature=)\w+",
    re.IGNORECASE,
)

_SHOWN = 3
"""Records of one kind without -v."""


class Redacting(logging.Filter):
    """Replaces access keys, tokens and signatures in every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, cleaned."""
        record.msg = _SECRETS.sub(lambda found: f"{found.group(2) or found.group(3) or ''}***", record.getMessage())
        record.args = ()
        return True


class Few(logging.Filter):
    """Lets a few records of each kind through, without their traces: a hostile snapshot could fill the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: Counter[object] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to show the record."""
        kind = record.msg
        self._seen[kind] += 1
        record.exc_info = record.exc_text = None
        if self._seen[kind] == _SHOWN:
            record.msg, record.args = f"{record.getMessage()} (more of these: -v shows all)", ()
        return self._seen[kind] <= _SHOWN


class CleanFormatter(logging.Formatter):
    """Keeps the lines of a trace and cleans each: names in them are written by strangers."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text that is safe on a terminal."""
        return "\n".join(clean(line) for line in super().format(record).split("\n"))


def set_up(verbosity: int) -> None:
    """Log costopt at WARNING (0), INFO (1) or DEBUG (2 and more); the cloud SDKs stay at WARNING or above.

    The SDKs log requests; without -v they are not heard at all.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        CleanFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s" if verbosity else "%(levelname)s: %(message)s")
    )
    if not verbosity:
        handler.addFilter(Few())
    handler.addFilter(Redacting())
    logging.basicConfig(level=logging.WARNING if verbosity else logging.ERROR, handlers=[handler])
    logging.getLogger("costopt").setLevel({0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG))
