"""A resource has one id, whichever of Google's ways of naming it is used."""

import pytest

from costopt.collectors.gcp.names import Project, last_part, region_of, zone_of

OWN = Project(id="acme-shop", number="123456789012")
DISK = "zones/us-central1-a/disks/data"


@pytest.mark.parametrize(
    "link",
    [
        f"//compute.googleapis.com/projects/acme-shop/{DISK}",
        f"//compute.googleapis.com/projects/123456789012/{DISK}",
        f"https://www.googleapis.com/compute/v1/projects/acme-shop/{DISK}",
        f"https://compute.googleapis.com/compute/v1/projects/acme-shop/{DISK}",
        f"projects/acme-shop/{DISK}",
        DISK,
    ],
)
def test_links_full_names_and_paths_of_a_disk_give_the_same_id(link: str) -> None:
    assert OWN.id_of(link) == DISK


def test_what_lies_in_another_project_is_not_taken_for_one_of_the_same_name_here() -> None:
    assert OWN.id_of(f"projects/other/{DISK}") == f"projects/other/{DISK}"
    assert Project(id="acme-shop").id_of(f"projects/123456789012/{DISK}") == f"projects/123456789012/{DISK}"


def test_a_project_of_a_domain_keeps_its_colon() -> None:
    assert Project(id="example.com:shop").id_of(f"projects/example.com:shop/{DISK}") == DISK


def test_a_zonal_cluster_has_the_id_of_the_newer_form() -> None:
    pool = "//container.googleapis.com/projects/acme-shop/zones/us-central1-a/clusters/main/nodePools/p"
    assert OWN.id_of(pool) == "locations/us-central1-a/clusters/main/nodePools/p"


def test_a_bucket_has_its_name() -> None:
    assert OWN.id_of("//storage.googleapis.com/acme-logs") == "acme-logs"


@pytest.mark.parametrize(
    ("location", "region", "zone"),
    [
        ("us-central1-a", "us-central1", "us-central1-a"),
        ("https://www.googleapis.com/compute/v1/projects/p/zones/europe-west4-b", "europe-west4", "europe-west4-b"),
        ("northamerica-northeast1", "northamerica-northeast1", None),
        ("US", "us", None),
        ("nam4", "nam4", None),
        ("global", "global", None),
        ("", "global", None),
    ],
)
def test_places(location: str, region: str, zone: str | None) -> None:
    assert (region_of(location), zone_of(location)) == (region, zone)


def test_the_last_part_of_a_link_names_its_type() -> None:
    assert last_part("https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/n1-standard-1") == (
        "n1-standard-1"
    )
