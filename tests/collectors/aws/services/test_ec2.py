"""EC2 instances, images, addresses, gateways, groups and templates: life cycles on moto and recorded answers."""

import base64
from datetime import UTC, datetime

import pytest

from costopt.collectors.aws.registry import COLLECTORS
from costopt.collectors.aws.services.auto_scaling import AUTO_SCALING_GROUPS
from costopt.collectors.aws.services.ec2_images import AMIS
from costopt.collectors.aws.services.ec2_instances import EC2_INSTANCES, created_at, managed_by, stopped_at
from costopt.collectors.aws.services.ec2_network import ELASTIC_IPS, NAT_GATEWAYS
from costopt.collectors.aws.services.ec2_platform import platform_of, platform_of_details
from costopt.collectors.aws.services.launch_templates import LAUNCH_TEMPLATES

CANARY = "hunter2-canary"


def tagged(kind, **tags):
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


def run(ec2, image, **params):
    answer = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="m5.large", **params)
    return answer["Instances"][0]["InstanceId"]


def test_instances_from_start_to_end(moto, collect_moto, image):
    ec2 = moto("ec2")
    running = run(
        ec2, image, TagSpecifications=tagged("instance", Name="web", team="shop"), UserData=f"PASSWORD={CANARY}"
    )
    stopped, ended = run(ec2, image), run(ec2, image)
    ec2.stop_instances(InstanceIds=[stopped])
    ec2.terminate_instances(InstanceIds=[ended])

    found = {resource.id: resource for resource in collect_moto(EC2_INSTANCES)}

    assert set(found) == {running, stopped}
    web = found[running]
    assert web.name == "web"
    assert web.tags == {"Name": "web", "team": "shop"}
    assert web.arn == f"arn:aws:ec2:eu-west-1:123456789012:instance/{running}"
    assert (web.spec.instance_type, web.spec.state, web.spec.platform) == ("m5.large", "running", "linux")
    assert (web.spec.lifecycle, web.spec.tenancy) == ("on_demand", "default")
    assert web.spec.availability_zone.startswith("eu-west-1")
    assert len(web.spec.volume_ids) == 1
    assert web.spec.stopped_at is None
    assert web.created_at == web.spec.launched_at
    assert web.created_at.utcoffset().total_seconds() == 0
    assert found[stopped].spec.state == "stopped"
    assert found[stopped].spec.stopped_at >= found[stopped].created_at.replace(microsecond=0)
    assert CANARY not in repr(found)
    assert base64.b64encode(CANARY.encode()).decode()[:12] not in repr(found)


@pytest.mark.parametrize(
    ("item", "platform"),
    [
        ({"UsageOperation": "RunInstances", "PlatformDetails": "Linux/UNIX"}, "linux"),
        ({"UsageOperation": "RunInstances:0002", "PlatformDetails": "Windows", "Platform": "windows"}, "windows"),
        ({"UsageOperation": "RunInstances:0010", "PlatformDetails": "Red Hat Enterprise Linux"}, "rhel"),
        ({"UsageOperation": "RunInstances:000g"}, "sles"),
        ({"UsageOperation": "RunInstances:0800", "Platform": "windows"}, "windows_byol"),
        ({"UsageOperation": "RunInstances:zzzz", "PlatformDetails": "Windows with SQL Server Web"}, "windows_sql_web"),
        ({"UsageOperation": "RunInstances:zzzz", "PlatformDetails": "BeOS"}, "unknown"),
        ({"PlatformDetails": "SUSE Linux"}, "sles"),
        ({"Platform": "windows"}, "windows"),
        ({}, "linux"),
        ({"Platform": ""}, "linux"),
    ],
)
def test_platform_is_the_one_that_is_billed(item, platform):
    assert platform_of(item) == platform


def test_platform_of_an_old_reservation():
    assert platform_of_details("Linux/UNIX (Amazon VPC)") == "linux"
    assert platform_of_details("Windows with SQL Server Standard (Amazon VPC)") == "windows_sql_standard"


def test_creation_is_the_earliest_time_that_anything_tells():
    born, restarted = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    disk = {"Ebs": {"AttachTime": datetime(2025, 1, 1, tzinfo=UTC)}}
    card = {"Attachment": {"AttachTime": born}}
    item = {"LaunchTime": restarted, "BlockDeviceMappings": [disk], "NetworkInterfaces": [card, {}]}
    assert created_at(item) == born
    assert created_at({}) is None


def test_stop_time_is_told_by_the_reason_and_only_of_stopped_instances():
    reason = "User initiated (2019-05-01 12:34:56 GMT)"
    assert stopped_at("stopped", reason) == datetime(2019, 5, 1, 12, 34, 56, tzinfo=UTC)
    assert stopped_at("running", reason) is None
    assert stopped_at("stopped", "Server.InternalError") is None


