"""Resources that a change adds beside others: the lifecycle configuration of a bucket that has none."""

import json
from collections.abc import Iterator

from costopt.model.terraform import AttributePath, Evaluation, PlannedResource
from costopt.model.terraform_patch import ProposedChange
from costopt.terraform.hcl.source import Syntax, line_of
from costopt.terraform.patch.choices import Choice
from costopt.terraform.trace.address import parse_address
from costopt.terraform.trace.place import Trace, Untraceable
from costopt.terraform.trace.tracer import Tracer

LIFECYCLE = "aws_s3_bucket_lifecycle_configuration"
ABORT_DAYS: AttributePath = ("rule", 0, "abort_incomplete_multipart_upload", 0, "days_after_initiation")
"""Where a lifecycle configuration of one rule says after how many days parts of unfinished uploads go."""
_RULE = "abort-incomplete-uploads"
_OF_THE_BUCKET = ("region", "provider")
"""Arguments that have to be those of the bucket."""


def add_beside(change: ProposedChange, before: Evaluation, tracer: Tracer) -> Choice | Untraceable:
    """The new block that a change is, and where it goes; or why a person has to write it.

    Args:
        change: a new lifecycle configuration with one rule.
        before: the configuration as it is.
        tracer: finds the bucket's block.
    """
    place = tracer.below(change.beside, change.type)
    if isinstance(place, Untraceable):
        return place
    reason = _why_not(change, before)
    if reason:
        return Untraceable(reason, file=place.source.path, line=line_of(place.node))
    (days,) = change.settings
    is_hcl = place.source.syntax is Syntax.HCL
    text = "\n".join(_lines(change, tracer)) if is_hcl else _object(change, tracer, is_named=place.added == change.type)
    return Choice(change=change, setting=days, trace=Trace(places=(place,)), text=text)


def _why_not(change: ProposedChange, before: Evaluation) -> str | None:
    bucket = before.resources.get(change.beside)
    if bucket is None:
        return "the configuration does not plan the bucket: its count or keys are others"
    if bucket.values.get("lifecycle_rule"):
        return "the bucket has lifecycle_rule blocks of its own: add the rule there"
    for one in before.resources.values():
        if one.address == change.address or (one.type == LIFECYCLE and _may_be_of(one, bucket)):
            return f"{one.address} is, or may be, its lifecycle configuration: a bucket has one, so add the rule there"
    return None


def _may_be_of(lifecycle: PlannedResource, bucket: PlannedResource) -> bool:
    """Whether a lifecycle configuration is of a bucket, as far as names and references tell."""
    name, named = bucket.values.get("bucket"), lifecycle.values.get("bucket")
    if isinstance(name, str) and isinstance(named, str):
        return name == named
    references = lifecycle.references.get("bucket", ())
    others = [one for one in references if one.startswith("aws_s3_bucket.")]
    own = f"aws_s3_bucket.{bucket.name}"
    same_module = lifecycle.module == bucket.module
    return not others or (same_module and any(one == own or one.startswith((f"{own}.", f"{own}[")) for one in others))


def _arguments(change: ProposedChange, tracer: Tracer, reference: str) -> dict[str, str]:
    """Arguments that lead to the bucket, as they are written; `reference` makes an expression of a reference."""
    bucket = parse_address(change.beside)
    own = {name: written for name in _OF_THE_BUCKET if (written := tracer.argument(change.beside, name))}
    return {**own, "bucket": reference % f"{bucket.type}.{bucket.name}.id"}


def _object(change: ProposedChange, tracer: Tracer, *, is_named: bool) -> str:
    """The configuration in JSON: an object, in one more with its name where that is not said around it."""
    (days,) = change.settings
    rule = {
        "id": _RULE,
        "status": "Enabled",
        "filter": {},
        "abort_incomplete_multipart_upload": {"days_after_initiation": days.after},
    }
    members = {**_arguments(change, tracer, '"${%s}"'), "rule": json.dumps(rule)}
    text = f"{{{', '.join(f'{json.dumps(name)}: {value}' for name, value in members.items())}}}"
    return f"{{{json.dumps(parse_address(change.address).name)}: {text}}}" if is_named else text


def _lines(change: ProposedChange, tracer: Tracer) -> Iterator[str]:
    (days,) = change.settings
    arguments = _arguments(change, tracer, "%s")
    width = max(map(len, arguments))
    yield f'resource "{change.type}" "{parse_address(change.address).name}" {{'
    yield from (f"  {name:{width}} = {value}" for name, value in arguments.items())
    yield from ("", "  rule {", f'    id     = "{_RULE}"', '    status = "Enabled"', "")
    yield from ("    filter {}", "", "    abort_incomplete_multipart_upload {")
    yield from (f"      days_after_initiation = {days.after}", "    }", "  }", "}")
