"""Recommendations of an audit or a plan, in the one form that a change of Terraform is made from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.errors import TerraformError
from costopt.model.money import SMALLEST_AMOUNT, USD, Money
from costopt.model.plan import PLAN_SCHEMA_VERSION
from costopt.model.report import REPORT_SCHEMA_VERSION, Report
from costopt.model.resource import ResourceKey
from costopt.renderers.document import to_document

_LARGEST_FILE = 500_000_000
"""Bytes of the largest report or plan that is read."""
_MOST_UNITS = 1_000_000
"""IOPS or MiB/s that no volume has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What somebody should do about one live resource."""

    id: str
    """Id of the finding, or `plan:` and the name of the workload. Hostile until escaped."""
    source: str
    """Id of the check, or `plan`."""
    title: str
    """What it is about."""
    kind: str
    """As in `ActionKind`."""
    resource: str
    """Id of the live resource. Hostile until escaped."""
    key: ResourceKey | None
    """Its whole identity; None where only its id is known."""
    summary: str
    """What to do, in a sentence. Hostile until escaped."""
    target: str | None = None
    """What to change to."""
    evidence: tuple[str, ...] = ()
    """What was observed. Hostile until escaped."""
    monthly_before: Money | None = None
    """Cost a month today; None where a price is missing."""
    monthly_after: Money | None = None
    """Cost a month afterwards."""
    gp3_extra: tuple[int, int] | None = None
    """IOPS above 3,000 and MiB/s above 125 that a gp3 volume is priced with."""
    destructive: bool = False
    """Whether it deletes data."""
    set_aside: str | None = None
    """Why nothing is to be done for it now, such as that another finding takes precedence."""


def advice_of_report(report: Report) -> tuple[Advice, ...]:
    """What a report's findings say."""
    return tuple(_of_findings(to_document(report)["findings"]))


def read_report(path: Path) -> tuple[Advice, ...]:
    """What the findings of a report say that `costopt audit -f json` wrote.

    Raises:
        TerraformError: it cannot be read, or is no report of this version.
    """
    document = _document(path, "report", REPORT_SCHEMA_VERSION, "write it with `costopt audit -f json -o report.json`")
    try:
        return tuple(_of_findings(document["findings"]))
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise TerraformError(f"the report {path} is damaged: {error!r}", hint="write it again") from error


def read_plan(path: Path) -> tuple[Advice, ...]:
    """What the recommended variant of a plan says of sizes that `costopt plan -f json` wrote.

    Raises:
        TerraformError: it cannot be read, or is no plan of this version.
    """
    document = _document(path, "plan", PLAN_SCHEMA_VERSION, "write it with `costopt plan -f json -o plan.json`")
    try:
        (variant,) = (one for one in document["variants"] if one["name"] == "recommended")
        return tuple(one for assignment in variant["assignments"] for one in _of_assignment(assignment))
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise TerraformError(f"the plan {path} is damaged: {error!r}", hint="write it again") from error


def _document(path: Path, what: str, version: int, hint: str) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise TerraformError(f"the {what} {path} is larger than {_LARGEST_FILE} bytes", hint=hint)
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise TerraformError(f"the {what} {path} cannot be read: {error.strerror}", hint="check the path") from error
    except (ValueError, RecursionError) as error:
        raise TerraformError(f"the {what} {path} is not valid JSON: {error}", hint=hint) from error
    wanted = "findings" if what == "report" else "variants"
    if not isinstance(document, dict) or wanted not in document:
        raise TerraformError(f"{path} is no {what} of costopt", hint=hint)
    if document.get("schema_version") != version:
        raise TerraformError(
            f"the {what} {path} has version {document.get('schema_version')}, not {version}", hint="write it again"
        )
    return document


def _of_findings(findings: list[Mapping[str, Any]]) -> Iterator[Advice]:
    for item in findings:
        action, saving = item["action"], item["saving"]
        before, after = _costs(saving["terms"]) if saving else (None, None)
        yield Advice(
            id=item["id"],
            source=item["check_id"],
            title=item["title"],
            kind=action["kind"],
            resource=item["resource"]["id"],
            key=ResourceKey(**item["resource"]),
            summary=action["summary"],
            target=action["target"],
            evidence=tuple(one["statement"] for one in item["evidence"]),
            monthly_before=before,
            monthly_after=after,
            gp3_extra=_gp3_extra(saving["terms"]) if saving else None,
            destructive=item["risk"] == "destructive",
            set_aside=_set_aside(item),
        )


def _set_aside(item: Mapping[str, Any]) -> str | None:
    if item["silence"]:
        return f"silenced by a {item['silence']['by']}: {item['silence']['reason']}"
    if item["overlap"] and Decimal(item["counted"]["amount"]) == 0:
        return str(item["overlap"])
    return None


def _costs(terms: list[Mapping[str, Any]]) -> tuple[Money, Money]:
    """What a saving's terms say is paid before and after."""
    amounts = [Decimal(term["amount"]) for term in terms]
    currency = terms[0]["price"]["currency"] if terms else USD
    paid = sum((one for one in amounts if one > 0), Decimal(0)), -sum((one for one in amounts if one < 0), Decimal(0))
    before, after = (Money(amount=one.quantize(SMALLEST_AMOUNT), currency=currency) for one in paid)
    return before, after


def _gp3_extra(terms: list[Mapping[str, Any]]) -> tuple[int, int]:
    """What a volume is given above what gp3 includes, read from the lines of its price afterwards."""
    extra = [
        sum(_whole(-Decimal(term["quantity"])) for term in terms if term["label"].startswith(label) and _is_after(term))
        for label in ("gp3 iops above", "gp3 throughput above")
    ]
    return extra[0], extra[1]


def _whole(quantity: Decimal) -> int:
    if quantity > _MOST_UNITS:
        raise ValueError(f"{quantity} is no figure of a volume")
    return int(quantity)


def _is_after(term: Mapping[str, Any]) -> bool:
    return Decimal(term["quantity"]) < 0


def _of_assignment(assignment: Mapping[str, Any]) -> Iterator[Advice]:
    before, after = assignment["before"], assignment["after"]
    resources = assignment["resources"]
    same = len(before) == len(after) == 1 and before[0]["instance_type"] == after[0]["instance_type"]
    if not resources or not before or (same and before[0]["count"] == after[0]["count"]):
        return
    fits = len(after) == 1 and after[0]["count"] == len(resources) and after[0]["market"] == "on_demand"
    count = len(resources)
    for resource in resources:
        yield Advice(
            id=f"plan:{assignment['workload']}",
            source="plan",
            title=f"Run {assignment['workload']} on another size",
            kind="resize",
            resource=resource,
            key=None,
            summary=" and ".join(f"{one['count']} x {one['instance_type']} ({one['market']})" for one in after),
            target=after[0]["instance_type"] if fits else None,
            evidence=tuple(assignment["reasons"]),
            monthly_before=_share(assignment["monthly_before"], count),
            monthly_after=_share(assignment["monthly_after"], count),
        )


def _share(money: Mapping[str, Any] | None, count: int) -> Money | None:
    if money is None:
        return None
    return Money(amount=(Decimal(money["amount"]) / count).quantize(SMALLEST_AMOUNT), currency=money["currency"])