@pytest.mark.parametrize(
    ("tags", "operator", "service"),
    [
        ({"kubernetes.io/cluster/prod": "owned"}, {}, "kubernetes"),
        ({"kubernetes.io/cluster/prod": "owned", "eks:cluster-name": "prod"}, {}, "eks"),
        ({"aws:elasticmapreduce:job-flow-id": "j-1"}, {}, "emr"),
        ({"AmazonECSManaged": ""}, {}, "ecs"),
        ({"team": "eks:cluster-name"}, {}, None),
        ({}, {"Managed": True, "Principal": "eks.amazonaws.com"}, "eks"),
        ({}, {"Managed": False}, None),
    ],
)
def test_managed_by(tags, operator, service):
    assert managed_by(tags, operator) == service


RECORDED = (
    "ec2_instance_age_filter",
    "ec2_metric",
    "ec2_metric_extended_stats",
    "ec2_compute_optimizer_client_side",
    "metric_filter_multiple_datapoints",
    "unused_ami_true",
)


@pytest.mark.parametrize("folder", RECORDED)
def test_recorded_instances_parse(recorded, collect_recorded, folder):
    answer = recorded(f"test_{folder}/ec2.DescribeInstances")
    items = [item for group in answer["Reservations"] for item in group["Instances"]]
    items = [item for item in items if item["State"]["Name"] != "terminated"]
    found = collect_recorded(EC2_INSTANCES, {"DescribeInstances": answer})
    assert {resource.id for resource in found} == {item["InstanceId"] for item in items}
    assert all(resource.created_at.tzinfo is UTC for resource in found)


def test_images_with_their_snapshots(moto, collect_moto, image):
    ec2 = moto("ec2")
    made = ec2.create_image(InstanceId=run(ec2, image), Name="golden", TagSpecifications=tagged("image", team="base"))[
        "ImageId"
    ]
    found = {resource.id: resource for resource in collect_moto(AMIS)}
    assert set(found) == {image, made}
    golden = found[made]
    assert golden.name == "golden"
    assert golden.tags == {"team": "base"}
    assert golden.spec.state == "available"
    assert len(golden.spec.snapshot_ids) == 1
    assert golden.spec.public is False
    assert golden.spec.last_launched_at is None


def test_recorded_images_parse(recorded, collect_recorded):
    found = collect_recorded(AMIS, {"DescribeImages": recorded("test_unused_ami_true/ec2.DescribeImages")})
    assert {resource.id: resource.spec.snapshot_ids for resource in found} == {
        "ami-04e2b113": ("snap-af0eb71b",),
        "ami-e0fba8f7": ("snap-07459fee",),
    }
    assert found[0].created_at == datetime(2016, 10, 21, 16, 59, 46, tzinfo=UTC)


def test_addresses_and_gateways(moto, collect_moto):
    ec2 = moto("ec2")
    idle, used, gone = (ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(3))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateways = [
        ec2.create_nat_gateway(SubnetId=subnet, AllocationId=one)["NatGateway"]["NatGatewayId"] for one in (used, gone)
    ]
    ec2.delete_nat_gateway(NatGatewayId=gateways[1])

    addresses = {resource.id: resource.spec for resource in collect_moto(ELASTIC_IPS)}
    assert set(addresses) == {idle, used, gone}
    assert addresses[idle].association_id is None
    assert addresses[used].association_id is not None

    found = collect_moto(NAT_GATEWAYS)
    assert [resource.id for resource in found] == [gateways[0]]
    assert (found[0].spec.vpc_id, found[0].spec.subnet_id) == (vpc, subnet)
    assert found[0].created_at is not None


def test_recorded_addresses_parse(recorded, collect_recorded):
    found = collect_recorded(ELASTIC_IPS, {"DescribeAddresses": recorded("test_eip_used_by/ec2.DescribeAddresses")})
    attached = {
        resource.spec.public_ip: resource.spec.instance_id for resource in found if resource.spec.association_id
    }
    assert attached == {"100.20.250.96": None, "52.27.14.199": "i-02bdb80e43cda8576"}


def test_recorded_gateway_of_2017_is_public(recorded, collect_recorded):
    answer = recorded("test_nat_gateways_query/ec2.DescribeNatGateways")
    (gateway,) = collect_recorded(NAT_GATEWAYS, {"DescribeNatGateways": answer})
    assert gateway.created_at == datetime(2017, 9, 8, 19, 21, 16, tzinfo=UTC)
    assert gateway.spec.connectivity == "public"


def make_template(ec2, name, **data):
    answer = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    return answer["LaunchTemplate"]["LaunchTemplateId"]


