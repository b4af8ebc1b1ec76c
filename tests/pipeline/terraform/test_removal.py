"""Who is asked to remove a resource is told what keeps it, and where else it is named."""

from pathlib import Path
from typing import Any

from costopt.model.terraform import AttributePath
from costopt.pipeline.terraform.changes import HandWork
from costopt.pipeline.terraform.reasons import NEVER_REMOVED
from costopt.pipeline.terraform.removal import removal_reason
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.live_index import Match
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.variables import Variables
from tests.pipeline.terraform.test_settings import advice, held

ADDRESS = 'resource "google_compute_address" "x" {\n  name = "x"\n}\n'
GUARDED = 'resource "google_sql_database_instance" "x" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n'


def told(folder: Path, text: str, type_name: str, path: AttributePath = (), **values: Any) -> str:
    folder = folder.resolve()
    (folder / "main.tf").write_text(text)
    tracer = Tracer(Tree(read_configuration(folder)), Variables(folder))
    match = Match(resource=held(type_name, **values), path=path)
    reason = removal_reason(HandWork(advice=advice("x", None), match=match, reason=NEVER_REMOVED), tracer, folder)
    assert reason.startswith(f"{NEVER_REMOVED}; ")
    return reason.removeprefix(f"{NEVER_REMOVED}; ")


def test_what_nothing_names_can_go_with_its_block(tmp_path: Path) -> None:
    assert told(tmp_path, ADDRESS, "google_compute_address") == "nothing else in its module names it"


def test_places_that_name_it_are_listed_and_cut_where_they_are_many(tmp_path: Path) -> None:
    outputs = "".join(
        f'output "o{number}" {{\n  value = google_compute_address.x.id\n}}\n' for number in range(7)
    )  # fmt: skip
    places = ", ".join(f"main.tf:{line}" for line in (5, 8, 11, 14, 17))
    assert told(tmp_path, ADDRESS + outputs, "google_compute_address") == f"named at {places} and 2 more"


def test_what_is_protected_is_switched_off_first(tmp_path: Path) -> None:
    database: dict[str, Any] = {
        "deletion_protection": True,
        "settings": [{"deletion_protection_enabled": True}],
    }
    assert told(tmp_path, GUARDED, "google_sql_database_instance", **database).split("; ") == [
        "deletion_protection is set: switch it off and apply first",
        "settings.deletion_protection_enabled is set: switch it off and apply first",
        "prevent_destroy is set: switch it off and apply first",
        "nothing else in its module names it",
    ]


def test_a_disk_within_a_machine_leads_to_the_machine(tmp_path: Path) -> None:
    found = told(tmp_path, ADDRESS, "google_compute_instance", ("boot_disk", 0))
    assert found == "it is a block of google_compute_instance.x"
