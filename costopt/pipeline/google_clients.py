"""Google's client libraries are an extra: what is said where they are missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from costopt.errors import CollectError


@contextmanager
def google_clients() -> Iterator[None]:
    """Around the imports that need them.

    Raises:
        CollectError: they are not installed.
    """
    try:
        yield
    except ImportError as error:
        raise CollectError(
            "Google's client libraries are not installed", hint="Install them: pip install 'cloud-costopt[gcp]'."
        ) from error
