"""A CronJob of Kubernetes, with the account that it runs as and the volume that it keeps its store on.

It meets the Pod Security Standard "restricted". Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
and https://kubernetes.io/docs/concepts/security/pod-security-standards/.
"""

from typing import Any

import yaml

from costopt.model.schedule import DailyRun, ScheduleFile

CONFIG_FOLDER, STATE = "/etc/costopt", "/var/lib/costopt"
USER = 65532
"""Of the image; no user of the node."""
ENDS_FOR_GOOD = (2, 3, 4, 5)
"""Exit codes that a second run would repeat: usage, a gate that is met, incomplete data, no plan."""


def manifest(run: DailyRun) -> ScheduleFile:
    """Everything as one file."""
    secrets = " ".join(f"--from-literal={name}=..." for name in run.secrets)
    head = [
        f"# {run.name}. Its settings and secrets are made apart:",
        "#   kubectl create configmap costopt --from-file=costopt.toml",
        f"#   kubectl create secret generic costopt {secrets}" if secrets else "#   (the settings name no secret)",
        "# On EKS, bind the ServiceAccount to a role: by the annotation eks.amazonaws.com/role-arn, or Pod Identity.",
    ]
    if run.needs_google:
        head.append(
            "# On GKE with Workload Identity, grant what it reads to the ServiceAccount costopt as a principal."
        )
    documents = [_account(), _volume(), _cron_job(run)]
    text = yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=120, explicit_start=True)
    return ScheduleFile(path=f"{run.name}.yaml", text="\n".join(head) + "\n" + text)


def _account() -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": _metadata("costopt"),
        "automountServiceAccountToken": False,  # it never talks to the cluster
    }


def _volume() -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": _metadata("costopt"),
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}},
    }


def _metadata(name: str) -> dict[str, Any]:
    return {"name": name, "labels": {"app.kubernetes.io/name": "costopt"}}


def _cron_job(run: DailyRun) -> dict[str, Any]:
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _metadata(run.name),
        "spec": {
            "schedule": f"{run.minute} {run.hour} * * *",
            "timeZone": run.time_zone or "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 3600,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "spec": {
                    "backoffLimit": 2,
                    "activeDeadlineSeconds": 3600,
                    "podFailurePolicy": {
                        "rules": [
                            {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                            {
                                "action": "FailJob",
                                "onExitCodes": {"operator": "In", "values": list(ENDS_FOR_GOOD)},
                            },
                        ]
                    },
                    "template": {"metadata": {"labels": _metadata("")["labels"]}, "spec": _pod(run)},
                }
            },
        },
    }


def _pod(run: DailyRun) -> dict[str, Any]:
    *earlier, last = _containers(run)
    first = {"initContainers": earlier} if earlier else {}
    return {
        "serviceAccountName": "costopt",
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **first,
        "containers": [last],
        "volumes": [
            {"name": "settings", "configMap": {"name": "costopt"}},
            {"name": "state", "persistentVolumeClaim": {"claimName": "costopt"}},
            {"name": "tmp", "emptyDir": {}},
        ],
    }


def _containers(run: DailyRun) -> list[dict[str, Any]]:
    """One a command; one for both where the second runs even if the first fails, which a pod's containers cannot."""
    places = (f"{CONFIG_FOLDER}/costopt.toml", f"{STATE}/snapshot")
    if run.goes_on:
        script = "\n".join(run.shell_lines("costopt", *places))
        return [_container(run, "budget-check", (script,), command=("/bin/sh", "-c"))]
    steps = run.steps(*places)
    names = ["-".join(word for word in step[:2] if not word.startswith("-")) for step in steps]
    return [
        # Two bills of one kind would have one name.
        _container(run, name if names.count(name) == 1 else f"{name}-{number}", step)
        for number, (name, step) in enumerate(zip(names, steps, strict=True))
    ]


def _container(
    run: DailyRun, name: str, arguments: tuple[str, ...], *, command: tuple[str, ...] = ()
) -> dict[str, Any]:
    environment = {"HOME": "/tmp", "COSTOPT_BILLING_STORE": f"{STATE}/bills"}  # noqa: S108 - the volume of the container
    if run.keeps_state:
        environment["COSTOPT_NOTIFY_STATE"] = f"{STATE}/alerts.sqlite"
    return {
        "name": name,
        "image": run.image,
        **({"command": list(command)} if command else {}),
        "args": [_unexpanded(one) for one in arguments],
        "env": [{"name": key, "value": value} for key, value in environment.items()],
        "envFrom": [{"secretRef": {"name": "costopt", "optional": not run.secrets}}],
        "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "2Gi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [
            {"name": "settings", "mountPath": CONFIG_FOLDER, "readOnly": True},
            {"name": "state", "mountPath": STATE},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - likewise
        ],
    }


def _unexpanded(argument: str) -> str:
    """`$(NAME)` is a variable to Kubernetes, and two dollars are one."""
    return argument.replace("$", "$$")
