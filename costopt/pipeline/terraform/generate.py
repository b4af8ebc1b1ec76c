"""From a plan to new Terraform modules in a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from costopt.config.settings import Settings
from costopt.config.workload_file import read_workloads
from costopt.economics.gce.machines import machine_type
from costopt.errors import PriceNotFound, UsageError
from costopt.model.plan import PLAN_SCHEMA_VERSION, Plan, Variant
from costopt.model.shape import Shape
from costopt.pipeline.pricing import price_book
from costopt.pipeline.version import tool_version
from costopt.terraform.render.calls import Blueprint, LeftOut
from costopt.terraform.render.library import Cloud, Writing, find_module, require_major
from costopt.terraform.render.output_folder import Placed, place
from costopt.terraform.render.planned.blueprints import blueprints
from costopt.terraform.render.planned.request import GenerateRequest, ShapeOf
from costopt.terraform.render.root import render_root

if TYPE_CHECKING:
    from costopt.economics.lookups import PriceBook

MOST_BYTES = 200_000_000
"""Of a plan file; one of 100,000 workloads has a tenth of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What was written."""

    placed: Placed
    """The files."""
    roots: tuple[str, ...]
    """Folders of root modules below the output, `.` for the output itself."""
    calls: int
    """Calls of modules in all roots."""
    adopted: int
    """Resources that exist and are imported."""
    left_out: tuple[LeftOut, ...]
    """What no code was written for, and why."""


def generate(
    settings: Settings,
    request: GenerateRequest,
    out: Path,
    *,
    plan_path: Path | None = None,
    workloads_path: Path | None = None,
    now: datetime,
    force: bool = False,
) -> Generated:
    """Write the modules of a plan, and a root that calls them.

    Args:
        settings: the user's settings.
        request: what to write.
        out: folder to write to.
        plan_path: plan that `costopt plan -f json` wrote; planned from the workloads where None.
        workloads_path: file of workloads; beside a plan it tells how each workload is cut.
        now: when a plan of workloads begins, aware.
        force: overwrite files that others wrote or changed.

    Raises:
        UsageError: neither a plan nor workloads, a variant or module that is not known, a file that is no plan.
        TerraformError: text that Terraform cannot hold, or files in the way.
        WorkloadError, InfeasiblePlan, CatalogError: as of `plan_workloads`.
    """
    _refuse_unknown(request)
    plan = _plan(settings, plan_path, workloads_path, now)
    workloads = read_workloads(workloads_path) if workloads_path else ()
    variant = _variant(plan, request.variant)
    found = blueprints(variant, workloads, _shapes(price_book(settings.prices)), request)
    writing = Writing(
        tool_version=tool_version(), origin=_origin(plan, variant), tags=_tags(request), aws_major=request.aws_major
    )
    files = _files(found, writing)
    return Generated(
        placed=place(files, out, force=force),
        roots=tuple(_folder(one, found) for one in found),
        calls=sum(len(one.calls) for one in found),
        adopted=sum(len(call.adoptions) for one in found for call in one.calls),
        left_out=_left_out(found),
    )


def read_plan(path: Path) -> Plan:
    """A plan that `costopt plan -f json` wrote.

    Raises:
        UsageError: it cannot be read, is no plan, or of another version.
    """
    hint = "Write one with `costopt plan --snapshot DIR -f json -o plan.json`."
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is larger than any plan", hint=hint)
        plan = msgspec.json.decode(path.read_bytes(), type=Plan)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint=hint) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no plan: {error}", hint=hint) from error
    if plan.schema_version != PLAN_SCHEMA_VERSION:
        raise UsageError(f"{path} is a plan of version {plan.schema_version}, not {PLAN_SCHEMA_VERSION}", hint=hint)
    return plan


def _refuse_unknown(request: GenerateRequest) -> None:
    """What cannot be written, said before anything is planned."""
    for name in request.extras:
        find_module(name)
    require_major(request.aws_major)


def _plan(settings: Settings, plan_path: Path | None, workloads_path: Path | None, now: datetime) -> Plan:
    if plan_path is not None:
        return read_plan(plan_path)
    if workloads_path is None:
        raise UsageError("there is nothing to write", hint="Name a plan with --plan, or workloads with --workloads.")
    from costopt.pipeline.plan_request import PlanRequest
    from costopt.pipeline.plan_workloads import plan_workloads

    return plan_workloads(workloads_path, settings, PlanRequest(), now=now)


def _variant(plan: Plan, name: str) -> Variant:
    try:
        return plan.variant(name)
    except KeyError:
        known = ", ".join(one.name for one in plan.variants)
        raise UsageError(f"the plan has no variant {name!r}", hint=f"It has {known}.") from None


def _shapes(book: "PriceBook") -> ShapeOf:
    from costopt.pipeline.planning.google_machine import shape_of as shape_of_google

    def shape_of(name: str) -> Shape | None:
        try:
            return shape_of_google(machine_type(name)) if "." not in name else book.shape(name)
        except PriceNotFound:
            return None

    return shape_of


def _origin(plan: Plan, variant: Variant) -> str:
    return f"the {variant.name} plan of {plan.source.name}, {plan.now:%Y-%m-%d}"


def _tags(request: GenerateRequest) -> dict[str, str]:
    return {"ManagedBy": "terraform", **request.tags}


def _files(found: Sequence[Blueprint], writing: Writing) -> dict[str, str]:
    files: dict[str, str] = {}
    for one in found:
        folder = _folder(one, found)
        below = "" if folder == "." else f"{folder}/"
        files |= {f"{below}{path}": text for path, text in render_root(one, writing).items()}
    return files


def _folder(one: Blueprint, found: Sequence[Blueprint]) -> str:
    """Where a root goes: the output itself; where there are several, a folder for each region."""
    if len(found) == 1:
        return "."
    return one.region or ("google-cloud" if one.cloud is Cloud.GCP else "no-region")


def _left_out(found: Sequence[Blueprint]) -> tuple[LeftOut, ...]:
    return tuple(left for one in found for left in one.left_out)
