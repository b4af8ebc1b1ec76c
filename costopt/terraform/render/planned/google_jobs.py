"""Work with a deadline on Google Cloud, which Terraform does not start."""

from costopt.terraform.render.calls import LeftOut, ModuleCall
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork

_MODELS = {SPOT: "SPOT", ON_DEMAND: "STANDARD"}


def google_job_calls(work: PlannedWork) -> tuple[ModuleCall, ...] | LeftOut:
    """None: Google's provider has no resource for a job of Batch, up to version 8. It says what to submit instead."""
    used = dict.fromkeys(
        f"{one.instance_type} as {_MODELS[one.market]}" for one in work.assignment.after if one.market in _MODELS
    )
    return LeftOut(
        subject=work.name,
        reason="Terraform has no resource for jobs of Google's Batch: submit it with `gcloud batch jobs submit`, on"
        f" {' or '.join(used) or 'capacity that was reserved for it'}",
    )
