"""A daily run on ECS with Fargate, started by EventBridge Scheduler: one file, a root module by itself."""

from pathlib import Path

from costopt.model.schedule import DailyRun, ScheduleFile
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.render.environment import hcl_environment

TEMPLATE = "aws/_scheduled_run/main.tf.j2"
WORK = "/var/lib/costopt"
"""The only folder that the container may write to."""


def render_scheduled_run(run: DailyRun, tool_version: str) -> ScheduleFile:
    """The configuration.

    Args:
        run: what and when; its settings come from a file beside the configuration.
        tool_version: version of costopt.

    Raises:
        TerraformError: text that Terraform cannot hold.
    """
    path = f"{run.name}.tf"
    text = (
        hcl_environment()
        .get_template(TEMPLATE)
        .render(
            run=run,
            tool_version=tool_version,
            script=_script(run),
            # Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
            cron=f"cron({run.minute} {run.hour} * * ? *)",
        )
    )
    read_hcl(text.encode(), Path(path))  # what cannot be read is written nowhere
    return ScheduleFile(path=path, text=text)


def _script(run: DailyRun) -> str:
    """Puts the settings where they are read, and runs the commands one after the other."""
    settings = f"{WORK}/costopt.toml"
    first, *others = run.shell_lines("costopt", settings, f"{WORK}/snapshot")
    return "\n".join([first, f'printf "%s" "$COSTOPT_TOML" > {settings}', *others])
