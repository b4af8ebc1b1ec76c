"""What the bill says that the resources of a Terraform state cost, beside what they should."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from costopt.economics.paid.monthly import PaidCosts
from costopt.model.finding import Paid
from costopt.model.resource import Resource
from costopt.pipeline.paid.bill_facts import read_bills
from costopt.store.open import open_snapshot
from costopt.terraform.live_index import AddressIndex, Match
from costopt.terraform.state import read_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What a bill says of a state."""

    monthly: Mapping[str, Decimal]
    """Address to its amortised cost a month of 730 hours."""
    notes: tuple[str, ...]
    """What the bill does not say, in sentences."""


def billed_costs(snapshot: Path, store: Path, state: Path) -> Billed:
    """Cost by the bill of what a state holds, by address.

    A snapshot leads from names in the bill to live resources, the state from these to addresses. A volume that is a
    block of an instance counts for the instance.

    Args:
        snapshot: of the accounts that the state is about.
        store: store of bills.
        state: state v4, or what `terraform show -json` prints.

    Raises:
        SnapshotError: the snapshot cannot be read.
        StoreError: no store there, or a damaged one.
        TerraformError: the state cannot be read.
    """
    seen = open_snapshot(snapshot)
    facts = read_bills(store, seen)
    paid = PaidCosts(facts.costs, seen.resources)
    index = AddressIndex(read_state(state))
    monthly: dict[str, Decimal] = defaultdict(Decimal)
    twice: set[str] = set()
    for resource, matches in _held(seen.resources, index):
        found = paid.of(resource)
        if not isinstance(found, Paid):
            continue
        if len(matches) > 1:
            twice.add(resource.id)
        else:
            monthly[matches[0].address] += found.effective.amount
    notes = [f"the bill {note.source} {note.words}" for note in facts.notes]
    notes.extend(f"the state holds {one} more than once, so that its bill is no address's" for one in sorted(twice))
    return Billed(monthly=dict(monthly), notes=tuple(notes))


def _held(resources: tuple[Resource, ...], index: AddressIndex) -> Iterator[tuple[Resource, tuple[Match, ...]]]:
    for resource in resources:
        matches = index.find(resource.key, arn=resource.arn)
        if matches:
            yield resource, matches
