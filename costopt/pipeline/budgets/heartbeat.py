"""A sign of life: a run that does not happen sends none, and whoever waits for it says so."""

import os
from collections.abc import Mapping
from pathlib import Path

from costopt.config.secret import read_secret
from costopt.errors import ConfigError, NotifyError


def beat(variable: str | None, *, succeeded: bool, environ: Mapping[str, str] | None = None) -> str | None:
    """Say at the end of a run that it happened.

    Args:
        variable: environment variable that holds the address; None where there is none, and nothing is sent.
        succeeded: False tells the service that the run failed.
        environ: environment, `os.environ` by default.

    Returns:
        None, or why the sign could not be given, in words that hold no address. It never raises: the run is over.
    """
    if variable is None:
        return None
    from costopt.notifiers.heartbeat import Heartbeat
    from costopt.notifiers.post import Poster

    surroundings = os.environ if environ is None else environ
    try:
        url = read_secret(variable=variable, file=None, folder=Path(), environ=surroundings)
        Heartbeat(poster=Poster(url=url)).beat(succeeded=succeeded)
    except (ConfigError, NotifyError) as error:
        return f"the sign of life could not be given: {error}"
    return None
