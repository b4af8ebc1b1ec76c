"""The ping at the end of a run, for a service that says when one is missing (a dead man's switch)."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from costopt.notifiers.post import Poster


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """An address that expects a sign of life."""

    poster: Poster
    """Where to."""

    def beat(self, *, succeeded: bool) -> None:
        """Ping; a run that failed pings the path with `/fail` behind it.

        Source: https://healthchecks.io/docs/http_api/.

        Raises:
            NotifyError: the ping was not taken.
        """
        poster = self.poster if succeeded else Poster(url=_failing(self.poster.url), pause=self.poster.pause)
        poster.request("GET", None, {})


def _failing(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
