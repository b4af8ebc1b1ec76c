"""What a block volume and a snapshot cost a month."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from costopt.economics.cost_subjects import SNAPSHOT_CHAIN, chain_of
from costopt.economics.lookups import PriceBook
from costopt.economics.snapshot_use import COPIED_VOLUME
from costopt.model.finding import Term
from costopt.model.price import Price, Quality
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume

GP3_INCLUDED_IOPS = 3_000
"""Operations a second that every gp3 volume includes. Source: https://aws.amazon.com/ebs/pricing/."""

GP3_INCLUDED_MIBPS = 125
"""Throughput in MiB/s that every gp3 volume includes. Source: https://aws.amazon.com/ebs/pricing/."""

_IO2_TIERS: tuple[tuple[int, Decimal], ...] = (
    (32_000, Decimal(1)),
    (64_000, Decimal("0.7")),
    (256_000, Decimal("0.49")),
)
"""Upper end of each tier of io2 operations a second, and its price as a share of the first tier's.
Source: https://aws.amazon.com/ebs/pricing/ (us-east-1: 0.065, 0.046 and 0.032 dollars)."""

_GIB = Decimal(1024**3)


def volume_terms(volume: Resource, spec: EbsVolume, prices: PriceBook) -> tuple[Term, ...]:
    """The monthly cost of a volume: storage, operations a second, throughput.

    Requests to `standard` (magnetic) volumes are billed apart and left out; so are provisioned operations that the
    provider did not tell. Both make the cost a little low, never high.

    Args:
        volume: whose cost it is.
        spec: what to price; may differ from `volume.spec` to price what the volume could become.
        prices: price book.

    Raises:
        PriceNotFound: one of the prices is not known in the volume's region.
    """
    storage = prices.unit("ebs", f"{spec.volume_type}_storage", volume.region)
    label = f"{spec.volume_type} storage"
    terms = [Term(label=label, subject=volume.key, quantity=Decimal(spec.size_gib), price=storage)]
    terms.extend(_performance_terms(volume, spec, prices))
    return tuple(terms)


def snapshot_terms(snapshot: Resource, spec: EbsSnapshot, prices: PriceBook) -> tuple[Term, ...]:
    """The most that a snapshot can cost a month: the full snapshot's size, or its volume's size where that is unknown.

    Snapshots are incremental, so what one of them adds to the bill is usually less. All snapshots of a volume are
    therefore one subject: the largest of them is counted, once.
    Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshots.html.

    Raises:
        PriceNotFound: no price of snapshot storage in the region.
    """
    size = Decimal(spec.volume_size_gib) if spec.full_size_bytes is None else Decimal(spec.full_size_bytes) / _GIB
    price = prices.unit("ebs", f"snapshot_{spec.tier}_storage", snapshot.region)
    if spec.full_size_bytes is None:
        price = replace(price, quality=Quality.ESTIMATE)
    copied = spec.volume_id == COPIED_VOLUME
    subject = snapshot.key if copied else chain_of(snapshot, SNAPSHOT_CHAIN, spec.volume_id)
    return (Term(label=f"snapshot {spec.tier} storage", subject=subject, quantity=size, price=price),)


def paid_instead(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The same lines with the sign turned: what is paid after the change."""
    return tuple(replace(term, quantity=-term.quantity) for term in terms)


def _performance_terms(volume: Resource, spec: EbsVolume, prices: PriceBook) -> Iterator[Term]:
    """Lines for what is provisioned beyond the storage."""
    if spec.volume_type == "gp3":
        yield from _above(volume, spec.iops, GP3_INCLUDED_IOPS, "gp3_iops", prices)
        yield from _above(volume, spec.throughput_mibps, GP3_INCLUDED_MIBPS, "gp3_throughput", prices)
    elif spec.volume_type == "io1" and spec.iops:
        yield from _above(volume, spec.iops, 0, "io1_iops", prices)
    elif spec.volume_type == "io2" and spec.iops:
        yield from _io2_terms(volume, spec.iops, prices)


def _above(volume: Resource, provisioned: int | None, included: int, item: str, prices: PriceBook) -> Iterator[Term]:
    """One line for the part of `provisioned` that is not included, if any."""
    extra = (provisioned or 0) - included
    if extra > 0:
        label = item.replace("_", " ") + (f" above {included:,}" if included else "")
        price = prices.unit("ebs", item, volume.region)
        yield Term(label=label, subject=volume.key, quantity=Decimal(extra), price=price)


def _io2_terms(volume: Resource, iops: int, prices: PriceBook) -> Iterator[Term]:
    """One line for each tier of io2 operations a second that is reached."""
    first = prices.unit("ebs", "io2_iops", volume.region)
    floor = 0
    for ceiling, share in _IO2_TIERS:
        within = min(iops, ceiling) - floor
        if within > 0:
            label = "io2 iops" if not floor else f"io2 iops above {floor:,}"
            yield Term(label=label, subject=volume.key, quantity=Decimal(within), price=_tier_price(first, share))
        floor = ceiling


def _tier_price(first: Price, share: Decimal) -> Price:
    """Price of a further tier; only the first tier's is published in the catalog."""
    return first if share == 1 else replace(first, amount=first.amount * share, quality=Quality.ESTIMATE)
