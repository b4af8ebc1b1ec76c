"""A collector gets whole answers to its declared calls, or an error."""

import pytest
from botocore.exceptions import ClientError

from costopt.collectors.aws.faults import IncompleteAnswer, classify, error_code, is_missing
from costopt.collectors.aws.interface import Call
from costopt.collectors.faults import PagingLoop, UndeclaredCall
from tests.oracles.fakeaws import AwsError, FakeAws, Fault, Paging
from tests.oracles.fakeaws_api import open_api

VOLUMES = Call(
    client="ec2", operation="DescribeVolumes", action="ec2:DescribeVolumes", result="Volumes", limit=("MaxResults", 5)
)
TAGS = Call(client="ce", operation="GetTags", action="ce:GetTags", result="Tags", token=("NextPageToken",) * 2)
PERIOD = {"Start": "2026-01-01", "End": "2026-02-01"}
RECOMMENDATIONS = Call(
    client="compute-optimizer",
    operation="GetEC2InstanceRecommendations",
    action="compute-optimizer:GetEC2InstanceRecommendations",
    result="instanceRecommendations",
    token=("nextToken", "nextToken"),
    limit=("maxResults", 100),
)


def tags(values: list[str], **more: object) -> dict[str, object]:
    return {"Tags": values, "ReturnSize": len(values), "TotalSize": len(values), **more}


def test_an_operation_that_is_not_declared_is_refused_before_it_is_sent(aws: FakeAws) -> None:
    api = open_api(aws.url, [VOLUMES])
    with pytest.raises(UndeclaredCall, match="ce:GetTags"):
        api.call(TAGS, TimePeriod=PERIOD)
    assert aws.requests == []


def test_an_operation_that_does_not_exist_is_refused(aws: FakeAws) -> None:
    wrong = Call(client="ec2", operation="DescribeVolume", action="ec2:DescribeVolume")
    with pytest.raises(UndeclaredCall, match="DescribeVolume"):
        open_api(aws.url, [wrong]).call(wrong)


def test_pages_follow_botocores_own_paginator_with_the_declared_page_size(aws: FakeAws) -> None:
    aws.on("ec2", "DescribeVolumes", [{"VolumeId": f"vol-{n}"} for n in range(12)])
    ids = [volume["VolumeId"] for volume in open_api(aws.url, [VOLUMES]).pages(VOLUMES)]
    assert ids == [f"vol-{n}" for n in range(12)]
    assert [request.params["MaxResults"] for request in aws.requests] == [5, 5, 5]


def test_pages_follow_a_declared_token_where_botocore_has_no_paginator(aws: FakeAws) -> None:
    rows = [{"instanceArn": f"arn:aws:ec2:us-east-1:1:instance/i-{n}"} for n in range(250)]
    keys = Paging("nextToken", "nextToken", "instanceRecommendations", "maxResults")
    aws.on("compute-optimizer", "GetEC2InstanceRecommendations", rows, paging=keys)
    assert list(open_api(aws.url, [RECOMMENDATIONS]).pages(RECOMMENDATIONS)) == rows
    assert aws.count("compute-optimizer") == 3


def test_pages_follow_markers_and_more_flags(aws: FakeAws) -> None:
    call = Call(client="rds", operation="DescribeDBInstances", action="rds:DescribeDBInstances", result="DBInstances")
    aws.on("rds", "DescribeDBInstances", [{"DBInstanceIdentifier": f"db-{n}"} for n in range(150)])
    assert len(list(open_api(aws.url, [call]).pages(call))) == 150
    assert aws.count("rds") == 2


def test_a_token_that_alternates_is_a_loop(aws: FakeAws) -> None:
    def two_tokens_in_turn(params: dict[str, str], _: object) -> dict[str, object]:
        return tags(["a"], NextPageToken="y" if params.get("NextPageToken") == "x" else "x")

    aws.on("ce", "GetTags", two_tokens_in_turn)
    with pytest.raises(PagingLoop):
        list(open_api(aws.url, [TAGS]).pages(TAGS, TimePeriod=PERIOD))
    assert aws.count("ce") == 3


