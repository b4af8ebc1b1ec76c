"""EBS volumes and snapshots: life cycles on moto and recorded answers."""

from datetime import UTC, datetime

import pytest

from costopt.collectors.aws.services.ebs import EBS_SNAPSHOTS, EBS_VOLUMES, managed_by


def tags(kind, **values):
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in values.items()]}]


def test_volumes_attached_and_not(moto, collect_moto, image):
    ec2 = moto("ec2")
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    place = {"AvailabilityZone": "eu-west-1a"}
    data = ec2.create_volume(VolumeType="gp3", Size=500, Iops=4000, Throughput=250, **place)["VolumeId"]
    ec2.attach_volume(VolumeId=data, InstanceId=instance, Device="/dev/sdf")
    free = ec2.create_volume(
        VolumeType="gp2", Size=8, TagSpecifications=tags("volume", Name="old", owner="ops"), **place
    )["VolumeId"]

    found = {resource.id: resource for resource in collect_moto(EBS_VOLUMES)}

    (root,) = set(found) - {data, free}
    assert found[root].spec.root is True
    assert found[root].spec.instance_ids == (instance,)
    spec = found[data].spec
    assert (spec.volume_type, spec.size_gib, spec.iops, spec.throughput_mibps) == ("gp3", 500, 4000, 250)
    assert (spec.root, spec.instance_ids, spec.state) == (False, (instance,), "in-use")
    assert spec.availability_zone == "eu-west-1a"
    assert found[free].spec.state == "available"
    assert found[free].spec.instance_ids == ()
    assert found[free].spec.throughput_mibps is None
    assert found[free].spec.detached_at is None
    assert (found[free].name, found[free].tags) == ("old", {"Name": "old", "owner": "ops"})


def test_recorded_volumes_parse(recorded, collect_recorded):
    answer = recorded("test_ebs_volume_query/ec2.DescribeVolumes")
    found = collect_recorded(EBS_VOLUMES, {"DescribeVolumes": answer})
    assert len(found) == len(answer["Volumes"]) > 0
    by_id = {resource.id: resource.spec for resource in found}
    for item in answer["Volumes"]:
        assert by_id[item["VolumeId"]].size_gib == item["Size"]
        assert bool(by_id[item["VolumeId"]].instance_ids) == (item["State"] == "in-use")


def test_snapshots_of_the_account(moto, collect_moto):
    ec2 = moto("ec2")
    volume = ec2.create_volume(Size=40, AvailabilityZone="eu-west-1a")["VolumeId"]
    plain = ec2.create_snapshot(VolumeId=volume, Description="before upgrade")["SnapshotId"]
    backup = ec2.create_snapshot(
        VolumeId=volume, TagSpecifications=tags("snapshot", **{"aws:backup:source-resource": "vol"})
    )["SnapshotId"]

    found = {resource.id: resource for resource in collect_moto(EBS_SNAPSHOTS)}

    assert set(found) == {plain, backup}
    spec = found[plain].spec
    assert (spec.volume_id, spec.volume_size_gib, spec.tier) == (volume, 40, "standard")
    assert (spec.description, spec.managed_by, spec.full_size_bytes) == ("before upgrade", None, None)
    assert found[plain].arn == f"arn:aws:ec2:eu-west-1::snapshot/{plain}"
    assert found[plain].created_at is not None
    assert found[backup].spec.managed_by == "aws-backup"


def test_snapshots_ask_for_the_accounts_own_only(aws, collect_fake):
    item = {
        "SnapshotId": "snap-1",
        "VolumeId": "vol-ffffffff",
        "VolumeSize": 100,
        "StorageTier": "archive",
        "FullSnapshotSizeInBytes": 5_000_000_000,
        "StartTime": datetime(2024, 2, 29, 23, 0, tzinfo=UTC),
        "Description": "",
    }
    aws.on("ec2", "DescribeSnapshots", [item, {**item, "SnapshotId": "snap-2"}], page=1)
    found = collect_fake(EBS_SNAPSHOTS)
    assert [resource.id for resource in found] == ["snap-1", "snap-2"]
    assert (found[0].spec.tier, found[0].spec.full_size_bytes) == ("archive", 5_000_000_000)
    assert found[0].spec.description is None
    assert found[0].created_at == datetime(2024, 2, 29, 23, 0, tzinfo=UTC)
    assert [request.params["OwnerIds"] for request in aws.requests] == [["self"], ["self"]]


def test_recorded_snapshots_parse(recorded, collect_recorded):
    answer = recorded("test_ebs_snapshot_unused/ec2.DescribeSnapshots")
    owner = {"Snapshots": [{**item, "OwnerId": "123456789012"} for item in answer["Snapshots"]]}
    found = collect_recorded(EBS_SNAPSHOTS, {"DescribeSnapshots": owner})
    assert len(found) == len(answer["Snapshots"]) > 0
    assert all(resource.created_at.tzinfo is UTC for resource in found)


def test_snapshots_of_others_are_left_out(recorded, collect_recorded):
    answer = recorded("test_ebs_snapshot_unused/ec2.DescribeSnapshots")
    assert {item["OwnerId"] for item in answer["Snapshots"]} == {"644160558196"}
    assert collect_recorded(EBS_SNAPSHOTS, {"DescribeSnapshots": answer}) == []


@pytest.mark.parametrize(
    ("key", "service"),
    [("aws:dlm:lifecycle-policy-id", "dlm"), ("dlm:managed", "dlm"), ("aws:backup:source-resource", "aws-backup")],
)
def test_services_that_delete_their_snapshots(key, service):
    assert managed_by({"Name": "x", key: "1"}) == service
    assert managed_by({"Name": key}) is None
