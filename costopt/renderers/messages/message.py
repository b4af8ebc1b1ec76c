"""A message in every form, from alerts."""

from collections.abc import Sequence
from datetime import datetime

from costopt.model.alert import Alert
from costopt.model.message import Message
from costopt.renderers.messages.digest import Digest, Known, digest
from costopt.renderers.messages.event import TEST, render_event
from costopt.renderers.messages.markup import render_markdown
from costopt.renderers.messages.page import render_page
from costopt.renderers.messages.slack import render_slack
from costopt.renderers.messages.teams import render_teams
from costopt.renderers.messages.text import render_text


def render_message(alerts: Sequence[Alert], known: Known, *, now: datetime, top: int, remind_days: int) -> Message:
    """The message. The same alerts give the same one, to the byte.

    Args:
        alerts: at least one.
        known: what their figures and causes come from.
        now: of the run, aware.
        top: how many alerts are spelt out.
        remind_days: after how many days what goes on is told again.
    """
    found = digest(alerts, known, top=top, remind_days=remind_days)
    return _in_every_form(found, f"costopt: {found.opening}", render_event(found.id, alerts, known, now))


def render_trial(now: datetime) -> Message:
    """A message that says only that it arrives, for whoever sets a channel up."""
    found = Digest(
        id=f"costopt-test-{now:%Y%m%d%H%M%S}",
        subject="Test: costopt reaches this channel",
        opening="Somebody tries this channel out. Nothing is wrong with any budget.",
        entries=(),
        left=0,
        closing="Sent by `costopt budget channels --send`.",
    )
    return _in_every_form(found, found.subject, render_event(found.id, (), Known(), now, kind=TEST))


def _in_every_form(found: Digest, heading: str, event: str) -> Message:
    page, pictures = render_page(found)
    return Message(
        id=found.id,
        subject=found.subject,
        text=render_text(found),
        html=page,
        pictures=pictures,
        heading=heading,
        markdown=render_markdown(found),
        slack=render_slack(found),
        teams=render_teams(found),
        event=event,
    )
