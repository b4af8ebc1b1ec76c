"""Everything that Apprise reaches, about 130 services, by one address each. Needs the extra `notify`.

Source: https://github.com/caronc/apprise/wiki.
"""

from typing import Any

import apprise

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.quiet import silence

_ASSET = apprise.AppriseAsset(app_id="costopt", app_desc="costopt", app_url="", async_mode=False)
# Older versions do not read it, and follow redirects.
_ASSET.http_redirects = False


class AppriseChannel:
    """One address of Apprise."""

    def __init__(self, url: str) -> None:
        """Understand the address.

        Raises:
            NotifyError: Apprise does not; it says so only in its log, with the address.
        """
        silence()
        # One address, not a list: `instantiate` would take the first of several and drop the others.
        target: Any = apprise.Apprise.instantiate(url, asset=_ASSET, suppress_exceptions=True)
        if target is None:
            raise NotifyError(
                "Apprise does not understand the address",
                hint="https://github.com/caronc/apprise/wiki lists the forms. Microsoft Teams is workflows:// now.",
            )
        self._hub = apprise.Apprise(asset=_ASSET)
        self._hub.add(target)

    def send(self, message: Message) -> tuple[str, ...]:
        """Hand the Markdown over; Apprise turns it into what the service takes.

        Raises:
            NotifyError: Apprise says no. It does not say why.
        """
        silence()
        taken = self._hub.notify(
            # Not the subject: some services read it as Markdown, and names in it would link and mention.
            title=message.heading,
            body=message.markdown,
            body_format=apprise.NotifyFormat.MARKDOWN,
            notify_type="warning",
        )
        if not taken:
            raise NotifyError(
                "Apprise could not deliver the message, and gives no reason",
                hint="Try the address alone: `apprise -vv -t test -b test ADDRESS` on this machine.",
            )
        return ()
