"""Components of ECS services on Fargate and of EKS clusters.

Sources: https://aws.amazon.com/fargate/pricing/, https://aws.amazon.com/eks/pricing/
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from costopt.model.terraform_cost import Component, NoRate, Rate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, hours, line, unit_rate
from costopt.terraform.cost.reading import NotKnown

_INCLUDED_DISK_GIB = Decimal(20)
_SIZE = re.compile(r"\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>gb|vcpu)?\s*", re.I)

_STANDARD_SUPPORT_ENDS = {
    "1.21": date(2023, 2, 16),
    "1.22": date(2023, 6, 4),
    "1.23": date(2023, 10, 11),
    "1.24": date(2024, 1, 31),
    "1.25": date(2024, 5, 1),
    "1.26": date(2024, 6, 11),
    "1.27": date(2024, 7, 24),
    "1.28": date(2024, 11, 26),
    "1.29": date(2025, 3, 23),
    "1.30": date(2025, 7, 23),
    "1.31": date(2025, 11, 26),
    "1.32": date(2026, 3, 23),
    "1.33": date(2026, 7, 29),
}
"""Last days of standard support of Kubernetes versions.
Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"""


def eks_cluster(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_eks_cluster`; its nodes are resources of their own.

    Raises:
        NotKnown: its version is not known.
    """
    ends = _STANDARD_SUPPORT_ENDS.get(item.text("version"))
    policy = item.block("upgrade_policy").text("support_type")
    if ends is not None and estate.setting.day > ends and policy != "STANDARD":
        yield hours("EKS cluster (extended support)", 1, unit_rate("eks", "extended_support_cluster_hour"))
    else:
        yield hours("EKS cluster", 1, unit_rate("eks", "cluster_hour"))


def ecs_service(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_ecs_service`: the tasks that run on Fargate; others run on instances that are paid as such.

    Raises:
        NotKnown: its task definition is not in this configuration, or an argument is not known.
    """
    provider = _provider(item, estate)
    if provider is None:
        return
    task = _task(item, estate)
    if task is None:
        raise NotKnown("its task definition is not in this configuration")
    count = item.number("desired_count") or Decimal(0)
    memory, vcpu = (_size(task.text(name), name) for name in ("memory", "cpu"))
    platform = task.block("runtime_platform")
    machine = "arm64" if platform.text("cpu_architecture") == "ARM64" else "x86_64"
    plain = provider == "FARGATE" and not platform.text("operating_system_family").startswith("WINDOWS")
    none = NoRate(reason=f"no prices of {provider} with {platform.text('operating_system_family', 'LINUX')} are kept")
    rates: list[Rate] = [unit_rate("fargate", f"{what}_hour_{machine}") if plain else none for what in ("gib", "vcpu")]
    yield line("Per GB per hour", memory * count, "GB", rates[0], per=MONTH)
    yield line("Per vCPU per hour", vcpu * count, "CPU", rates[1], per=MONTH)
    disk = task.block("ephemeral_storage").number("size_in_gib") or _INCLUDED_DISK_GIB
    if disk > _INCLUDED_DISK_GIB:
        rate = unit_rate("fargate", "ephemeral_storage_gib_hour")
        yield line("Ephemeral storage", (disk - _INCLUDED_DISK_GIB) * count, "GB", rate, per=MONTH)


def _provider(item: Item, estate: Estate) -> str | None:
    """`FARGATE` or `FARGATE_SPOT`; None for instances."""
    if item.text("launch_type"):
        return "FARGATE" if item.text("launch_type") == "FARGATE" else None
    chosen = [one.text("capacity_provider") for one in item.blocks("capacity_provider_strategy")]
    if not chosen:
        chosen = _of_cluster(item, estate)
    found = [one for one in chosen if one.startswith("FARGATE")]
    return ("FARGATE" if "FARGATE" in found else found[0]) if found else None


def _of_cluster(item: Item, estate: Estate) -> list[str]:
    cluster = estate.follow(item, "cluster", "aws_ecs_cluster")
    if cluster is None:
        return []
    providers = list(cluster.texts("capacity_providers"))
    for attached in estate.of_type("aws_ecs_cluster_capacity_providers"):
        if estate.leads(attached, "cluster_name", cluster.resource):
            defaults = [one.text("capacity_provider") for one in attached.blocks("default_capacity_provider_strategy")]
            providers.extend(defaults or attached.texts("capacity_providers"))
    return providers


def _task(item: Item, estate: Estate) -> Item | None:
    task = estate.follow(item, "task_definition", "aws_ecs_task_definition")
    if task is not None:
        return task
    for group in estate.of_type("aws_ecs_task_set"):
        if estate.leads(group, "service", item.resource):
            return estate.follow(group, "task_definition", "aws_ecs_task_definition")
    return None


def _size(text: str, name: str) -> Decimal:
    """GiB or vCPUs of `2 GB`, `2048`, `1 vCPU` or `1024`.

    Raises:
        NotKnown: it is none of these.
    """
    matched = _SIZE.fullmatch(text)
    if matched is None:
        raise NotKnown(f"{name} of its task definition is {text!r}")
    number = Decimal(matched["number"])
    return number if matched["unit"] else number / 1024
