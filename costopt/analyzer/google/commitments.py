"""Commitments of Compute Engine as checks see them: which are active, and where they leave a saving open."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar, cast

from costopt.analyzer.context import Context
from costopt.economics.gce.commitment_types import covered_series
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Saving, Term
from costopt.model.resource import Resource, Spec
from costopt.model.specs.committed_use import CommittedUse

S = TypeVar("S", bound=Spec)


def in_region(context: Context, region: str, spec: type[S]) -> Iterator[tuple[Resource, S]]:
    """All resources of a kind in a region, of every project, by project and id."""
    place = ("google_commitments", "in_region", region, spec.KIND)
    if place not in context.memo:
        lists = [some for (_, where, kind), some in context.by_kind.items() if (where, kind) == (region, spec.KIND)]
        context.memo[place] = sorted((one for some in lists for one in some), key=lambda one: one.key)
    for resource in context.memo[place]:
        yield resource, cast("S", resource.spec)


def active_commitments(context: Context, region: str) -> Iterator[tuple[Resource, CommittedUse]]:
    """Commitments for machines that run now; taken to be shared by all projects, as in the settlement."""
    for resource, spec in in_region(context, region, CommittedUse):
        if spec.status == "ACTIVE" and spec.category == "MACHINE" and spec.start <= context.now < spec.end:
            yield resource, spec


def until(resource: Resource, spec: CommittedUse) -> str:
    """A commitment with its end, or its renewal, in words."""
    day = f"{resource.id} until {spec.end:%Y-%m-%d}"
    return f"{day}, when it renews" if spec.auto_renew else day


def priced_beside_commitments(
    terms: Callable[[], tuple[Term, ...]], resource: Resource, context: Context
) -> tuple[Saving | None, str | None]:
    """The saving, as `priced` gives it; not known where a commitment pays for a part of what has one price only.

    Commitments pay for vCPUs, memory and devices. Of a machine whose units have no known prices, those with
    accelerators in their type above all, nobody can say here what is left when such a part goes on being paid.

    Args:
        terms: makes the lines of the saving; may raise `PriceNotFound`.
        resource: machine or reservation.
        context: surroundings.
    """
    saving, gap = priced(terms)
    if saving is None:
        return saving, gap
    wholes = _wholes(saving.terms)
    paying = [
        until(one, spec)
        for one, spec in active_commitments(context, resource.region)
        if wholes and _may_pay(spec, wholes)
    ]
    if not paying:
        return saving, gap
    return None, f"part of {' and '.join(wholes)} that goes on being paid by {' and '.join(paying)}"


def _may_pay(spec: CommittedUse, wholes: Iterable[str]) -> bool:
    """Whether a commitment pays for the series of one of the types; one of an unknown type may."""
    series = covered_series(spec.commitment_type)
    return not series or any(name.partition("-")[0] in series for name in wholes)


def _wholes(terms: Iterable[Term]) -> list[str]:
    """Types that are given up and are billed at the price of the whole machine."""
    given_up = (term.usage for term in terms if term.quantity > 0)
    names = (usage.instance_type for usage in given_up if usage is not None and usage.variant == "machine")
    return list(dict.fromkeys(names))
