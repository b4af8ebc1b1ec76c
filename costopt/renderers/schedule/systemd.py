"""A service and a timer of systemd.

Source: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html (quoting),
systemd.exec.html (sandboxing) and systemd.timer.html.
"""

from costopt.model.schedule import DailyRun, ScheduleFile

FOLDER = "/etc/systemd/system"
STATE = "/var/lib/costopt"
SANDBOX = (
    "CapabilityBoundingSet=",
    "LockPersonality=yes",
    "NoNewPrivileges=yes",
    "PrivateDevices=yes",
    "PrivateTmp=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHome=read-only",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "ProtectSystem=strict",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "UMask=0077",
)
"""The program needs the network, its own state, and nothing else of the machine."""


def units(run: DailyRun) -> tuple[ScheduleFile, ScheduleFile]:
    """The service and its timer."""
    return (
        ScheduleFile(path=f"{FOLDER}/{run.name}.service", text="\n".join([*_service(run), ""])),
        ScheduleFile(path=f"{FOLDER}/{run.name}.timer", text="\n".join([*_timer(run), ""])),
    )


def _service(run: DailyRun) -> list[str]:
    state = [f"Environment=COSTOPT_NOTIFY_STATE={STATE}/alerts.sqlite"] if run.keeps_state else []
    return [
        "[Unit]",
        f"Description=costopt {run.command}",
        "Documentation=https://github.com/cloud-costopt/costopt",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        *_commands(run),
        "# A gate that is met (3) was told; OnFailure= and `systemctl --failed` are for runs that broke.",
        "SuccessExitStatus=3",
        "TimeoutStartSec=1h",
        "# Addresses of channels, one NAME=value a line; owned by root, mode 0600.",
        "EnvironmentFile=-/etc/costopt/environment",
        f"Environment=HOME={STATE} COSTOPT_BILLING_STORE={STATE}/bills",
        *state,
        f"WorkingDirectory={STATE}",
        "StateDirectory=costopt",
        "StateDirectoryMode=0700",
        "DynamicUser=yes",
        *SANDBOX,
    ]


def _timer(run: DailyRun) -> list[str]:
    return [
        "[Unit]",
        f"Description=costopt {run.command}, once a day",
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {run.hour:02}:{run.minute:02}:00 {run.time_zone or 'UTC'}",
        "# A run that was missed while the machine was off is made up for.",
        "Persistent=true",
        "RandomizedDelaySec=5min",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]


def _commands(run: DailyRun) -> list[str]:
    takes, works = run.takes(run.config), run.works(run.config, f"{STATE}/snapshot")
    if not run.goes_on:
        return [_command(run.executable, step) for step in (*takes, *works)]
    return [
        "# A bill that cannot be taken in (-) does not stop the check, which tells it once the bill is late.",
        *(_command(f"-{run.executable}", step) for step in takes),
        *(_command(run.executable, step) for step in works),
    ]


def _command(executable: str, step: tuple[str, ...]) -> str:
    return f"ExecStart={' '.join(map(quoted, (executable, *step)))}"


def quoted(argument: str) -> str:
    """An argument as systemd reads it back: specifiers and variables are doubled."""
    text = argument.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return text if text and not set(text) & set(" '\"\\;") else f'"{text}"'
