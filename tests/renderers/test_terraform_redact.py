"""A redacted cost or check holds no name of the user's in any format, and its figures stay."""

import json
from datetime import date
from decimal import Decimal

import pytest

from costopt.model.price import Price, Quality
from costopt.model.terraform import ConfigurationProblem, Engine, EngineSkipped, Severity, Unevaluated
from costopt.model.terraform_check import CheckReport, CheckStep, Outcome
from costopt.model.terraform_cost import Component, CostDifference, CostEstimate, CostLine, NoRate, ResourceCost
from costopt.renderers import terraform_check, terraform_cost
from costopt.renderers.terraform_redact import redact_check, redact_estimate

NAMES = ("acme", "payroll", "vol-0123456789abcdef0", "123456789012")


def volume(name: str, monthly: str | None) -> ResourceCost:
    reason = "" if monthly else f"the usage of aws_ebs_volume.{name} is not known"
    component = Component(
        name=f"Storage of aws_ebs_volume.{name}", quantity=Decimal(10), unit="GB", rate=NoRate(reason="none")
    )
    source = "bigquery://acme.payroll.cloud_pricing_export"
    price = Price(amount=Decimal(1), unit="GiB-month", source=source, as_of=date(2026, 11, 1), quality=Quality.LIST)
    line = CostLine(
        component=component,
        price=price if monthly else None,
        monthly=Decimal(monthly) if monthly else None,
        reason=reason,
    )
    return ResourceCost(address=f"aws_ebs_volume.{name}", type="aws_ebs_volume", region="eu-west-1", lines=(line,))


ESTIMATE = CostEstimate(
    resources=(volume("acme", "1.5"), volume("payroll", None)),
    engine=Engine.STUB,
    catalog="c",
    before=(volume("payroll_old", "2"),),
    differences=(
        CostDifference(
            address="aws_ebs_volume.payroll_old", actions=("delete",), before=volume("payroll_old", "2"), after=None
        ),
    ),
    skipped=(EngineSkipped(engine=Engine.PROVIDERS, reason="acme is not installed"),),
    unevaluated=(Unevaluated(where="module.acme (main.tf:3)", reason="git::https://acme.example is not installed"),),
    notes=("a month has 730 hours",),
    remarks=("the bill acme does not name vol-0123456789abcdef0 of 123456789012",),
    billed={"aws_ebs_volume.acme": Decimal("1.4")},
    provider_versions={"registry.terraform.io/hashicorp/aws": "6.69.1", "acme.example/payroll/x": "1.0"},
)
CHECK = CheckReport(
    problems=tuple(
        ConfigurationProblem(
            rule=rule, severity=Severity.ERROR, message=f"there is no acme in {address}", address=address,
            file=f"payroll/{address or 'acme'}.tf.json", line=7,
        )
        for rule, address in (("unknown-argument", "aws_instance.acme.payroll"), ("terraform-plan", ""))
    ),
    steps=(
        CheckStep(name="schema", outcome=Outcome.FAILED),
        CheckStep(name="plan", outcome=Outcome.FAILED, reason="Error: acme"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("form", terraform_cost.FORMATS)
def test_no_name_is_left_in_a_cost_and_the_figures_stay(form: str) -> None:
    text = terraform_cost.render_cost(redact_estimate(ESTIMATE), form, width=200)
    assert not [name for name in NAMES if name in text]
    assert "1.5" in text
    assert "aws_ebs_volume.resource-1" in text


def test_one_address_has_one_pseudonym_wherever_it_stands() -> None:
    found = redact_estimate(ESTIMATE)
    assert [one.address for one in found.resources] == ["aws_ebs_volume.resource-1", "aws_ebs_volume.resource-2"]
    assert found.billed == {"aws_ebs_volume.resource-1": Decimal("1.4")}
    assert found.before == (found.differences[0].before,)
    assert found.resources[1].lines[0].reason == "the usage of aws_ebs_volume.resource-2 is not known"
    assert found.provider_versions == {"registry.terraform.io/hashicorp/aws": "6.69.1"}
    assert found.monthly == ESTIMATE.monthly
    assert found.remarks == ("sentences with names: 1, left out of a redacted report",)


@pytest.mark.parametrize("form", terraform_check.FORMATS)
def test_no_name_is_left_in_a_check(form: str) -> None:
    text = terraform_check.render_check(redact_check(CHECK), form, version="1")
    assert not [name for name in NAMES if name in text]
    assert "The schema has no such argument." in text.replace("\\.", ".")


def test_a_problem_keeps_its_rule_its_line_and_the_kind_of_its_file() -> None:
    document = json.loads(terraform_check.render_check(redact_check(CHECK), "json", version="1"))
    told = [(one["rule"], one["address"], one["file"], one["line"]) for one in document["problems"]]
    assert told == [
        ("unknown-argument", "aws_instance.place-1", "file-2.tf.json", 7),
        ("terraform-plan", None, "file-1.tf.json", 7),
    ]
