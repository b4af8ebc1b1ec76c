"""Machines of a managed instance group are changed in their template, once that suits all of them and nobody else."""

from typing import Any

import pytest

from costopt.model.resource import ResourceKey
from costopt.pipeline.terraform.changes import Live, Sorted, sort_advice
from costopt.terraform.state import State, StateResource
from tests.pipeline.terraform.test_settings import advice

GROUP = "zones/z/instanceGroupManagers/web"
LINK = "https://www.googleapis.com/compute/v1/projects/shop/global/instanceTemplates/web-1"


def held(type_name: str, name: str = "web", **values: Any) -> StateResource:
    return StateResource(
        address=f"{type_name}.{name}", mode="managed", type=type_name, name=name, module="", index=None, provider="",
        values=values,
    )  # fmt: skip


def manager(name: str = "web", template: str = f"{LINK}?uniqueId=77", size: int | None = 2) -> StateResource:
    return held(
        "google_compute_instance_group_manager",
        name,
        id=f"projects/shop/zones/z/instanceGroupManagers/{name}",
        target_size=size,
        version=[{"instance_template": template}],
    )


TEMPLATE = held("google_compute_instance_template", self_link=LINK, id=LINK[38:], machine_type="n2-standard-8")


def sorted_for(*targets: str, resources: tuple[StateResource, ...] = (manager(), TEMPLATE)) -> Sorted:
    """What comes of one recommendation for each machine of the group."""
    found = []
    for number, target in enumerate(targets):
        key = ResourceKey("gcp", "shop", "r", "gce_instance", f"zones/z/instances/web-{number}")
        summary = f"Give {GROUP} a template of {target}, if all of its members allow it"
        found.append(
            advice("gce_rightsize", target, id=f"F-{number}", resource=key.id, key=key, summary=summary)
        )  # fmt: skip
    return sort_advice(found, State(resources=resources, terraform_version=None), lambda _: None, Live())


def test_all_machines_of_a_group_want_one_type_and_their_template_gets_it() -> None:
    found = sorted_for("n2-standard-4", "n2-standard-4")
    assert not found.by_hand
    assert [(one.id, one.address, [(s.text(), s.after) for s in one.settings]) for one in found.changes] == [
        (f"F-{number}", "google_compute_instance_template.web", [("machine_type", "n2-standard-4")])
        for number in (0, 1)
    ]


@pytest.mark.parametrize(
    ("targets", "resources", "reason"),
    [
        (("n2-standard-4",), (manager(), TEMPLATE), "a smaller type is known to suit 1 of 2"),
        (("n2-standard-4",) * 2, (manager(size=None), TEMPLATE), "a smaller type is known to suit 2 of an unknown"),
        (("e2-medium", "n2-standard-4"), (manager(), TEMPLATE), "different types (e2-medium, n2-standard-4)"),
        (("n2-standard-4",) * 2, (manager(),), "a template that this state does not hold"),
        (("n2-standard-4",) * 2, (manager(), TEMPLATE, manager("canary", LINK)), "group_manager.canary too"),
    ],
)  # fmt: skip
def test_what_is_not_known_to_suit_all_is_left_to_a_person_at_the_group(
    targets: tuple[str, ...], resources: tuple[StateResource, ...], reason: str
) -> None:
    found = sorted_for(*targets, resources=resources)
    assert not found.changes
    assert {work.match.address for work in found.by_hand} == {"google_compute_instance_group_manager.web"}
    assert all(reason in work.reason for work in found.by_hand)


def test_a_group_with_a_canary_version_has_two_templates() -> None:
    both = manager()
    values = {**both.values, "version": [*both.values["version"], {"instance_template": "other"}]}
    found = sorted_for("n2-standard-4", "n2-standard-4", resources=(held(both.type, **values), TEMPLATE))
    assert "from several templates" in found.by_hand[0].reason


def test_a_group_that_another_root_makes_is_matched_with_nothing() -> None:
    found = sorted_for("n2-standard-4", resources=(TEMPLATE,))
    assert [one.reason.split(":")[0] for one in found.unmatched] == ["this state does not hold it"]