@pytest.mark.parametrize("kind", ["truncate", "garbage"])
def test_a_broken_json_answer_is_asked_for_again(aws: FakeAws, kind: str) -> None:
    aws.on("ce", "GetTags", tags(["team"]))
    aws.faults.append(Fault("ce", "GetTags", kind=kind, times=2))
    assert open_api(aws.url, [TAGS]).call(TAGS, TimePeriod=PERIOD)["Tags"] == ["team"]
    assert aws.count("ce") == 3


LONG = b'{"Tags": ["' + b"a" * 100_000


@pytest.mark.parametrize("body", [b"", b'{"Tags": ["a"', b"\x00\xff", LONG])
def test_a_json_answer_that_stays_broken_is_an_error_and_never_empty(aws: FakeAws, body: bytes) -> None:
    aws.on("ce", "GetTags", lambda *_: body)
    with pytest.raises(IncompleteAnswer):
        open_api(aws.url, [TAGS]).call(TAGS, TimePeriod=PERIOD)
    assert aws.count("ce") == 4


def test_a_long_answer_that_only_looks_like_json_is_not_empty_either(aws: FakeAws) -> None:
    aws.on("ce", "GetTags", lambda *_: LONG + b"}")
    with pytest.raises(IncompleteAnswer):
        open_api(aws.url, [TAGS]).call(TAGS, TimePeriod=PERIOD)


def test_broken_xml_is_asked_for_again(aws: FakeAws) -> None:
    aws.on("ec2", "DescribeVolumes", lambda *_: {"Volumes": []} if aws.count() == 3 else b"<DescribeVolumesRes")
    assert open_api(aws.url, [VOLUMES]).call(VOLUMES)["Volumes"] == []


def test_xml_that_stays_broken_is_an_error_that_does_not_quote_it(aws: FakeAws) -> None:
    aws.on("ec2", "DescribeVolumes", lambda *_: b"<DescribeVolumesResponse><userData>c2VjcmV0</userData>")
    with pytest.raises(IncompleteAnswer) as caught:
        open_api(aws.url, [VOLUMES]).call(VOLUMES)
    assert "c2VjcmV0" not in str(caught.value)


def test_an_answer_without_the_declared_result_is_incomplete(aws: FakeAws) -> None:
    aws.on("ce", "GetTags", lambda *_: b'{"ReturnSize": 0}')
    with pytest.raises(IncompleteAnswer, match="ce GetTags without Tags"):
        open_api(aws.url, [TAGS]).call(TAGS, TimePeriod=PERIOD)


def test_a_thing_that_is_gone_can_be_told_from_a_failure(aws: FakeAws) -> None:
    def gone(*_: object) -> dict[str, object]:
        raise AwsError("InvalidVolume.NotFound", "The volume 'vol-1' does not exist.", 400)

    aws.on("ec2", "DescribeVolumes", gone)
    with pytest.raises(ClientError) as caught:
        open_api(aws.url, [VOLUMES]).call(VOLUMES, VolumeIds=["vol-1"])
    assert is_missing(caught.value)
    assert error_code(caught.value) == "InvalidVolume.NotFound"


def test_arguments_that_break_the_model_are_a_bug_and_are_not_sent(aws: FakeAws) -> None:
    api = open_api(aws.url, [VOLUMES])
    with pytest.raises(Exception, match="VolumeIds") as caught:
        api.call(VOLUMES, VolumeIds="vol-1")
    assert classify(caught.value).reason == "bug"
    assert aws.requests == []


def test_a_collector_sees_where_and_when_it_is(aws: FakeAws) -> None:
    api = open_api(aws.url, [VOLUMES], account="333333333333", region="cn-north-1", partition="aws-cn")
    assert (api.account, api.region, api.partition) == ("333333333333", "cn-north-1", "aws-cn")
    assert api.now.utcoffset() is not None
