"""Clusters and node pools of GKE: quantities worked out by hand."""

from typing import Any

import pytest

from tests.terraform.cost.made import components, quantities, resource


def cluster(**values: Any) -> Any:
    """A cluster in a zone."""
    return resource("google_container_cluster.c", **{"location": "europe-west1-b", **values})


def test_a_regional_cluster_has_its_nodes_in_three_zones() -> None:
    found = quantities(cluster(location="europe-west1", initial_node_count=2))
    assert found["Instance usage (Linux/UNIX, on-demand, e2-medium)"] == 2 * 3 * 730
    assert found["Balanced provisioned storage (pd-balanced)"] == 2 * 3 * 100


def test_a_cluster_that_describes_its_pools_has_no_default_pool() -> None:
    pool = {"node_count": 2, "node_config": [{"machine_type": "n1-standard-16", "spot": True}]}
    assert quantities(cluster(node_pool=[pool])) == {
        "Cluster management fee": 730,
        "Instance usage (Linux/UNIX, preemptible, n1-standard-16)": 1460,
        "Balanced provisioned storage (pd-balanced)": 200,
    }


def test_a_cluster_whose_default_pool_is_removed_costs_its_fee() -> None:
    assert quantities(cluster(remove_default_node_pool=True)) == {"Cluster management fee": 730}


def test_a_pool_takes_the_zones_of_its_cluster() -> None:
    pool = resource("google_container_node_pool.p", cluster="c", node_count=1)
    zones = cluster(name="c", location="europe-west1", node_locations=["europe-west1-b", "europe-west1-c"])
    assert quantities(pool, zones)["Instance usage (Linux/UNIX, on-demand, e2-medium)"] == 2 * 730


def nodes(pool: Any, *others: Any) -> Any:
    """How many nodes of the usual type a pool is priced with."""
    hours = quantities(pool, *others)["Instance usage (Linux/UNIX, on-demand, e2-medium)"]
    assert hours is not None
    return hours / 730


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [
        ({"min_node_count": 2}, 6),  # in each of three zones
        ({"total_min_node_count": 4}, 4),  # in all of them together
        ({"total_min_node_count": 0}, 0),
    ],
)
def test_the_least_nodes_of_a_pool_are_counted_in_each_zone_or_in_all_as_they_are_given(
    scaling: dict[str, int], expected: int
) -> None:
    pool = resource("google_container_node_pool.p", location="europe-west1", autoscaling=[scaling])
    assert nodes(pool) == expected
    described = cluster(location="europe-west1", node_pool=[{"autoscaling": [scaling]}])
    assert nodes(described) == expected


@pytest.mark.parametrize(("start", "expected"), [(0, 4), (1, 4), (2, 6)])
def test_a_pool_has_the_nodes_that_it_starts_with_and_no_fewer_than_its_autoscaler_keeps(
    start: int, expected: int
) -> None:
    scaling = [{"total_min_node_count": 4, "total_max_node_count": 9}]
    location = "europe-west1"
    pool = resource("google_container_node_pool.p", location=location, initial_node_count=start, autoscaling=scaling)
    assert nodes(pool) == expected


@pytest.mark.parametrize(
    ("more", "expected"), [([], 1), (["europe-west1-c"], 2), (["europe-west1-b", "europe-west1-c"], 2)]
)
def test_the_zones_of_a_zonal_cluster_are_its_own_and_those_that_it_names(more: list[str], expected: int) -> None:
    pool = resource("google_container_node_pool.p", cluster="c", node_count=1)
    assert nodes(pool, cluster(name="c", node_locations=more)) == expected


@pytest.mark.parametrize(
    "config",
    [
        {"local_ssd_count": 2},
        {"ephemeral_storage_local_ssd_config": [{"local_ssd_count": 2}]},
        {"local_nvme_ssd_block_config": [{"local_ssd_count": 2}]},
    ],
)
def test_local_ssds_of_nodes_are_priced_however_they_are_used(config: dict[str, Any]) -> None:
    pool = resource("google_container_node_pool.p", location="europe-west1-b", node_count=3, node_config=[config])
    assert quantities(pool)["Local SSD provisioned storage"] == 2 * 3 * 375


@pytest.mark.parametrize(("nodes", "machine"), [(1, "e2-custom"), (1, "n2-custom-x-1"), ("no number", "n1-standard-1")])
def test_a_pool_whose_size_is_not_known_is_not_priced_and_takes_no_other_pool_along(nodes: Any, machine: str) -> None:
    known = {"node_count": 1, "node_config": [{"machine_type": "n1-standard-1"}]}
    pools = [{"node_count": nodes, "node_config": [{"machine_type": machine}]}, known]
    found = components(cluster(node_pool=pools))
    assert [one.part for one in found if one.unknown] == ["node_pool[0]"]
    assert any("n1-standard-1" in one.name for one in found)
