"""Slack and Teams: a post to the address of an incoming webhook."""

from dataclasses import dataclass
from typing import Literal

from costopt.model.message import Message
from costopt.notifiers.post import Poster


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatChannel:
    """One room."""

    poster: Poster
    """Its address."""
    form: Literal["slack", "teams"]
    """Which JSON it takes."""

    def send(self, message: Message) -> tuple[str, ...]:
        """Post the message.

        Raises:
            NotifyError: it was not taken.
        """
        body = message.slack if self.form == "slack" else message.teams
        self.poster.request("POST", body.encode(), {"Content-Type": "application/json"})
        return ()
