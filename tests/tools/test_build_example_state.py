"""The example's state is that of its configuration and its snapshot."""

import json

from costopt.model.terraform import Engine
from costopt.store.open import open_snapshot
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from tests.oracles.terraform_binary import needs_terraform
from tools.build_example_state import EXAMPLE, HELD, STATE, state_of


def test_the_state_is_what_the_tool_makes_of_the_snapshot() -> None:
    resources = {one.id: one for one in open_snapshot(EXAMPLE / "snapshot").resources}
    assert json.loads(STATE.read_text()) == state_of(resources)


@needs_terraform
def test_terraform_finds_nothing_to_change_in_the_example() -> None:
    evaluation = evaluate(Request(folder=EXAMPLE / "infra", state=STATE, engines=(Engine.STUB,)))
    assert len(evaluation.changes) == len(HELD)
    assert {change.actions for change in evaluation.changes.values()} == {("no-op",)}
