"""Google's machines, groups of them, disks and buckets: quantities worked out by hand."""

from typing import Any

import pytest

from costopt.model.terraform import UNKNOWN
from tests.terraform.cost.made import components, costs, quantities, resource


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"confidential_instance_config": [{"enable_confidential_compute": True}]}, "Confidential VM"),
        ({"confidential_instance_config": [{"confidential_instance_type": "TDX"}]}, "Confidential VM"),
        ({"network_performance_config": [{"total_egress_bandwidth_tier": "TIER_1"}]}, "Tier_1 networking"),
    ],
)
def test_what_is_charged_beside_a_machine_is_told_where_it_has_no_price(asked: dict[str, Any], name: str) -> None:
    machine = {"zone": "us-central1-a", "machine_type": "n2-standard-4"}
    found = costs(resource("google_compute_instance.m", **machine, **asked))["google_compute_instance.m"]
    plain = costs(resource("google_compute_instance.m", **machine))["google_compute_instance.m"]
    assert [one for one, _ in found.unpriced()] == [name]
    assert found.monthly == plain.monthly


def test_a_machine_of_a_sole_tenant_is_not_charged_like_others() -> None:
    own = [{"node_affinities": [{"key": "team", "operator": "IN", "values": ["a"]}]}]
    machine = resource("google_compute_instance.m", zone="us-central1-a", machine_type="n2-standard-4", scheduling=own)
    ((_, reason),) = costs(machine)["google_compute_instance.m"].unpriced()
    assert reason.startswith("machines of sole tenants are billed by their nodes")


def test_a_machine_type_may_be_given_as_a_url() -> None:
    url = "https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a/machineTypes/n2-standard-4"
    found = quantities(resource("google_compute_instance.m", machine_type=url))
    assert found["Instance usage (Linux/UNIX, on-demand, n2-standard-4)"] == 730


def test_machines_that_take_no_persistent_disk_start_from_a_hyperdisk() -> None:
    pool = {"location": "europe-west1-b", "node_count": 1, "node_config": [{"machine_type": "c4-standard-4"}]}
    name = "Provisioned storage (hyperdisk-balanced)"
    assert quantities(resource("google_container_node_pool.p", **pool))[name] == 100
    assert quantities(resource("google_compute_instance.m", machine_type="n4-standard-2"))[name] == 10


def test_a_machine_whose_image_is_not_known_is_priced_but_for_its_licence() -> None:
    boot = [{"initialize_params": [{"image": UNKNOWN, "size": 20}]}]
    told = {"boot_disk[0].initialize_params[0].image": ("data.google_compute_image.i.self_link",)}
    machine = resource("google_compute_instance.m", machine_type="e2-small", boot_disk=boot, references=told)
    found = components(machine)
    assert [one.name for one in found if one.unknown] == ["Licence of the operating system"]
    assert [one.quantity for one in found if not one.unknown] == [730, 20]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_boot_disk_that_is_made_apart_is_priced_once(is_known: bool) -> None:
    source = {"references": {"boot_disk[0].source": ("google_compute_disk.d.id", "google_compute_disk.d")}}
    boot = {"source": "projects/p/zones/z/disks/d"} if is_known else {"source": UNKNOWN, "initialize_params": [{}]}
    told = {} if is_known else source
    machine = resource("google_compute_instance.m", machine_type="e2-small", boot_disk=[boot], **told)
    assert list(quantities(machine)) == ["Instance usage (Linux/UNIX, on-demand, e2-small)"]


def test_a_boot_disk_that_a_state_names_is_priced_with_the_machine_that_made_it() -> None:
    boot = {"source": "projects/p/zones/z/disks/m", "initialize_params": [{"type": "pd-ssd", "size": 30}]}
    machine = resource("google_compute_instance.m", machine_type="e2-small", boot_disk=[boot])
    assert quantities(machine)["SSD provisioned storage (pd-ssd)"] == 30


def test_an_accelerator_that_does_not_say_how_many_is_not_left_out() -> None:
    one = resource(
        "google_compute_instance.m", machine_type="n1-standard-4", guest_accelerator=[{"type": "nvidia-tesla-t4"}]
    )
    found = costs(one)["google_compute_instance.m"]
    assert (found.monthly, found.reason) == (None, "guest_accelerator[0].count is not known")


def test_accelerators_that_belong_to_a_type_are_not_priced_twice() -> None:
    config = {"machine_type": "a2-highgpu-1g", "guest_accelerator": [{"type": "nvidia-tesla-a100", "count": 1}]}
    pool = resource("google_container_node_pool.p", location="us-central1-a", node_count=1, node_config=[config])
    assert not any("NVIDIA" in name for name in quantities(pool))
    assert quantities(pool)["Instance usage (Linux/UNIX, on-demand, a2-highgpu-1g)"] == 730


def test_a_disk_is_as_large_as_what_it_is_made_of() -> None:
    source = resource("google_compute_disk.a", name="a", size=70)
    snapshot = resource("google_compute_snapshot.s", name="s", source_disk="a")
    image = resource("google_compute_image.i", self_link="images/i", source_snapshot="s")
    disk = resource("google_compute_disk.b", type="pd-ssd", image="images/i")
    assert quantities(disk, source, snapshot, image) == {"SSD provisioned storage (pd-ssd)": 70}


def test_a_group_is_as_large_as_its_autoscaler_keeps_it() -> None:
    template = resource("google_compute_instance_template.t", id="t", machine_type="e2-small")
    group = resource("google_compute_instance_group_manager.g", id="g", version=[{"instance_template": "t"}])
    scaler = resource("google_compute_autoscaler.s", target="g", autoscaling_policy=[{"min_replicas": 4}])
    name = "Instance usage (Linux/UNIX, on-demand, e2-small)"
    assert quantities(group, template)[name] == 730
    assert quantities(group, template, scaler)[name] == 4 * 730
    for size, expected in ((0, 4), (6, 6)):
        sized = resource(group.address, id="g", version=[{"instance_template": "t"}], target_size=size)
        assert quantities(sized, template, scaler)[name] == expected * 730


def test_a_group_of_several_templates_is_not_priced_by_its_first() -> None:
    template = resource("google_compute_instance_template.t", id="t", machine_type="e2-small")
    versions = [{"instance_template": "t"}, {"instance_template": "u", "target_size": [{"fixed": 1}]}]
    group = resource("google_compute_instance_group_manager.g", id="g", version=versions, target_size=3)
    found = costs(group, template)["google_compute_instance_group_manager.g"]
    assert (found.monthly, found.reason) == (None, "its machines are made from several templates")


def test_transfer_out_of_a_bucket_is_spread_over_tiers() -> None:
    usage = {"google_storage_bucket.b": {"monthly_egress_data_transfer_gb": {"worldwide": 20_000}}}
    found = quantities(resource("google_storage_bucket.b"), usage=usage)
    told = [value for name, value in found.items() if "worldwide" in name]
    assert told == [1024, 9216, 20_000 - 10_240]
