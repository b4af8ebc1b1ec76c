"""Components of EC2 instances, alone or as described by a launch template.

Source: https://aws.amazon.com/ec2/pricing/on-demand/
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from costopt.model.price import Purchase
from costopt.model.terraform_cost import Component, InstanceRate, NoRate, Rate
from costopt.terraform.cost.aws_ebs import volume_lines
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, line, reserved_purchase, unit_rate
from costopt.terraform.cost.reading import Section
from costopt.terraform.cost.usage import Usage

DETAILED_METRICS = 7
"""Metrics of detailed monitoring that are charged.
Source: https://aws.amazon.com/cloudwatch/pricing/ (EC2 detailed monitoring is priced as 7 custom metrics)."""

_OPTIMIZED_FOR_A_FEE = {
    "c1": ("xlarge",),
    "c3": ("xlarge", "2xlarge", "4xlarge"),
    "g2": ("2xlarge",),
    "i2": ("xlarge", "2xlarge", "4xlarge"),
    "m1": ("large", "xlarge"),
    "m2": ("2xlarge", "4xlarge"),
    "r3": ("xlarge", "2xlarge", "4xlarge"),
}
"""Sizes that pay for EBS optimization; all newer ones have it by default.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-optimized.html#previous"""

_UNLIMITED_BY_DEFAULT = ("t3", "t3a", "t4g")
"""Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode.html"""

