"""What stands at the place that owns a value is the value that terraform plans: for every attribute of real trees."""

from collections import Counter
from pathlib import Path

import pytest

from costopt.model.terraform import UNKNOWN, Evaluation, Masked
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.configuration.hcl import number
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from costopt.terraform.patch.patch import Workplace
from costopt.terraform.trace.place import Place, Trace
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.variables import Variables
from tests.oracles.terraform_binary import needs_terraform

_WORDS = {"true": True, "false": False, "null": None}


def stands_at(place: Place) -> object:
    text = place.source.text(place.node)
    if text.startswith('"'):
        return place.source.quoted(place.node.named_children[0])
    return _WORDS[text] if text in _WORDS else number(text.replace(" ", ""))


def compared(tracer: Tracer, evaluation: Evaluation) -> tuple[Counter[bool], list[str]]:
    """How many values are equal, and those that are not. Texts may stand for numbers, and numbers for texts."""
    equal: Counter[bool] = Counter()
    different = []
    for address, values in evaluation.flat().items():
        for path, value in values.items():
            trace = tracer.trace(address, path)
            if not isinstance(trace, Trace) or trace.places[0].added or isinstance(value, Masked) or value is UNKNOWN:
                continue
            written = stands_at(trace.places[0])
            equal[str(value).lower() == str(written).lower()] += 1
            if str(value).lower() != str(written).lower():
                different.append(f"{address}.{path}: {value} is planned, {written} stands there")
    return equal, different


def test_every_owner_in_the_estate_has_the_planned_value(workplace: Workplace) -> None:
    equal, different = compared(workplace.tracer, workplace.before)
    assert different == []
    assert equal[True] > 60


@needs_terraform
@pytest.mark.parametrize("case", ["autoscaling_group_test", "instance_test", "db_instance_test"])
def test_every_owner_in_a_tree_of_others_has_the_planned_value(shared_data: Path, case: str) -> None:
    (found,) = (path.parent for path in (shared_data / "iac-priced-lines").rglob(f"{case}.tf"))
    evaluation = evaluate(Request(folder=found, engines=PROOF_ENGINES))
    tracer = Tracer(Tree(read_configuration(found.resolve())), Variables(found))
    equal, different = compared(tracer, evaluation)
    assert different == []
    assert equal[True] > 20
