"""Operating system of an instance as EC2 bills it."""

from collections.abc import Mapping
from typing import Any

# Source of both tables: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
# "Red Hat BYOL Linux" (00g0) is billed like Linux. "Windows BYOL" keeps a name of its own: no licence is paid, but
# it is no Linux machine either.
BY_USAGE_OPERATION: Mapping[str, str] = {
    "RunInstances": "linux",
    "RunInstances:00g0": "linux",
    "RunInstances:0010": "rhel",
    "RunInstances:1010": "rhel_ha",
    "RunInstances:1014": "rhel_ha_sql_standard",
    "RunInstances:1110": "rhel_ha_sql_enterprise",
    "RunInstances:0014": "rhel_sql_standard",
    "RunInstances:0210": "rhel_sql_web",
    "RunInstances:0110": "rhel_sql_enterprise",
    "RunInstances:0100": "linux_sql_enterprise",
    "RunInstances:0004": "linux_sql_standard",
    "RunInstances:0200": "linux_sql_web",
    "RunInstances:000g": "sles",
    "RunInstances:0g00": "ubuntu_pro",
    "RunInstances:0002": "windows",
    "RunInstances:0800": "windows_byol",
    "RunInstances:0102": "windows_sql_enterprise",
    "RunInstances:0006": "windows_sql_standard",
    "RunInstances:0202": "windows_sql_web",
}
BY_DETAILS: Mapping[str, str] = {
    "Linux/UNIX": "linux",
    "Red Hat BYOL Linux": "linux",
    "Red Hat Enterprise Linux": "rhel",
    "Red Hat Enterprise Linux with HA": "rhel_ha",
    "Red Hat Enterprise Linux with SQL Server Standard and HA": "rhel_ha_sql_standard",
    "Red Hat Enterprise Linux with SQL Server Enterprise and HA": "rhel_ha_sql_enterprise",
    "Red Hat Enterprise Linux with SQL Server Standard": "rhel_sql_standard",
    "Red Hat Enterprise Linux with SQL Server Web": "rhel_sql_web",
    "Red Hat Enterprise Linux with SQL Server Enterprise": "rhel_sql_enterprise",
    "Linux with SQL Server Enterprise": "linux_sql_enterprise",
    "Linux with SQL Server Standard": "linux_sql_standard",
    "Linux with SQL Server Web": "linux_sql_web",
    "SQL Server Enterprise": "linux_sql_enterprise",
    "SQL Server Standard": "linux_sql_standard",
    "SQL Server Web": "linux_sql_web",
    "SUSE Linux": "sles",
    "Ubuntu Pro": "ubuntu_pro",
    "Windows": "windows",
    "Windows BYOL": "windows_byol",
    "Windows with SQL Server Enterprise": "windows_sql_enterprise",
    "Windows with SQL Server Standard": "windows_sql_standard",
    "Windows with SQL Server Web": "windows_sql_web",
}


def platform_of(instance: Mapping[str, Any]) -> str:
    """Billed operating system of an item of DescribeInstances; `unknown` where the words are new to us.

    Where an answer has neither usage operation nor details, only `Platform` is left: "`windows` for Windows
    instances; otherwise, it is empty". Empty then reads as Linux. AWS itself always sends the usage operation
    (which alone tells RHEL and SLES apart); servers that imitate it do not.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html
    """
    operation, details = instance.get("UsageOperation"), instance.get("PlatformDetails")
    if operation or details:
        return BY_USAGE_OPERATION.get(operation or "") or platform_of_details(details or "")
    return "windows" if str(instance.get("Platform") or "").casefold() == "windows" else "linux"


def platform_of_details(details: str) -> str:
    """Operating system of a description such as `Red Hat Enterprise Linux`, as instances and reservations carry it.

    Reservations of the old EC2 Classic days add `(Amazon VPC)`, which says nothing of the system.
    """
    return BY_DETAILS.get(details.removesuffix(" (Amazon VPC)").strip(), "unknown")
