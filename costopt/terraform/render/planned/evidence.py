"""The reasons of a plan, as comments."""

from collections import defaultdict
from collections.abc import Mapping

from costopt.model.plan import Capacity
from costopt.terraform.render.planned.request import PlannedWork

MOST_LINES = 12
"""Of one list of reasons or notes; a comment is no report."""


def evidence(work: PlannedWork) -> tuple[str, ...]:
    """Why a workload runs on what it does: money, requirements, zones, notes."""
    one = work.assignment
    lines = [
        f"{one.workload}: {_listed(one.before)} becomes {_listed(one.after)}."
        if one.before
        else f"{one.workload}: {_listed(one.after)}."
    ]
    if one.monthly_before is not None:
        lines.append(
            f"${one.monthly_before.amount:,.2f} a month before, ${one.monthly_after.amount:,.2f} after,"
            " without commitments."
        )
    else:
        lines.append(f"${one.monthly_after.amount:,.2f} a month, without commitments.")
    lines += [f"Why: {reason}." for reason in one.reasons[:MOST_LINES]]
    lines += _availability(work)
    if one.before and not one.resources:
        lines.append("What runs today is not imported, since its ids are not known: import or retire it.")
    if work.workload is None and not one.resources:
        lines.append(
            "What kind of workload it is was guessed: generate with --workloads, for pods and jobs are no groups."
        )
    lines += [f"Load: {window}." for window in one.schedule[:MOST_LINES]]
    lines += [f"Note: {note}." for note in one.notes[:MOST_LINES]]
    return tuple(lines)


def pointer(work: PlannedWork, first: str) -> tuple[str, ...]:
    """The reasons of a further call for the same workload."""
    return (f"{work.name}, another part: the reasons stand at module.{first}.",)


def _listed(capacities: tuple[Capacity, ...]) -> str:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for one in capacities:
        counts[one.instance_type, one.market] += one.count
    words = [f"{count} x {name}{_market(market)}" for (name, market), count in sorted(counts.items())]
    return ", ".join(words) or "nothing"


def _market(market: str) -> str:
    return "" if market == "on_demand" else f" ({market.replace('_', ' ')})"


def _availability(work: PlannedWork) -> list[str]:
    """Zones with what runs in each, and what is left when the largest is lost."""
    if len(work.zones) < 2:  # one zone is no spread
        return []
    by_zone = vcpus_by_zone(work)
    total, largest = sum(by_zone.values()), max(by_zone.values())
    placed = ", ".join(f"{zone} {vcpus} vCPUs" for zone, vcpus in sorted(by_zone.items()))
    lines = [f"Zones: {placed}."]
    if work.workload is not None and work.workload.spread.survive_zone_loss:
        lines.append(
            f"N+1: {total - largest} of {total} vCPUs are left after the loss of the largest zone,"
            " which is what is needed."
        )
    return lines


def vcpus_by_zone(work: PlannedWork) -> Mapping[str, int]:
    """Virtual CPUs in each zone; capacity without a zone is in none."""
    found: dict[str, int] = defaultdict(int)
    for one in work.assignment.after:
        if one.zone:
            found[one.zone] += one.count * work.shape(one).vcpu
    return found
