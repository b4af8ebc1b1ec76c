"""What the checks of block snapshots share: who holds a snapshot, and what of it would really be freed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from costopt.analyzer.context import Context
from costopt.economics.ebs_cost import snapshot_terms
from costopt.economics.pricing_gaps import priced
from costopt.economics.snapshot_use import COPIED_VOLUME, held_by_images
from costopt.model.finding import Evidence, Saving
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsSnapshot
from costopt.model.specs.ec2 import Ami

_GIB = 1024**3

Stays = Callable[[Resource, EbsSnapshot], bool]
"""Whether another snapshot of the same volume is kept."""


def images_on(beside: Resource, snapshot_id: str, context: Context) -> int:
    """How many machine images of the account and region stand on a snapshot."""
    place = ("snapshots", "held", beside.account, beside.region)
    if place not in context.memo:
        context.memo[place] = held_by_images(image for _, image in context.all(beside, Ami))
    return int(context.memo[place].get(snapshot_id, 0))


def siblings(snapshot: Resource, spec: EbsSnapshot, context: Context) -> Iterator[tuple[Resource, EbsSnapshot]]:
    """The other snapshots of the same volume; of a copy nobody knows the volume."""
    place = ("snapshots", "of volume", snapshot.account, snapshot.region)
    if place not in context.memo:
        by_volume: dict[str, list[tuple[Resource, EbsSnapshot]]] = defaultdict(list)
        for one in context.all(snapshot, EbsSnapshot):
            by_volume[one[1].volume_id].append(one)
        context.memo[place] = by_volume
    if spec.volume_id != COPIED_VOLUME:
        for one in context.memo[place].get(spec.volume_id, ()):
            if one[0].id != snapshot.id:
                yield one


def freed(
    found: Iterable[tuple[Resource, EbsSnapshot]], context: Context, stays: Stays
) -> tuple[Saving | None, str | None]:
    """What is saved by deleting snapshots, or why that is not known.

    Snapshots are incremental: as long as another one of the same volume stays, only the blocks that no other one needs
    are freed, and how many those are no list tells.
    Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-deleting-snapshot.html.

    Args:
        found: the snapshots to delete.
        context: surroundings.
        stays: whether another snapshot of the same volume is kept.
    """
    deleted = tuple(found)
    for snapshot, spec in deleted:
        if any(stays(*other) for other in siblings(snapshot, spec, context)):
            return None, f"size of the blocks of {snapshot.id} that no later snapshot of {spec.volume_id} needs"
    return priced(
        lambda: tuple(term for snapshot, spec in deleted for term in snapshot_terms(snapshot, spec, context.prices))
    )


def size(spec: EbsSnapshot) -> Evidence:
    """How much a snapshot can hold."""
    if spec.full_size_bytes is None:
        return Evidence(statement=f"holds at most its volume's {spec.volume_size_gib:,} GiB")
    return Evidence(statement=f"holds at most {spec.full_size_bytes / _GIB:,.1f} GiB")
