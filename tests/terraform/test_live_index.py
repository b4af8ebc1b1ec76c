"""From a live resource to the address that holds it."""

import json
from pathlib import Path
from typing import Any

import pytest

from costopt.model.resource import ResourceKey
from costopt.terraform.live_index import AddressIndex
from costopt.terraform.state import read_state

STATE = Path(__file__).parent / "fixtures" / "estate.tfstate"
ACCOUNT = "111122223333"


def key(kind: str, identifier: str, region: str = "eu-west-1", account: str = ACCOUNT) -> ResourceKey:
    return ResourceKey("aws", account, region, kind, identifier)


@pytest.fixture(scope="module")
def index() -> AddressIndex:
    return AddressIndex(read_state(STATE))


@pytest.mark.parametrize(
    ("kind", "identifier", "region", "address"),
    [
        ("ec2_instance", "i-0aaa", "eu-west-1", "aws_instance.literal"),
        ("ec2_instance", "i-0api", "us-west-2", 'aws_instance.fleet["api"]'),
        ("ec2_instance", "i-0node", "eu-west-1", "module.app.aws_instance.node[0]"),
        ("rds_instance", "estate-default-db", "eu-west-1", "aws_db_instance.db"),
        ("s3_bucket", "acme-logs", "eu-west-1", "aws_s3_bucket.logs"),
    ],
)
def test_a_live_resource_is_found(index: AddressIndex, kind: str, identifier: str, region: str, address: str) -> None:
    assert [match.address for match in index.find(key(kind, identifier, region))] == [address]


def test_a_volume_of_an_instance_is_found_in_its_block(index: AddressIndex) -> None:
    (match,) = index.find(key("ebs_volume", "vol-0root"))
    assert (match.address, match.path) == ("aws_instance.literal", ("root_block_device", 0))


def test_the_full_name_leads_to_it_whatever_the_id(index: AddressIndex) -> None:
    arn = f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:estate-default-db"
    assert [match.address for match in index.find(key("rds_instance", "other"), arn=arn)] == ["aws_db_instance.db"]
    assert [match.address for match in index.find_name(arn)] == ["aws_db_instance.db"]


@pytest.mark.parametrize(
    "name",
    [
        "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/instances/vm",
        "https://compute.googleapis.com/compute/beta/projects/p/zones/europe-west1-b/instances/vm",
        "//compute.googleapis.com/projects/p/zones/europe-west1-b/instances/vm",
        "projects/p/zones/europe-west1-b/instances/vm",
    ],
)
def test_every_form_of_a_google_name_leads_to_it(index: AddressIndex, name: str) -> None:
    assert [match.address for match in index.find_name(name)] == ["google_compute_instance.vm"]


@pytest.mark.parametrize(
    "asked",
    [
        key("ec2_instance", "i-0aaa", region="eu-central-1"),
        key("ec2_instance", "i-0aaa", account="999999999999"),
        key("rds_instance", "estate-default-db", region="us-east-1"),
        key("ec2_instance", "i-0unknown"),
        key("ebs_volume", "i-0aaa"),
        key("a_kind_of_the_future", "x"),
    ],
)
def test_what_is_elsewhere_or_of_another_kind_is_not_found(index: AddressIndex, asked: ResourceKey) -> None:
    assert index.find(asked) == ()


def instances(*found: dict[str, Any]) -> dict[str, Any]:
    block = {"mode": "managed", "type": "aws_instance", "provider": 'provider["registry.terraform.io/hashicorp/aws"]'}
    resources = [{**block, "name": f"n{place}", "instances": [{"attributes": one}]} for place, one in enumerate(found)]
    return {"version": 4, "resources": resources}


def test_two_addresses_that_claim_one_resource_are_both_told(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text(json.dumps(instances({"id": "i-1"}, {"id": "i-1"})))
    found = AddressIndex(read_state(path)).find(key("ec2_instance", "i-1"))
    assert [match.address for match in found] == ["aws_instance.n0", "aws_instance.n1"]


@pytest.mark.parametrize("odd", [None, 7, [], {}, True, [None], {"id": 1}])
def test_attributes_of_odd_types_are_no_identities(tmp_path: Path, odd: Any) -> None:
    path = tmp_path / "s"
    path.write_text(json.dumps(instances({"id": odd, "arn": odd, "root_block_device": odd, "region": odd})))
    assert AddressIndex(read_state(path)).find(key("ec2_instance", "i-1")) == ()
