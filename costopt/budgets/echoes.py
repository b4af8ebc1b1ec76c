"""One event is seen in several dimensions: a service, its account and its team all cost more. It is told once."""

from costopt.model.budget_status import Anomaly, AnomalyKind

MOST_OF = 0.8
"""Share of an event that comes from a part, and of the part that goes to the event, above which they are one."""


def is_echo(one: Anomaly, event: Anomaly) -> bool:
    """Whether an anomaly is a larger event as another dimension shows it.

    Args:
        one: of another dimension than the event, not larger than it.
        event: with its causes.
    """
    overlaps = one.start < event.end and event.start < one.end
    if one.dimension == event.dimension or not same_direction(one, event) or not overlaps or not one.severity:
        return False
    shared = (cause.excess for cause in event.causes if (cause.dimension, cause.value) == (one.dimension, one.value))
    return any(float(abs(excess) / one.severity) >= MOST_OF for excess in shared)


def same_direction(one: Anomaly, other: Anomaly) -> bool:
    """Whether both cost more or both cost less; what is new costs more."""
    return (one.kind is AnomalyKind.DROP) is (other.kind is AnomalyKind.DROP)
