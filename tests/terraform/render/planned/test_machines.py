"""Machines that exist are adopted, others are made, and some are left to their owner."""

from costopt.model.workload import WorkloadKind
from costopt.terraform.render.calls import LeftOut
from costopt.terraform.render.planned.machines import machine_calls
from tests.terraform.render.planned.works import capacity, work, workload

IDS = ("i-0bbbbbbbbbbbbbbbb", "i-0aaaaaaaaaaaaaaaa")


def test_machines_that_exist_are_imported_by_their_ids() -> None:
    calls = machine_calls(work(capacity("m7i.large", 2), resources=IDS))
    assert not isinstance(calls, LeftOut)
    (call,) = calls
    assert {one.key: one.id for one in call.adoptions} == {id_.replace("-", "_"): id_ for id_ in IDS}
    assert call.arguments["machines"] == ["i_0aaaaaaaaaaaaaaaa", "i_0bbbbbbbbbbbbbbbb"]
    assert call.module == "adopted_instance"
    assert "name" not in call.arguments  # a new name would rename machines that run


def test_new_machines_go_to_one_subnet_after_the_other() -> None:
    calls = machine_calls(work(capacity("m7i.large", 2)))
    assert not isinstance(calls, LeftOut)
    assert calls[0].arguments["machines"] == {
        "1": {"subnet_id": "element(var.subnet_ids, 0)"},
        "2": {"subnet_id": "element(var.subnet_ids, 1)"},
    }


def test_machines_without_load_at_night_are_stopped_then() -> None:
    profile = tuple(1.0 if 8 <= hour % 24 < 19 and hour < 120 else 0.0 for hour in range(168))
    calls = machine_calls(work(capacity("m7i.large", 1), asked=workload(WorkloadKind.MACHINES, profile=profile)))
    assert not isinstance(calls, LeftOut)
    assert calls[1].module == "schedule"
    assert calls[1].arguments["start_cron"] == "cron(0 8 ? * MON,TUE,WED,THU,FRI *)"
    assert calls[1].arguments["instance_ids"] == "values(module.web.instance_ids)"
    assert calls[1].evidence == ("web has no load in 113 of the 168 hours of a week.",)


def test_which_machine_goes_is_not_guessed() -> None:
    left = machine_calls(work(capacity("m7i.large", 1), resources=IDS))
    assert isinstance(left, LeftOut)
    assert "2 machines become 1" in left.reason


def test_what_is_no_machine_is_not_imported_as_one() -> None:
    left = machine_calls(work(capacity("m7i.large", 1), resources=('i-0a"\n}',)))
    assert isinstance(left, LeftOut)
    assert "terraform patch" in left.reason


def test_machines_of_several_types_are_left_to_patch() -> None:
    assert isinstance(machine_calls(work(capacity("m7i.large", 1), capacity("m7i.xlarge", 1))), LeftOut)
