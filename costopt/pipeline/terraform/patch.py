"""Patches a Terraform configuration: from what an audit or a plan found to edits that a second plan has proven."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from costopt.config.settings import Settings
from costopt.errors import PriceNotFound, TerraformError, UsageError
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.google_storage import GcsBucket
from costopt.model.specs.storage import S3Bucket
from costopt.model.terraform import Engine
from costopt.model.terraform_patch import ByHand, Patch
from costopt.pipeline.audit import audit
from costopt.pipeline.pricing import price_book
from costopt.pipeline.terraform.advice import Advice, advice_of_report, read_plan, read_report
from costopt.pipeline.terraform.changes import Architectures, HandWork, Live, sort_advice
from costopt.pipeline.terraform.reasons import NEVER_REMOVED
from costopt.pipeline.terraform.removal import removal_reason
from costopt.store.open import open_snapshot
from costopt.terraform.configuration.directory import Configuration, read_configuration
from costopt.terraform.evaluate.plan_json import read_json_document
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import Workplace, make_patch, open_workplace, relative
from costopt.terraform.state import check_belongs, read_state
from costopt.terraform.trace.place import Untraceable


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchRequest:
    """What to patch, and by what."""

    folder: Path
    """Directory of the root module."""
    state: Path
    """State of it: a file of version 4, or what `terraform show -json` prints."""
    snapshot: Path | None = None
    """Snapshot to audit; one of these three is given."""
    report: Path | None = None
    """Report that `costopt audit -f json` wrote."""
    plan: Path | None = None
    """Plan that `costopt plan -f json` wrote."""
    store: Path | None = None
    """Store of bills for the audit; None for list prices."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Values of root variables, as the environment would give them."""
    variable_files: tuple[Path, ...] = ()
    """Files of values that are named on the command line."""
    workspace: str = "default"
    """Workspace of the state."""
    allow_replace: bool = False
    """Whether resources may be destroyed and made anew."""
    installed_providers: bool = False
    """Whether the provider plugins in `.terraform` may run to prove; a stand-in proves otherwise."""
    without_terraform: bool = False
    """Whether tfparse may prove, a library that evaluates as terraform does but is not terraform."""


def patch_configuration(request: PatchRequest, settings: Settings) -> Patch:
    """Propose, edit and prove; nothing is written.

    Args:
        request: what to patch, and by what.
        settings: the user's settings, for the audit and for prices.

    Raises:
        UsageError: not exactly one of snapshot, report and plan is given.
        TerraformError: the configuration, the state or the recommendations cannot be used, or nothing can prove.
        SnapshotError: the snapshot cannot be read.
    """
    advice, live = _advice(request, settings)
    state = read_state(request.state, workspace=request.workspace)
    configuration = read_configuration(request.folder.resolve())
    check_belongs(state, configuration, request.state)
    _check_installed(configuration)
    found = sort_advice(advice, state, _architectures(settings), live)
    workplace = _open(request, configuration)
    patch = make_patch(workplace, found.changes, Policy(allow_replace=request.allow_replace))
    by_hand = [*patch.by_hand, *(_by_hand(workplace, one) for one in found.by_hand)]
    return replace(
        patch, by_hand=tuple(sorted(by_hand, key=lambda one: (one.address, one.id))), unmatched=found.unmatched
    )


def _check_installed(configuration: Configuration) -> None:
    """Without a module, no plan can show that nothing else changes."""
    for call in configuration.missing:
        raise TerraformError(
            f"{call.block.file}:{call.block.line}: the module {'.'.join(call.path)} ({call.source}) is not installed",
            hint="run `terraform init` or `terraform get` there; nothing was written",
        )


def _advice(request: PatchRequest, settings: Settings) -> tuple[tuple[Advice, ...], Live]:
    """Recommendations, and what else the snapshot or the report tells of live resources."""
    given = [path for path in (request.snapshot, request.report, request.plan) if path is not None]
    if len(given) != 1:
        raise UsageError(
            "give exactly one of --snapshot, --report and --plan", hint="`costopt collect aws` writes a snapshot"
        )
    if request.report:
        found = read_report(request.report)
        ruleless = frozenset(one.resource for one in found if one.source == "s3_no_lifecycle")
        return found, Live(ruleless_buckets=ruleless)
    if request.plan:
        return read_plan(request.plan), Live()
    assert request.snapshot is not None  # noqa: S101 - the only one left
    report = audit(request.snapshot, settings, store=request.store)
    resources = open_snapshot(request.snapshot).resources
    images = {
        one.id: one.spec.architecture
        for one in resources
        if isinstance(one.spec, Ec2Instance) and one.spec.architecture
    }
    ruleless = frozenset(one.id for one in resources if isinstance(one.spec, S3Bucket) and one.spec.rules == ())
    rules = {one.id: len(one.spec.rules) for one in resources if isinstance(one.spec, GcsBucket)}
    return advice_of_report(report), Live(images=images, ruleless_buckets=ruleless, bucket_rules=rules)


def _architectures(settings: Settings) -> Architectures:
    book = price_book(settings.prices)

    def look_up(instance_type: str) -> tuple[str, ...] | None:
        try:
            return book.shape(instance_type).architectures
        except PriceNotFound:
            return None

    return look_up


def _open(request: PatchRequest, configuration: Configuration) -> Workplace:
    engines = (*PROOF_ENGINES, Engine.TFPARSE) if request.without_terraform else PROOF_ENGINES
    try:
        return open_workplace(
            Request(
                folder=configuration.root.folder,
                state=request.state.resolve() if _is_state_file(request.state) else None,
                variables=request.variables,
                variable_files=tuple(path.resolve() for path in request.variable_files),
                workspace=request.workspace,
                installed_providers=request.installed_providers,
                engines=engines,
            ),
            configuration,
        )
    except TerraformError as error:
        if request.without_terraform:
            raise
        hint = "make `terraform plan` work there, or say --without-terraform to prove with tfparse"
        raise TerraformError(f"nothing can be proven, and nothing was written: {error}", hint=hint) from error


def _is_state_file(path: Path) -> bool:
    """Whether terraform itself can read it; the output of `terraform show` it cannot."""
    return "format_version" not in read_json_document(path, what="state")


def _by_hand(workplace: Workplace, work: HandWork) -> ByHand:
    address = work.match.address
    block = workplace.tracer.block(address)
    found = None if isinstance(block, Untraceable) else block
    advice = work.advice
    reason = work.reason
    if reason == NEVER_REMOVED:
        reason = removal_reason(work, workplace.tracer, workplace.root)
    return ByHand(
        id=advice.id,
        title=advice.title,
        address=address,
        live=advice.resource,
        file=relative(workplace.root, found[0].path) if found else None,
        line=found[1].start_point[0] + 1 if found else None,
        suggestion=advice.summary,
        reason=reason,
        monthly_before=advice.monthly_before,
        monthly_after=advice.monthly_after,
    )
