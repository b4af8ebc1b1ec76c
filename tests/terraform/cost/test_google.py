"""Google's machines, disks, clusters and buckets: quantities worked out by hand."""

from typing import Any

import pytest

from costopt.model.terraform import UNKNOWN
from tests.terraform.cost.made import components, costs, quantities, resource


def cluster(**values: Any) -> Any:
    """A cluster in a zone."""
    return resource("google_container_cluster.c", **{"location": "europe-west1-b", **values})


def test_a_regional_cluster_has_its_nodes_in_three_zones() -> None:
    found = quantities(cluster(location="europe-west1", initial_node_count=2))
    assert found["Instance usage (Linux/UNIX, on-demand, e2-medium)"] == 2 * 3 * 730
    assert found["Standard provisioned storage (pd-standard)"] == 2 * 3 * 100


def test_a_cluster_that_describes_its_pools_has_no_default_pool() -> None:
    pool = {"node_count": 2, "node_config": [{"machine_type": "n1-standard-16", "spot": True}]}
    assert quantities(cluster(node_pool=[pool])) == {
        "Cluster management fee": 730,
        "Instance usage (Linux/UNIX, preemptible, n1-standard-16)": 1460,
        "Standard provisioned storage (pd-standard)": 200,
    }


def test_a_cluster_whose_default_pool_is_removed_costs_its_fee() -> None:
    assert quantities(cluster(remove_default_node_pool=True)) == {"Cluster management fee": 730}


def test_a_pool_takes_the_zones_of_its_cluster() -> None:
    pool = resource("google_container_node_pool.p", cluster="c", node_count=1)
    zones = cluster(name="c", location="europe-west1", node_locations=["europe-west1-b", "europe-west1-c"])
    assert quantities(pool, zones)["Instance usage (Linux/UNIX, on-demand, e2-medium)"] == 2 * 730


@pytest.mark.parametrize("machine", ["e2-custom", "n2-custom-x-1"])
def test_a_custom_machine_without_a_size_is_not_priced_and_takes_no_other_pool_along(machine: str) -> None:
    pools = [{"node_count": 1, "node_config": [{"machine_type": kind}]} for kind in (machine, "n1-standard-1")]
    found = components(cluster(node_pool=pools))
    assert [one.part for one in found if one.unknown] == ["node_pool[0]"]
    assert any("n1-standard-1" in one.name for one in found)


def test_an_accelerator_that_does_not_say_how_many_is_not_left_out() -> None:
    one = resource(
        "google_compute_instance.m", machine_type="n1-standard-4", guest_accelerator=[{"type": "nvidia-tesla-t4"}]
    )
    found = costs(one)["google_compute_instance.m"]
    assert (found.monthly, found.reason) == (None, "guest_accelerator[0].count is not known")


def test_a_disk_is_as_large_as_what_it_is_made_of() -> None:
    source = resource("google_compute_disk.a", name="a", size=70)
    snapshot = resource("google_compute_snapshot.s", name="s", source_disk="a")
    image = resource("google_compute_image.i", self_link="images/i", source_snapshot="s")
    disk = resource("google_compute_disk.b", type="pd-ssd", image="images/i")
    assert quantities(disk, source, snapshot, image) == {"SSD provisioned storage (pd-ssd)": 70}


def test_an_address_says_who_uses_it() -> None:
    access = {"nat_ip": UNKNOWN}
    told = {"network_interface[0].access_config[0].nat_ip": ("google_compute_address.a.address",)}
    machine = resource(
        "google_compute_instance.m",
        references=told,
        network_interface=[{"access_config": [access]}],
        scheduling=[{"provisioning_model": "SPOT"}],
    )
    address = resource("google_compute_address.a")
    assert quantities(address) == {"IP address (unused)": 730}
    assert quantities(address, machine) == {"IP address (preemptible VM)": 730}
    assert costs(resource("google_compute_address.a", address_type="INTERNAL"))["google_compute_address.a"].free


def test_a_group_is_as_large_as_its_autoscaler_keeps_it() -> None:
    template = resource("google_compute_instance_template.t", id="t", machine_type="e2-small")
    group = resource("google_compute_instance_group_manager.g", id="g", version=[{"instance_template": "t"}])
    scaler = resource("google_compute_autoscaler.s", target="g", autoscaling_policy=[{"min_replicas": 4}])
    name = "Instance usage (Linux/UNIX, on-demand, e2-small)"
    assert quantities(group, template)[name] == 730
    assert quantities(group, template, scaler)[name] == 4 * 730


def test_transfer_out_of_a_bucket_is_spread_over_tiers() -> None:
    usage = {"google_storage_bucket.b": {"monthly_egress_data_transfer_gb": {"worldwide": 20_000}}}
    found = quantities(resource("google_storage_bucket.b"), usage=usage)
    told = [value for name, value in found.items() if "worldwide" in name]
    assert told == [1024, 9216, 20_000 - 10_240]
