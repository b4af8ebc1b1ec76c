"""Estimates: references, regions, reasons, and what a change costs."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from costopt.model.terraform import Engine, Evaluation, PlannedResource, ResourceChange
from costopt.model.terraform_cost import CostEstimate, Standing
from costopt.terraform.cost.estimate import estimate
from costopt.terraform.cost.free_types import is_free
from costopt.terraform.cost.resource_types import ESTIMATED
from tests.terraform.cost.made import costs, resource, setting


def estimated(*resources: PlannedResource, changes: tuple[ResourceChange, ...] = (), **told: Any) -> CostEstimate:
    """An estimate of a plan."""
    evaluation = Evaluation(
        engine=Engine.PLAN_JSON,
        resources={one.address: one for one in resources},
        changes={one.address: one for one in changes},
    )
    return estimate(evaluation, setting(**told))


def change(address: str, *actions: str, before: Any = None, after: Any = None) -> ResourceChange:
    """What a plan does to one resource."""
    kind = address.partition(".")[0]
    return ResourceChange(address=address, type=kind, actions=actions, before=before, after=after)


def test_a_change_costs_what_is_after_less_what_was_before() -> None:
    one = resource("aws_ebs_volume.v", size=100, type="gp3")
    found = estimated(
        one, changes=(change("aws_ebs_volume.v", "update", before={"size": 100, "type": "gp2"}, after=one.values),)
    )
    assert found.monthly_before == Decimal("10.00")
    assert found.monthly == Decimal("8.00")
    assert found.differences[0].monthly == Decimal("-2.00")


def test_what_is_deleted_is_before_and_not_after() -> None:
    found = estimated(changes=(change("aws_ebs_volume.v", "delete", before={"size": 100, "type": "gp2"}),))
    assert (found.monthly_before, found.monthly) == (Decimal("10.00"), 0)
    assert found.differences[0].after is None
    assert found.differences[0].monthly == Decimal("-10.00")


def test_the_difference_of_what_is_not_priced_in_full_is_not_known() -> None:
    one = resource("aws_instance.a", instance_type="t3.nano", tenancy="dedicated")
    found = estimated(one, changes=(change("aws_instance.a", "create", after=one.values),))
    assert found.differences[0].monthly is None


def test_what_does_not_change_is_no_difference_but_counts_on_both_sides() -> None:
    one = resource("aws_ebs_volume.v", size=10, type="gp2")
    found = estimated(one, changes=(change("aws_ebs_volume.v", "no-op", before=one.values, after=one.values),))
    assert found.differences == ()
    assert found.monthly == found.monthly_before == Decimal("1.00")


def test_without_a_region_nothing_is_priced() -> None:
    found = costs(resource("aws_ebs_volume.v", size=10), region=None)["aws_ebs_volume.v"]
    assert found.monthly is None
    assert found.lines[0].reason == "its region is not known: give --region"


def test_the_region_is_that_of_the_provider_before_that_of_a_zone_that_may_be_made_up() -> None:
    volume = resource("aws_ebs_volume.v", availability_zone="eu-west-1a")
    told = {"aws": {"region": "us-west-2"}}
    assert costs(volume, providers=told)["aws_ebs_volume.v"].region == "us-west-2"
    assert costs(volume)["aws_ebs_volume.v"].region == "eu-west-1"
    own = resource("aws_ebs_volume.v", region="eu-north-1")
    assert costs(own, providers=told)["aws_ebs_volume.v"].region == "eu-north-1"


def test_a_google_zone_is_in_its_region() -> None:
    machine = resource("google_compute_instance.m", zone="europe-west4-b", machine_type="e2-small")
    assert costs(machine)["google_compute_instance.m"].region == "europe-west4"


def test_a_type_that_nobody_wrote_an_estimate_for_says_so() -> None:
    found = costs(resource("aws_msk_cluster.k"))["aws_msk_cluster.k"]
    assert found.standing is Standing.NOT_PRICED
    assert found.reason == "resources of the type aws_msk_cluster are not estimated"


def test_an_estimate_is_complete_only_where_everything_has_a_price() -> None:
    priced, free = resource("aws_ebs_volume.v", size=1, type="gp2"), resource("aws_iam_role.r")
    assert estimated(priced, free).complete
    assert not estimated(priced, resource("aws_msk_cluster.k")).complete


def test_usage_of_a_resource_that_is_not_there_is_told() -> None:
    found = estimated(usage={"aws_lb.gone": {"processed_bytes_gb": 1}})
    assert found.remarks == ("the usage file names aws_lb.gone, which is not in the configuration",)


def test_a_reference_leads_to_the_instance_of_the_same_index() -> None:
    told = {"launch_configuration": ("aws_launch_configuration.c", "count.index")}
    groups = [
        replace(resource(f"aws_autoscaling_group.g[{i}]", references=told, desired_capacity=1), index=i) for i in (0, 1)
    ]
    kinds = [
        resource(f"aws_launch_configuration.c[{i}]", instance_type=f"t3.{size}")
        for i, size in enumerate(("nano", "micro"))
    ]
    found = costs(*groups, *kinds)
    names = [found[one.address].lines[0].component.name for one in groups]
    assert names == [
        "Instance usage (Linux/UNIX, on-demand, t3.nano)",
        "Instance usage (Linux/UNIX, on-demand, t3.micro)",
    ]


def test_a_reference_in_a_module_leads_to_what_is_in_the_module() -> None:
    told = {"launch_template[0].id": ("aws_launch_template.t.id", "aws_launch_template.t")}
    inner = resource("module.m.aws_launch_template.t", module="module.m", instance_type="t3.large")
    outer = resource("aws_launch_template.t", instance_type="t3.nano")
    group = resource(
        "module.m.aws_autoscaling_group.g",
        module="module.m",
        references=told,
        desired_capacity=1,
        launch_template=[{"version": "1"}],
    )
    assert "t3.large" in costs(group, inner, outer)[group.address].lines[0].component.name


def test_no_type_is_both_estimated_and_free() -> None:
    assert [name for name in ESTIMATED if is_free(name)] == []