def test_groups_and_templates(moto, collect_moto, image):
    ec2, scaling = moto("ec2"), moto("autoscaling")
    secret = base64.b64encode(CANARY.encode()).decode()
    template = make_template(ec2, "web", InstanceType="m5.large", ImageId=image, UserData=secret)
    ec2.create_launch_template_version(LaunchTemplateId=template, LaunchTemplateData={"InstanceType": "c5.large"})
    ec2.modify_launch_template(LaunchTemplateId=template, DefaultVersion="2")
    zone = {"AvailabilityZones": ["eu-west-1a"]}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="fixed",
        MinSize=1,
        MaxSize=1,
        LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
        **zone,
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="mixed",
        MinSize=0,
        MaxSize=9,
        DesiredCapacity=0,
        MixedInstancesPolicy={
            "LaunchTemplate": {
                "LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "1"},
                "Overrides": [{"InstanceType": "m6i.large"}, {"InstanceType": "m5.large"}],
            },
            "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 30},
        },
        Tags=[{"Key": "team", "Value": "shop", "PropagateAtLaunch": True}],
        **zone,
    )
    scaling.put_scaling_policy(
        AutoScalingGroupName="mixed", PolicyName="up", AdjustmentType="ChangeInCapacity", ScalingAdjustment=1
    )

    groups = {resource.id: resource for resource in collect_moto(AUTO_SCALING_GROUPS)}
    fixed, mixed = groups["fixed"].spec, groups["mixed"].spec
    assert (fixed.minimum, fixed.maximum, fixed.desired) == (1, 1, 1)
    assert (fixed.instance_types, fixed.mixed_instances, fixed.spot_fraction) == (("m5.large",), False, None)
    assert fixed.launch_template_id == mixed.launch_template_id == template
    assert fixed.has_scaling_policy is False
    assert (mixed.instance_types, mixed.mixed_instances) == (("m5.large", "m6i.large"), True)
    assert mixed.spot_fraction == pytest.approx(0.7)
    assert mixed.has_scaling_policy is True
    assert groups["mixed"].tags == {"team": "shop"}
    member = {resource.id: resource.spec for resource in collect_moto(EC2_INSTANCES)}[fixed.instance_ids[0]]
    assert member.auto_scaling_group == "fixed"

    found = collect_moto(LAUNCH_TEMPLATES)
    assert [(one.id, one.name, one.spec.instance_type, one.spec.default_version) for one in found] == [
        (template, "web", "c5.large", 2)
    ]
    assert secret not in repr((groups, found))


@pytest.mark.parametrize("folder", ["unused_ami_true", "ebs_snapshot_unused"])
def test_recorded_groups_parse(recorded, collect_recorded, folder):
    answer = recorded(f"test_{folder}/autoscaling.DescribeAutoScalingGroups")
    nothing = {"DescribePolicies": {"ScalingPolicies": []}}
    nothing["DescribeScheduledActions"] = {"ScheduledUpdateGroupActions": []}
    found = collect_recorded(AUTO_SCALING_GROUPS, {"DescribeAutoScalingGroups": answer, **nothing})
    assert [resource.id for resource in found] == [one["AutoScalingGroupName"] for one in answer["AutoScalingGroups"]]


def test_recorded_template_versions_parse(recorded, collect_recorded):
    versions = recorded("test_ebs_snapshot_unused/ec2.DescribeLaunchTemplateVersions")
    first = versions["LaunchTemplateVersions"][0]
    row = {"LaunchTemplateId": first["LaunchTemplateId"], "DefaultVersionNumber": first["VersionNumber"]}
    gone = {"LaunchTemplateId": "lt-gone", "DefaultVersionNumber": 1}
    answers = {"DescribeLaunchTemplates": {"LaunchTemplates": [row, gone]}, "DescribeLaunchTemplateVersions": versions}
    (found,) = collect_recorded(LAUNCH_TEMPLATES, answers)
    assert found.spec.instance_type == first["LaunchTemplateData"].get("InstanceType")


def test_a_scheduled_action_resizes_a_group_too(moto, collect_moto, image):
    template = make_template(moto("ec2"), "night", InstanceType="m5.large", ImageId=image)
    scaling = moto("autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="office",
        MinSize=0,
        MaxSize=1,
        LaunchTemplate={"LaunchTemplateId": template},
        AvailabilityZones=["eu-west-1a"],
    )
    scaling.put_scheduled_update_group_action(
        AutoScalingGroupName="office", ScheduledActionName="evening", Recurrence="0 19 * * *", DesiredCapacity=0
    )
    (group,) = collect_moto(AUTO_SCALING_GROUPS)
    assert group.spec.has_scaling_policy is True
    assert group.spec.mixed_instances is False


def test_an_empty_region_is_empty_for_every_regional_ec2_collector(moto, collect_moto):
    empty = [one for one in COLLECTORS if {call.client for call in one.calls} <= {"ec2", "autoscaling"}]
    names = {one.id for one in empty} - {"ec2_reservations"}
    assert {"amis", "ec2_instances", "ebs_volumes", "launch_templates"} <= names
    assert {one.id: collect_moto(one) for one in empty if one.id in names} == {name: [] for name in names}
