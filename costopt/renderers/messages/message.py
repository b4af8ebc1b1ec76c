"""A message in every form, from alerts."""

from collections.abc import Sequence
from datetime import datetime

from costopt.model.alert import Alert
from costopt.model.budget_status import BudgetStatus
from costopt.model.message import Message
from costopt.renderers.messages.digest import digest
from costopt.renderers.messages.event import render_event
from costopt.renderers.messages.markup import render_markdown
from costopt.renderers.messages.page import render_page
from costopt.renderers.messages.slack import render_slack
from costopt.renderers.messages.teams import render_teams
from costopt.renderers.messages.text import render_text


def render_message(
    alerts: Sequence[Alert], statuses: Sequence[BudgetStatus], *, now: datetime, top: int, remind_days: int
) -> Message:
    """The message. The same alerts give the same one, to the byte.

    Args:
        alerts: at least one, in the order in which they are told.
        statuses: where the budgets stand; figures and causes come from them.
        now: of the run, aware.
        top: how many alerts are spelt out.
        remind_days: after how many days what goes on is told again.
    """
    found = digest(alerts, statuses, top=top, remind_days=remind_days)
    page, pictures = render_page(found)
    return Message(
        id=found.id,
        subject=found.subject,
        text=render_text(found),
        html=page,
        pictures=pictures,
        markdown=render_markdown(found),
        slack=render_slack(found),
        teams=render_teams(found),
        event=render_event(found.id, alerts, statuses, now),
    )
