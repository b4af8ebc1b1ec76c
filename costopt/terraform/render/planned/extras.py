"""Modules that are written because the user asks for them: the plan decides no more than a budget's limit."""

import math
from collections.abc import Sequence

from costopt.model.plan import Variant
from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.expressions import Expression
from costopt.terraform.render.labels import resource_name
from costopt.terraform.render.library import ModuleTemplate, find_module

MARGIN = 1.1
"""Limit of a budget over what the plan costs."""
_DOLLARS = 10
_IN_A_REGION = frozenset({"cloud_sql", "ecs_fargate", "gateway_endpoints", "gce_group", "gce_schedule", "schedule"})
"""Modules that take the region of the root."""


def extra_calls(names: Sequence[str], variant: Variant) -> tuple[ModuleCall, ...]:
    """A call for each module, once each.

    Raises:
        UsageError: a module that is not known.
    """
    return tuple(_call(find_module(name), variant) for name in dict.fromkeys(names))


def _call(module: ModuleTemplate, variant: Variant) -> ModuleCall:
    name = module.id
    arguments: dict[str, object] = {} if module.is_untagged else {"name": resource_name(f"{name}-main")}
    if name in _IN_A_REGION:
        arguments["region"] = Expression("var.region")
    if name != "budget":
        return ModuleCall(label=name, module=name, arguments=arguments)
    limit = max(_DOLLARS, math.ceil(float(variant.total.amount) * MARGIN / _DOLLARS) * _DOLLARS)
    arguments["limit"] = limit
    return ModuleCall(
        label=name,
        module=name,
        arguments=arguments,
        evidence=(
            f"The plan costs ${variant.total.amount:,.2f} a month; the limit is a tenth above,"
            f" rounded up to ${_DOLLARS}.",
        ),
    )
