"""Proposed changes, written shortly."""

from costopt.model.terraform import AttributePath, Value
from costopt.model.terraform_patch import Literal, ProposedChange, Setting
from costopt.terraform.trace.address import parse_address


def proposal(
    address: str, after: Literal, path: AttributePath = ("instance_type",), *, before: Value = None
) -> ProposedChange:
    """One attribute of one resource."""
    setting = Setting(path=path, before=before, after=after)
    kind = parse_address(address).type
    return ProposedChange(id=f"F-{address}", title="x", address=address, type=kind, live="i-1", settings=(setting,))
