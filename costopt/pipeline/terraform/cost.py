"""Prices a Terraform configuration, or the plan of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from costopt.config.plain_yaml import read_yaml
from costopt.config.settings import Settings
from costopt.errors import TerraformError, UsageError, WorkloadError
from costopt.model.terraform import Evaluation
from costopt.model.terraform_cost import CostEstimate
from costopt.pipeline.pricing import price_book
from costopt.pipeline.terraform.billed import Billed, billed_costs
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.cost.configured_references import with_references
from costopt.terraform.cost.estate import Setting
from costopt.terraform.cost.estimate import estimate
from costopt.terraform.cost.local_references import local_references
from costopt.terraform.cost.usage import UsageFile, parse_usage
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRequest:
    """What to price."""

    source: Path
    """Directory of a root module, or a plan as `terraform show -json` prints it."""
    day: date
    """Day of the estimate: from a day on, old versions of databases and clusters cost more."""
    usage: Path | None = None
    """Usage file of version 0.1."""
    state: Path | None = None
    """State v4 of the directory, to say what a change costs; not for a plan, which has one."""
    region: str | None = None
    """Region of resources whose provider does not say one."""
    snapshot: Path | None = None
    """Snapshot of the accounts of the state, to say what the bill says beside the estimate."""
    store: Path | None = None
    """Store of bills; needed with a snapshot."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Values of root variables."""
    variable_files: tuple[Path, ...] = ()
    """Files of values that terraform does not read by itself."""


def estimate_cost(request: CostRequest, settings: Settings) -> CostEstimate:
    """What a configuration costs a month, and what its plan changes of it.

    Args:
        request: what to price.
        settings: where prices are, and the user's discounts.

    Raises:
        TerraformError: the configuration, plan, state or usage file cannot be used.
        UsageError: a snapshot is given without a state or a store of bills.
        CatalogError: the prices cannot be read.
    """
    billed = _billed(request)
    usage = _usage(request.usage)
    evaluation, locals_ = _evaluated(request)
    setting = Setting(
        engine=evaluation.engine,
        day=request.day,
        prices=price_book(settings.prices),
        usage=usage,
        providers=evaluation.provider_settings,
        region=request.region,
        locals=locals_,
    )
    found = estimate(evaluation, setting)
    notes = (*found.notes, *_taken_for_granted(found))
    if billed is None:
        return replace(found, notes=notes)
    known = {address: amount for address, amount in billed.monthly.items() if address in evaluation.resources}
    return replace(found, billed=known, notes=notes, remarks=(*found.remarks, *billed.notes))


def _billed(request: CostRequest) -> Billed | None:
    if request.snapshot is None:
        return None
    if request.state is None:
        raise UsageError("--snapshot without --state", hint="Only the state leads from live resources to addresses.")
    if request.store is None:
        raise UsageError("--snapshot without a store of bills", hint="Give --store; `costopt collect` fills one.")
    return billed_costs(request.snapshot, request.store, request.state)


def _usage(path: Path | None) -> UsageFile:
    if path is None:
        return UsageFile()
    try:
        document = read_yaml(path)
    except WorkloadError as error:
        raise TerraformError(f"the usage file cannot be used: {error}", hint=error.hint) from error
    return parse_usage(document, name=path.name)


def _evaluated(request: CostRequest) -> tuple[Evaluation, Mapping[tuple[str, str], tuple[str, ...]]]:
    if not request.source.is_dir():
        if request.state:
            raise TerraformError("a plan holds its own state", hint="Leave --state out, or name the directory.")
        return evaluate(Request(folder=request.source.parent, plan=request.source)), {}
    evaluation = evaluate(
        Request(
            folder=request.source,
            state=request.state.resolve() if request.state else None,
            variables=request.variables,
            variable_files=tuple(path.resolve() for path in request.variable_files),
        )
    )
    configuration = read_configuration(request.source.resolve())
    return with_references(evaluation, configuration), local_references(configuration)


def _taken_for_granted(found: CostEstimate) -> tuple[str, ...]:
    notes = ["a month has 730 hours; free tiers, taxes and credits are left out"]
    if any(one.type == "aws_autoscaling_group" for one in found.resources):
        notes.append("groups are priced at the size that they start with, of their first instance type")
    return tuple(notes)
