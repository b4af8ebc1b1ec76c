"""Components of groups of EC2 instances: auto scaling groups and managed node groups of EKS.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

from costopt.model.terraform_cost import Component
from costopt.terraform.cost.aws_ebs import volume_lines
from costopt.terraform.cost.aws_ec2 import Machine, described, machine_lines, template_of
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import line, unit_rate
from costopt.terraform.cost.reading import NotKnown, Section

DEFAULT_NODE_TYPE = "t3.medium"
"""Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""

DEFAULT_NODE_GIB = Decimal(20)
"""GiB of a node's disk for Linux. Source: the same page."""


def autoscaling_group(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_autoscaling_group`: as many instances as it starts with.

    Raises:
        NotKnown: its template is not in the configuration, or an argument is not known.
    """
    count = _capacity(item)
    if not count:
        return
    configured = estate.follow(item, "launch_configuration", "aws_launch_configuration")
    if configured is not None:
        yield from _configured(item, configured, count)
        return
    policies = item.blocks("mixed_instances_policy")
    if policies:
        yield from _mixed(item, policies[0], estate, count)
        return
    template = template_of(item, estate)
    if template is None:
        raise NotKnown("its launch template or launch configuration is not in this configuration")
    yield from machine_lines(described(template), item.usage, count)
    yield from template_volumes(template, item, count)


def _capacity(item: Item) -> Decimal:
    """Desired capacity, or the least one; a group that may be empty is counted as one instance, so that it shows."""
    given = item.usage.number("instances")
    if given is not None:
        return given
    desired = item.number("desired_capacity")
    return desired if desired is not None else item.number("min_size") or Decimal(1)


def _configured(item: Item, configured: Item, count: Decimal) -> Iterator[Component]:
    """Instances of a launch configuration, whose monitoring is detailed unless it says otherwise."""
    machine = replace(described(configured), monitoring=configured.flag("enable_monitoring", default=True))
    machine = replace(machine, spot=configured.given("spot_price"))
    yield from machine_lines(machine, item.usage, count)
    root = configured.block("root_block_device")
    yield from volume_lines(root, item.usage, count=count, part="root_block_device")
    for position, block in enumerate(configured.blocks("ebs_block_device")):
        yield from volume_lines(block, item.usage, count=count, part=f"ebs_block_device[{position}]")


def _mixed(item: Item, policy: Section, estate: Estate, capacity: Decimal) -> Iterator[Component]:
    """The first type of the policy, on demand and on the spot market as it says.

    Which types are started is decided by the provider; the first is the most preferred one.
    """
    launch = policy.block("launch_template")
    template = template_of(launch, estate)
    if template is None:
        raise NotKnown("the launch template of its mixed instances policy is not in this configuration")
    override = launch.block("override")
    weight = override.number("weighted_capacity") or Decimal(1)
    total = (capacity / weight).to_integral_value(ROUND_CEILING)
    machine = described(template, instance_type=override.text("instance_type"))
    distribution = policy.block("instances_distribution")
    on_demand = _on_demand(distribution, total, weight)
    yield from machine_lines(machine, item.usage, on_demand, spot_count=total - on_demand)
    yield from template_volumes(template, item, total)


def _on_demand(distribution: Section, total: Decimal, weight: Decimal) -> Decimal:
    """Instances on demand: the base, and of the rest a share that is rounded up."""
    base = (distribution.number("on_demand_base_capacity") or Decimal(0)) / weight
    base = min(base.to_integral_value(ROUND_CEILING), total)
    percent = distribution.number("on_demand_percentage_above_base_capacity")
    share = Decimal(100) if percent is None else min(percent, Decimal(100))
    return base + ((total - base) * share / 100).to_integral_value(ROUND_CEILING)


def template_volumes(template: Section, item: Item, count: Decimal) -> Iterator[Component]:
    """Volumes that a launch template maps; that of the image is not described there.

    Raises:
        NotKnown: an argument is not known.
    """
    for position, mapping in enumerate(template.blocks("block_device_mappings")):
        for ebs in mapping.blocks("ebs"):
            yield from volume_lines(ebs, item.usage, count=count, part=f"block_device_mapping[{position}]")


def eks_node_group(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_eks_node_group`.

    Raises:
        NotKnown: an argument is not known.
    """
    scaling = item.block("scaling_config")
    given = item.usage.number("instances")
    desired = scaling.number("desired_size")
    count = given if given is not None else desired if desired is not None else Decimal(1)
    types = item.texts("instance_types")
    template = template_of(item, estate)
    if template is None:
        if item.blocks("launch_template"):
            raise NotKnown("its launch template is not in this configuration")
        machine = Machine(instance_type=types[0] if types else DEFAULT_NODE_TYPE)
    else:
        machine = described(template, instance_type=types[0] if types else "")
        machine = replace(machine, instance_type=machine.instance_type or DEFAULT_NODE_TYPE)
    machine = replace(machine, spot=item.text("capacity_type") == "SPOT")
    yield from machine_lines(machine, item.usage, count)
    if template is None:
        gib = (item.number("disk_size") or DEFAULT_NODE_GIB) * count
        yield line("Storage (general purpose SSD, gp2)", gib, "GB", unit_rate("ebs", "gp2_storage"))
    else:
        yield from template_volumes(template, item, count)
