"""A workflow of GitHub Actions.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax (schedule, permissions) and
https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws.
"""

import shlex
from collections.abc import Iterator
from typing import Any

import yaml

from costopt.errors import UsageError
from costopt.model.schedule import DailyRun, ScheduleFile

UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT", "Zulu", "Etc/Zulu", "UCT", "Etc/UCT", "Universal"})
CHECKOUT = "actions/checkout@v6"
SETUP_PYTHON = "actions/setup-python@v6"
AWS_CREDENTIALS = "aws-actions/configure-aws-credentials@v6"
GOOGLE_CREDENTIALS = "google-github-actions/auth@v3"


def workflow(run: DailyRun, tool_version: str) -> ScheduleFile:
    """The workflow.

    Args:
        run: what and when; its `config` is a path in the repository.
        tool_version: version of costopt that is installed.

    Raises:
        UsageError: a time zone, which GitHub cannot be told, or text that GitHub would take for an expression.
    """
    if run.time_zone is not None and run.time_zone not in UTC_NAMES:
        raise UsageError(
            f"GitHub's schedules are in UTC, not in {run.time_zone}", hint="Leave --time-zone out and give --at in UTC."
        )
    steps = run.steps(run.config, "snapshot")
    if any("${{" in one for step in steps for one in step):
        raise UsageError("an option holds ${{, which GitHub takes for an expression", hint="Write it without.")
    head = (
        f"# {run.name}: put it into .github/workflows/ on the default branch, beside {run.config} in the repository.\n"
        "# Variables of the repository: COSTOPT_AWS_ROLE, the ARN of a role that trusts GitHub's OIDC provider for\n"
        "# this repository and branch, and AWS_REGION. Without COSTOPT_AWS_ROLE no credentials are asked for.\n"
        f"{_GOOGLE_VARIABLES if run.needs_google else ''}"
        "# Actions are named by major version; pin them to the SHA of a commit that you have read.\n"
    )
    text = yaml.safe_dump(_content(run, steps, tool_version), sort_keys=False, allow_unicode=True, width=120)
    return ScheduleFile(path=f".github/workflows/{run.name}.yml", text=head + text)


_GOOGLE_VARIABLES = (
    "# For Google Cloud: COSTOPT_GCP_PROVIDER, projects/.../providers/... of a Workload Identity Federation that\n"
    "# trusts this repository, and COSTOPT_GCP_ACCOUNT, the service account that reads.\n"
)


def _content(run: DailyRun, steps: tuple[tuple[str, ...], ...], tool_version: str) -> dict[str, Any]:
    return {
        "name": run.name,
        "on": {"schedule": [{"cron": f"{run.minute} {run.hour} * * *"}], "workflow_dispatch": {}},
        "permissions": {},
        "concurrency": {"group": run.name, "cancel-in-progress": False},
        "jobs": {
            "costopt": {
                "runs-on": "ubuntu-latest",
                "timeout-minutes": 60,
                "permissions": {"contents": "read", "id-token": "write"},
                "steps": [*_preparation(run, tool_version), *_steps(run, steps)],
            }
        },
    }


def _preparation(run: DailyRun, tool_version: str) -> list[dict[str, Any]]:
    extra = f"[{','.join(run.extras)}]" if run.extras else ""
    return [
        {"uses": CHECKOUT, "with": {"persist-credentials": False}},
        {"uses": SETUP_PYTHON, "with": {"python-version": "3.13"}},
        {
            "if": "${{ vars.COSTOPT_AWS_ROLE != '' }}",
            "uses": AWS_CREDENTIALS,
            "with": {"role-to-assume": "${{ vars.COSTOPT_AWS_ROLE }}", "aws-region": "${{ vars.AWS_REGION }}"},
        },
        *([_google_credentials()] if run.needs_google else []),
        {"id": "install", "run": f"python -m pip install 'cloud-costopt{extra}=={tool_version}'"},
    ]


def _google_credentials() -> dict[str, Any]:
    """Source: https://github.com/google-github-actions/auth#inputs-workload-identity-federation."""
    return {
        "if": "${{ vars.COSTOPT_GCP_PROVIDER != '' }}",
        "uses": GOOGLE_CREDENTIALS,
        "with": {
            "workload_identity_provider": "${{ vars.COSTOPT_GCP_PROVIDER }}",
            "service_account": "${{ vars.COSTOPT_GCP_ACCOUNT }}",
        },
    }


def _steps(run: DailyRun, steps: tuple[tuple[str, ...], ...]) -> Iterator[dict[str, Any]]:
    for number, step in enumerate(steps):
        # The check tells that the bill is late; the workflow fails all the same where it was not taken in.
        goes_on = {"if": "${{ !cancelled() && steps.install.outcome == 'success' }}"} if number and run.goes_on else {}
        yield {**goes_on, **_step(run, step)}


def _step(run: DailyRun, step: tuple[str, ...]) -> dict[str, Any]:
    secrets = {"env": {name: "${{ secrets." + name + " }}" for name in run.secrets}} if run.secrets else {}
    needs_them = step[0] != "collect"
    return {"run": shlex.join(("costopt", *step)), **(secrets if needs_them else {})}
