"""A message to people, in every form that some channel takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image that belongs to the HTML of a message, which names it as `cid:` and its id."""

    id: str
    """Unique in the message; letters, digits, - and dots."""
    png: bytes
    """The file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One digest. Everything in it is escaped for its form already; a channel adds nothing."""

    id: str
    """Made of the keys of what it tells, so that the same message sent again has the same id."""
    subject: str
    """One line of at most 120 characters, without control characters."""
    text: str
    """Plain text."""
    html: str
    """A page for mail: no script, no link to an image elsewhere."""
    pictures: tuple[Picture, ...] = ()
    """What the page shows."""
    heading: str = ""
    """The subject in words of our own alone: services read a title as Markdown, as their own marks, or as it is."""
    markdown: str = ""
    """CommonMark for whatever Apprise reaches."""
    slack: str = ""
    """JSON of an incoming webhook of Slack."""
    teams: str = ""
    """JSON of a webhook of Teams' Workflows: an Adaptive Card."""
    event: str = ""
    """JSON for machines: every alert with its fingerprint and key."""
