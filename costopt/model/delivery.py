"""What became of telling people."""

from dataclasses import dataclass

from costopt.model.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOutcome:
    """What one channel was told in this run."""

    channel: str
    """Its name in the settings."""
    alerts: tuple[Alert, ...] = ()
    """What there was to tell, new ones first; none where nothing has changed."""
    error: str | None = None
    """Why it was not told; the next run tells it again. None where it was, or there was nothing to tell. Holds no
    address."""
    hint: str = ""
    """What to do about the error."""
    notes: tuple[str, ...] = ()
    """What has to be known although it was told, such as a recipient that the server refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of telling everybody."""

    outcomes: tuple[ChannelOutcome, ...] = ()
    """One a channel, as the settings have them; none where there are no channels, or another run tells."""
    busy: str | None = None
    """Another run that is telling at this moment, in words; this one sent nothing and changed nothing."""

    @property
    def sent(self) -> tuple[ChannelOutcome, ...]:
        """Channels that were told something."""
        return tuple(one for one in self.outcomes if one.alerts and one.error is None)

    @property
    def untold(self) -> bool:
        """Whether there was something to tell and nobody was told anything."""
        return not self.sent and any(one.alerts for one in self.failed)

    @property
    def failed(self) -> tuple[ChannelOutcome, ...]:
        """Channels that could not be told: a gap."""
        return tuple(one for one in self.outcomes if one.error is not None)