_SYSTEMS = {"": "linux", "linux": "linux", "windows": "windows", "rhel": "rhel", "suse": "sles", "sles": "sles"}
_SYSTEM_NAMES = {"linux": "Linux/UNIX", "windows": "Windows", "rhel": "RHEL", "sles": "SUSE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What an instance is, wherever that is written."""

    instance_type: str
    """Its type."""
    tenancy: str = "default"
    """`default`, `dedicated` or `host`."""
    on_host: bool = False
    """Whether it runs on a host of this configuration, which is what is paid."""
    monitoring: bool = False
    """Whether its monitoring is detailed."""
    optimized: bool = False
    """Whether EBS optimization is asked for."""
    credits: str = ""
    """`unlimited`, `standard`, or "" for the family's default."""
    spot: bool = False
    """Whether it is bought on the spot market."""


def machine_lines(
    machine: Machine, usage: Usage, count: Decimal, *, spot_count: Decimal | None = None
) -> Iterator[Component]:
    """Some instances of one kind, without volumes.

    Args:
        machine: what each is.
        usage: of the resource that they belong to.
        count: how many are not on the spot market; how many there are where `spot_count` is None.
        spot_count: how many are on the spot market; None where the machine says it.
    """
    month = usage.number("monthly_hrs")
    hours = MONTH if month is None else month
    if not machine.on_host:
        yield from _instance_hours(machine, usage, count, spot_count, hours)
    everyone = count + (spot_count or 0)
    if machine.optimized and _pays_for_optimization(machine.instance_type):
        rate = unit_rate("ec2", f"ebs_optimized_hour_{machine.instance_type}")
        yield line("EBS-optimized usage", hours * everyone, "hours", rate)
    if machine.monitoring:
        metric = unit_rate("cloudwatch", "metric_month")
        yield line("EC2 detailed monitoring", everyone * DETAILED_METRICS, "metrics", metric)
    yield from _credits(machine, usage, everyone)


def _instance_hours(
    machine: Machine, usage: Usage, count: Decimal, spot_count: Decimal | None, hours: Decimal
) -> Iterator[Component]:
    system = _SYSTEMS.get(usage.text("operating_system").lower())
    label = _SYSTEM_NAMES.get(system or "", usage.text("operating_system"))
    bought = reserved_purchase(usage) or (Purchase.SPOT if machine.spot else Purchase.ON_DEMAND)
    groups = [(count, bought)] if spot_count is None else [(count, bought), (spot_count, Purchase.SPOT)]
    for many, purchase in groups:
        if many or len(groups) == 1:
            name = f"Instance usage ({label}, {purchase_name(purchase)}, {machine.instance_type})"
            yield line(name, hours * many, "hours", _rate(machine, system, purchase))


def purchase_name(purchase: Purchase | NoRate) -> str:
    """`on-demand`, `spot`, `reserved` or `savings plan`."""
    if purchase in (Purchase.ON_DEMAND, Purchase.SPOT):
        return "spot" if purchase is Purchase.SPOT else "on-demand"
    return "savings plan" if isinstance(purchase, Purchase) and "_sp_" in purchase.value else "reserved"


def _rate(machine: Machine, system: str | None, purchase: Purchase | NoRate) -> Rate:
    if machine.tenancy != "default":
        return NoRate(reason=f"no prices of tenancy {machine.tenancy!r} are kept")
    if system is None:
        return NoRate(reason="operating_system in the usage file is none of linux, windows, rhel and suse")
    if isinstance(purchase, NoRate):
        return purchase
    return InstanceRate(service="ec2", instance_type=machine.instance_type, variant=system, purchase=purchase)


def _pays_for_optimization(instance_type: str) -> bool:
    family, _, size = instance_type.partition(".")
    return size in _OPTIMIZED_FOR_A_FEE.get(family, ())


def _credits(machine: Machine, usage: Usage, count: Decimal) -> Iterator[Component]:
    family = machine.instance_type.partition(".")[0]
    if not family.startswith("t") or family == "t1" or machine.credits == "standard":
        return
    spent, vcpu = usage.number("monthly_cpu_credit_hrs"), usage.number("vcpu_count")
    if spent is None or not (machine.credits == "unlimited" or family in _UNLIMITED_BY_DEFAULT):
        return  # bursts above the baseline are the exception: only who measured them can say
    quantity = spent * (Decimal(2) if vcpu is None else vcpu) * count
    if quantity:
        yield line("CPU credits", quantity, "vCPU-hours", unit_rate("ec2", f"cpu_credit_vcpu_hour_{family}"))


def described(section: Section, *, template: Section | None = None, instance_type: str = "") -> Machine:
    """The machine that an instance or launch template describes; what it leaves out, its template gives.

    Raises:
        NotKnown: something is not known.
    """
    below = template or section
    type_name = instance_type or section.text("instance_type") or below.text("instance_type")
    placed = section.text("tenancy") or section.text("placement_tenancy") or below.block("placement").text("tenancy")
    market = section.block("instance_market_options").text("market_type") or below.block(
        "instance_market_options"
    ).text("market_type")
    return Machine(
        instance_type=type_name,
        tenancy=placed or "default",
        on_host=section.given("host_id"),
        monitoring=_monitored(section, below),
        optimized=section.flag("ebs_optimized", default=below.flag("ebs_optimized")),
        credits=section.block("credit_specification").text("cpu_credits")
        or below.block("credit_specification").text("cpu_credits"),
        spot=market == "spot",
    )


def _monitored(section: Section, below: Section) -> bool:
    """A launch template has a block for it, an instance an argument."""
    if section.given("monitoring") and not isinstance(section.raw("monitoring"), (list, tuple)):
        return section.flag("monitoring")
    return below.block("monitoring").flag("enabled")


def template_of(section: Section, estate: Estate) -> Item | None:
    """The launch template that a block `launch_template` (or its like) leads to.

    Raises:
        NotKnown: a block is not known.
    """
    for block in section.blocks("launch_template") or section.blocks("launch_template_specification"):
        for name in ("id", "name", "launch_template_id", "launch_template_name"):
            found = estate.follow(block, name, "aws_launch_template")
            if found is not None:
                return found
    return None


def instance(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_instance` and `aws_spot_instance_request`.

    Raises:
        NotKnown: an argument is not known.
    """
    template = template_of(item, estate)
    machine = described(item, template=template)
    if item.type == "aws_spot_instance_request":
        machine = Machine(instance_type=machine.instance_type, monitoring=machine.monitoring, spot=True)
    yield from machine_lines(machine, item.usage, Decimal(1))
    yield from volume_lines(item.block("root_block_device"), item.usage, part="root_block_device")
    yield from _data_volumes(item, template)


def _data_volumes(item: Item, template: Item | None) -> Iterator[Component]:
    """Its own volumes, and those of the template whose device it does not describe itself."""
    mapped = (
        {} if template is None else {one.text("device_name"): one for one in template.blocks("block_device_mappings")}
    )
    position = 0
    for block in item.blocks("ebs_block_device"):
        below = mapped.pop(block.text("device_name"), None)
        part = f"ebs_block_device[{position}]"
        yield from volume_lines(block, item.usage, part=part, below=below.block("ebs") if below else None)
        position += 1
    for block in mapped.values():
        if block.blocks("ebs"):
            yield from volume_lines(block.block("ebs"), item.usage, part=f"ebs_block_device[{position}]")
            position += 1


def dedicated_host(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_ec2_host`.

    Raises:
        NotKnown: its type is not known.
    """
    del estate
    family = item.text("instance_family") or item.text("instance_type").partition(".")[0]
    rate = NoRate(reason="no prices of dedicated hosts are kept")
    yield line(f"EC2 Dedicated Host (on-demand, {family})", MONTH, "hours", rate)
