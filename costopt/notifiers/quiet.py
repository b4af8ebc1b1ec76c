"""Keeps libraries from logging what they send: their records hold addresses, and some addresses are tokens."""

import logging

_AT_MOST_WARNINGS = ("urllib3", "requests", "boto3", "botocore", "google")
"""These log the path of every request at DEBUG; Slack's is its token. Google's log bodies as well, where asked to."""
_SILENT = ("apprise",)
"""Logs addresses that it does not understand at ERROR, and all others at DEBUG."""


def silence() -> None:
    """Raise the levels of their loggers, whatever level the program logs at."""
    for name in _AT_MOST_WARNINGS:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger(name).level))
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
