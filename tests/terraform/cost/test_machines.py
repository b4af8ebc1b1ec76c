"""Instances, groups and volumes: quantities worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from costopt.model.price import Purchase
from costopt.model.terraform import UNKNOWN
from costopt.model.terraform_cost import InstanceRate, NoRate, Standing
from tests.terraform.cost.made import components, costs, quantities, resource

TEMPLATE = resource(
    "aws_launch_template.t",
    id="lt-1",
    instance_type="m5.large",
    block_device_mappings=[
        {
            "device_name": "/dev/xvda",
            "ebs": [{"volume_type": "gp3", "volume_size": 50, "iops": 4000, "throughput": 250}],
        }
    ],
)


def group(**values: Any) -> Any:
    """An auto scaling group of the template."""
    return resource("aws_autoscaling_group.g", launch_template=[{"id": "lt-1"}], **values)


def test_an_instance_pays_hours_and_a_root_volume_of_8_gib() -> None:
    found = costs(resource("aws_instance.a", instance_type="t3.medium"))["aws_instance.a"]
    assert found.monthly == Decimal("0.0416") * 730 + Decimal("0.10") * 8
    assert found.standing is Standing.PRICED


def test_gp3_pays_only_what_is_above_what_it_includes() -> None:
    found = quantities(group(desired_capacity=3), TEMPLATE)
    assert found == {
        "Instance usage (Linux/UNIX, on-demand, m5.large)": 3 * 730,
        "Storage (general purpose SSD, gp3)": 150,
        "Provisioned throughput": 3 * (250 - 125),
        "Provisioned IOPS": 3 * (4000 - 3000),
    }


def test_a_mixed_group_counts_weights_and_rounds_on_demand_up() -> None:
    policy = {
        "launch_template": [
            {
                "launch_template_specification": [{"launch_template_id": "lt-1"}],
                "override": [{"instance_type": "m5.xlarge", "weighted_capacity": "2"}],
            }
        ],
        "instances_distribution": [
            {"on_demand_base_capacity": 2, "on_demand_percentage_above_base_capacity": 50, "x": None}
        ],
    }
    found = quantities(
        resource("aws_autoscaling_group.g", desired_capacity=11, mixed_instances_policy=[policy]), TEMPLATE
    )
    # 11 units of weight 2 are 6 instances; the base of 2 units is one of them; of the other 5 half, rounded up, is 3.
    assert found["Instance usage (Linux/UNIX, on-demand, m5.xlarge)"] == 4 * 730
    assert found["Instance usage (Linux/UNIX, spot, m5.xlarge)"] == 2 * 730


def test_an_empty_group_costs_nothing() -> None:
    found = costs(group(desired_capacity=0, min_size=0), TEMPLATE)["aws_autoscaling_group.g"]
    assert found.monthly == 0


def test_a_group_whose_template_is_elsewhere_is_not_priced() -> None:
    found = costs(group(desired_capacity=1))["aws_autoscaling_group.g"]
    assert found.standing is Standing.NOT_PRICED
    assert found.monthly is None
    assert "launch template" in found.reason


@pytest.mark.parametrize(
    ("usage", "purchase"),
    [
        ({"purchase_option": "compute_sp_1y_no_upfront"}, Purchase.COMPUTE_SP_1Y_NO_UPFRONT),
        (
            {"reserved_instance_term": "3_year", "reserved_instance_payment_option": "all_upfront"},
            Purchase.RI_3Y_ALL_UPFRONT,
        ),
        (
            {
                "reserved_instance_type": "convertible",
                "reserved_instance_term": "1_year",
                "reserved_instance_payment_option": "no_upfront",
            },
            Purchase.CONVERTIBLE_RI_1Y_NO_UPFRONT,
        ),
    ],
)
def test_the_usage_file_says_how_instances_are_bought(usage: dict[str, str], purchase: Purchase) -> None:
    found = components(resource("aws_instance.a", instance_type="m5.large"), usage={"aws_instance.a": usage})
    rate = found[0].rate
    assert isinstance(rate, InstanceRate)
    assert rate.purchase is purchase


def test_a_way_to_buy_that_does_not_exist_is_said() -> None:
    usage = {"aws_instance.a": {"purchase_option": "barter"}}
    rate = components(resource("aws_instance.a", instance_type="m5.large"), usage=usage)[0].rate
    assert isinstance(rate, NoRate)
    assert "barter" in rate.reason


def test_a_spot_instance_is_bought_on_the_spot_market() -> None:
    market = [{"market_type": "spot"}]
    found = components(resource("aws_instance.a", instance_type="m5.large", instance_market_options=market))
    assert found[0].name == "Instance usage (Linux/UNIX, spot, m5.large)"


def test_dedicated_tenancy_is_never_priced_as_shared() -> None:
    found = costs(resource("aws_instance.a", instance_type="m5.large", tenancy="dedicated"))["aws_instance.a"]
    assert found.lines[0].monthly is None
    assert found.standing is Standing.PARTLY


def test_a_type_that_is_not_known_yet_is_not_priced() -> None:
    one = resource("aws_instance.a", references={"instance_type": ("data.x.y",)}, instance_type=UNKNOWN)
    found = costs(one)["aws_instance.a"]
    assert (found.monthly, found.reason) == (None, "instance_type is not known")


def test_a_block_device_of_an_instance_completes_that_of_its_template() -> None:
    one = resource(
        "aws_instance.a",
        launch_template=[{"id": "lt-1"}],
        ebs_block_device=[{"device_name": "/dev/xvda", "volume_size": 80}],
    )
    found = quantities(one, TEMPLATE)
    assert found["Storage (general purpose SSD, gp3)"] == 80


def test_a_snapshot_is_at_most_its_volume_through_every_copy() -> None:
    volume = resource("aws_ebs_volume.v", id="vol-1", size=100)
    snapshot = resource("aws_ebs_snapshot.s", id="snap-1", volume_id="vol-1")
    copy = resource("aws_ebs_snapshot_copy.c", id="snap-2", source_snapshot_id="snap-1")
    again = resource("aws_ebs_snapshot_copy.d", id="snap-3", source_snapshot_id="snap-2")
    assert quantities(again, volume, snapshot, copy) == {"EBS snapshot storage": 100}


def test_snapshots_that_copy_each_other_end() -> None:
    one = resource("aws_ebs_snapshot_copy.a", id="snap-1", source_snapshot_id="snap-2")
    other = resource("aws_ebs_snapshot_copy.b", id="snap-2", source_snapshot_id="snap-1")
    assert quantities(one, other) == {"EBS snapshot storage": 8}
