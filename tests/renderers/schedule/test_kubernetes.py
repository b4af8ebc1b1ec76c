"""The manifest, by the API of Kubernetes and by the Pod Security Standard "restricted"."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from costopt.model.schedule import CLOUDS, ScheduledCommand
from costopt.renderers.schedule.kubernetes import manifest
from tests.renderers.schedule.runs import BILL, HOSTILE, daily

SCHEMA = json.loads((Path(__file__).parent / "data/kubernetes.schema.json").read_text())


def documents(text: str) -> dict[str, Any]:
    """By kind."""
    return {one["kind"]: one for one in yaml.safe_load_all(text)}


def problems_of(document: dict[str, Any]) -> list[str]:
    """What the API of Kubernetes would refuse."""
    schema = {"$ref": f"#/$defs/V1{document['kind']}", "$defs": SCHEMA["$defs"]}
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(document)]


def pod_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = documents(text)["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return found


def expanded(argument: str) -> str:
    """As Kubernetes reads an argument: `$$` is a dollar, `$(NAME)` a variable, which none is meant to be here."""

    def one(match: re.Match[str]) -> str:
        assert match[0] == "$$", f"{argument} would be expanded"
        return "$"

    return re.sub(r"\$\$|\$\([^)]*\)", one, argument)


@pytest.mark.parametrize("command", ScheduledCommand)
def test_every_document_is_one_that_kubernetes_knows(command: ScheduledCommand) -> None:
    found = documents(manifest(daily(command=command, options=HOSTILE, secrets=("SLACK_URL",))).text)
    assert set(found) == {"ServiceAccount", "PersistentVolumeClaim", "CronJob"}
    for document in found.values():
        assert problems_of(document) == []


def test_the_schema_refuses_a_misspelt_field() -> None:
    job = documents(manifest(daily()).text)["CronJob"]
    job["spec"]["timezone"] = "UTC"
    assert "timezone" in problems_of(job)[0]


def test_runs_do_not_overlap_and_late_ones_still_start() -> None:
    spec = documents(manifest(daily(time_zone="Europe/Berlin")).text)["CronJob"]["spec"]
    assert spec["schedule"] == "5 6 * * *"
    assert spec["timeZone"] == "Europe/Berlin"
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["startingDeadlineSeconds"] == 3600


def test_what_a_second_run_would_repeat_is_not_tried_again() -> None:
    job = documents(manifest(daily()).text)["CronJob"]["spec"]["jobTemplate"]["spec"]
    (for_good,) = (rule["onExitCodes"] for rule in job["podFailurePolicy"]["rules"] if rule["action"] == "FailJob")
    assert for_good == {"operator": "In", "values": [2, 3, 4, 5]}
    assert job["template"]["spec"]["restartPolicy"] == "Never"  # a failure policy needs it
    assert job["backoffLimit"] > 0


def test_every_argument_arrives_as_it_was_given() -> None:
    (container,) = pod_of(manifest(daily(options=HOSTILE, bills=())).text)["containers"]
    arguments = list(map(expanded, container["args"]))
    assert arguments == ["budget", "check", "--config", "/etc/costopt/costopt.toml", *HOSTILE]


def test_the_check_runs_though_the_bill_is_not_taken_in_and_the_job_fails_all_the_same() -> None:
    pod = pod_of(manifest(daily(options=HOSTILE)).text)
    assert "initContainers" not in pod
    (container,) = pod["containers"]
    assert container["command"] == ["/bin/sh", "-c"]
    first, none, collect, check, last = map(shlex.split, expanded(container["args"][0]).splitlines())
    assert (first, none, last) == (["set", "-e"], ["taken=0"], ["exit", "$taken"])
    assert collect[:4] == ["costopt", "collect", "cur", "s3://exports/cur?a=%2F"]
    assert collect[-2:] == ["||", "taken=$?"]
    assert check == ["costopt", "budget", "check", "--config", "/etc/costopt/costopt.toml", *HOSTILE]


def test_the_pod_may_do_nothing_that_it_does_not_need() -> None:
    pod = pod_of(manifest(daily(command=ScheduledCommand.AUDIT)).text)
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["initContainers"] + pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        }
        assert set(container["resources"]) == {"requests", "limits"}
        mounted = {one["name"] for one in container["volumeMounts"]}
        assert mounted == {one["name"] for one in pod["volumes"]}


def test_secrets_are_referred_to_and_needed_only_where_the_settings_name_some() -> None:
    text = manifest(daily(secrets=("SLACK_URL",))).text
    assert "--from-literal=SLACK_URL=..." in text
    for secrets, optional in ((("SLACK_URL",), False), ((), True)):
        container = pod_of(manifest(daily(secrets=secrets)).text)["containers"][0]
        assert container["envFrom"] == [{"secretRef": {"name": "costopt", "optional": optional}}]


def test_an_audit_reads_the_account_before_it_judges_it() -> None:
    pod = pod_of(manifest(daily(command=ScheduledCommand.AUDIT)).text)
    assert [one["name"] for one in pod["initContainers"]] == ["collect-cur", "collect-aws"]
    assert pod["containers"][0]["args"][:3] == ["audit", "--snapshot", "/var/lib/costopt/snapshot"]


def test_two_bills_of_one_kind_and_two_clouds_are_containers_of_their_own() -> None:
    found = manifest(daily(command=ScheduledCommand.AUDIT, bills=(BILL, BILL), clouds=CLOUDS)).text
    names = [one["name"] for one in pod_of(found)["initContainers"]]
    assert names == ["collect-cur-0", "collect-cur-1", "collect-aws", "collect-gcp"]
    assert pod_of(found)["containers"][0]["args"][:3] == ["audit", "--snapshot", "/var/lib/costopt/snapshots"]
    assert problems_of(documents(found)["CronJob"]) == []
