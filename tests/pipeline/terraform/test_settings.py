"""What a recommendation sets in a Terraform resource, in figures that can be worked out by hand."""

from typing import Any

import pytest

from costopt.model.resource import ResourceKey
from costopt.model.terraform import AttributePath
from costopt.pipeline.terraform.advice import Advice
from costopt.pipeline.terraform.changes import Live, sort_advice
from costopt.pipeline.terraform.settings import settings_for
from costopt.terraform.live_index import Match
from costopt.terraform.state import State, StateResource

ROOT: AttributePath = ("root_block_device", 0)


def advice(source: str, target: str | None, **given: Any) -> Advice:
    told = {"id": "F-1", "title": "x", "kind": "resize", "resource": "i-1", "key": None, "summary": "do it"}
    return Advice(**{**told, "source": source, "target": target, **given})


def held(type_name: str, **values: Any) -> StateResource:
    return StateResource(
        address=f"{type_name}.x", mode="managed", type=type_name, name="x", module="", index=None, provider="",
        values={"id": "i-1", **values},
    )  # fmt: skip


def told(one: Advice, type_name: str, path: AttributePath = (), **values: Any) -> dict[str, Any]:
    match = Match(resource=held(type_name, **values), path=path)
    return {setting.text(): setting.after for setting in settings_for(one, match)}


@pytest.mark.parametrize(
    ("type_name", "attribute"),
    [
        ("aws_instance", "instance_type"),
        ("aws_db_instance", "instance_class"),
        ("aws_rds_cluster_instance", "instance_class"),
        ("aws_elasticache_cluster", "node_type"),
        ("aws_elasticache_replication_group", "node_type"),
    ],
)
def test_a_size_is_set_where_the_type_has_it(type_name: str, attribute: str) -> None:
    assert told(advice("plan", "m6g.large"), type_name) == {attribute: "m6g.large"}


@pytest.mark.parametrize(
    ("extra", "values", "expected"),
    [
        ((0, 0), {"type": "gp2", "iops": 300}, {"type": "gp3"}),
        ((1509, 125), {"type": "gp2", "iops": 4509}, {"type": "gp3", "iops": 4509, "throughput": 250}),
        ((0, 125), {"type": "gp2", "iops": 1002}, {"type": "gp3", "throughput": 250}),
        ((0, 0), {"type": "io1", "iops": 1000}, {"type": "gp3", "iops": 3000}),  # io1's figure would stay otherwise
        ((3000, 875), {"type": "io2", "iops": 6000}, {"type": "gp3", "iops": 6000, "throughput": 1000}),
    ],
)
def test_a_volume_gets_what_gp3_does_not_include(
    extra: tuple[int, int], values: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert told(advice("ebs_gp2_to_gp3", "gp3", gp3_extra=extra), "aws_ebs_volume", **values) == expected


def test_a_volume_within_an_instance_is_set_in_its_block() -> None:
    block = [{"volume_type": "gp2", "iops": 300}]
    found = told(advice("ebs_gp2_to_gp3", "gp3", gp3_extra=(0, 0)), "aws_instance", ROOT, root_block_device=block)
    assert found == {"root_block_device[0].volume_type": "gp3"}


def test_figures_are_read_from_targets() -> None:
    assert told(advice("log_group_no_retention", "90 days"), "aws_cloudwatch_log_group") == {"retention_in_days": 90}
    assert told(advice("ebs_iops_unused", "8000 IOPS"), "aws_ebs_volume") == {"iops": 8000}
    found = told(advice("dynamodb_overprovisioned", "100 read, 85 write units"), "aws_dynamodb_table")
    assert found == {"read_capacity": 100, "write_capacity": 85}


@pytest.mark.parametrize("source", ["ebs_unattached", "ec2_idle", "nat_idle", "s3_no_lifecycle", "unheard_of"])
def test_what_is_idle_or_unknown_sets_nothing(source: str) -> None:
    assert told(advice(source, "whatever"), "aws_instance") == {}


@pytest.mark.parametrize(
    ("images", "target", "reason"),
    [
        ({}, "m5.large", None),
        ({}, "m6g.large", "the image is built for x86_64, m6g.large runs arm64: build it anew first"),
        ({"i-1": "arm64"}, "m6g.large", None),
        ({"i-1": "arm64"}, "m5.large", "the image is built for arm64, m5.large runs x86_64: build it anew first"),
        ({}, "x9.large", "the architecture of x9.large is not known: check that the image runs on it"),
    ],
)
def test_a_move_between_architectures_needs_another_image(
    images: dict[str, str], target: str, reason: str | None
) -> None:
    known = {"m5.xlarge": ("x86_64",), "m5.large": ("x86_64",), "m6g.large": ("arm64",)}
    state = State(resources=(held("aws_instance", instance_type="m5.xlarge"),), terraform_version=None)
    found = sort_advice([advice("plan", target)], state, known.get, Live(images=images))
    assert [one.reason for one in found.by_hand] == ([] if reason is None else [reason])
    assert len(found.changes) == (reason is None)


FLOOR = "Lower the minimum below 3 if the load allows, and let the policy find the size"


@pytest.mark.parametrize(("minimum", "expected"), [(3, {"min_size": 2}), (5, {}), (None, {})])
def test_a_minimum_goes_down_by_one_where_the_state_has_what_was_seen(
    minimum: int | None, expected: dict[str, int]
) -> None:
    one = advice("asg_oversized_floor", None, summary=FLOOR)
    assert told(one, "aws_autoscaling_group", min_size=minimum) == expected


@pytest.mark.parametrize("seen", [True, False])
def test_a_bucket_gets_a_lifecycle_configuration_only_where_it_is_known_to_have_no_rules(seen: bool) -> None:
    state = State(resources=(held("aws_s3_bucket", bucket="logs"),), terraform_version=None)
    live = Live(ruleless_buckets=frozenset({"logs"} if seen else ()))
    key = ResourceKey(provider="aws", account="1", region="r", kind="s3_bucket", id="logs")
    one = advice("s3_incomplete_uploads", "7 days", kind="configure", resource="logs", key=key)
    found = sort_advice([one], state, lambda _: None, live)
    told = [(change.address, change.beside) for change in found.changes]
    assert told == ([("aws_s3_bucket_lifecycle_configuration.x", "aws_s3_bucket.x")] if seen else [])
    assert [work.reason.split(",")[0] for work in found.by_hand] == ([] if seen else ["the bucket has"])


def test_a_resource_that_the_state_holds_twice_is_left_alone() -> None:
    twice = (held("aws_instance", instance_type="m5.xlarge"), held("aws_instance", instance_type="m5.xlarge"))
    found = sort_advice(
        [advice("plan", "m5.large")], State(resources=twice, terraform_version=None), lambda _: None, Live()
    )
    assert "holds it 2 times" in found.unmatched[0].reason
