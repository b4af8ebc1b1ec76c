"""Logging on standard error, without anything secret."""

import logging
import re
import sys

_SECRETS = re.compile(
    r"(A[KS]IA[A-Z0-9]{12,})|((?:aws_)?(?:secret|session|security)[-_a-z]*[=:]\s*)\S+|(X-Amz-Signature=)\w+",
    re.IGNORECASE,
)


class Redacting(logging.Filter):
    """Replaces access keys, tokens and signatures in every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, cleaned."""
        record.msg = _SECRETS.sub(lambda found: f"{found.group(2) or found.group(3) or ''}***", record.getMessage())
        record.args = ()
        return True


def set_up(verbosity: int) -> None:
    """Log costopt at INFO (1) or DEBUG (2 and more); the cloud SDKs stay at WARNING, since they log requests."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Redacting())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("costopt").setLevel(logging.INFO if verbosity == 1 else logging.DEBUG)
