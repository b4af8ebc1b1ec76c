"""A Google Cloud on loopback to collect from without an account: one project with one of everything.

    python tools/google_on_loopback.py

It prints the command that collects from it, and serves until interrupted. The server is that of the tests, with
Google's own messages.
"""

import signal
import sys
import threading
from pathlib import Path

from google.cloud import billing_v1

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.oracles.google_assets import capacity_commitment, estate, reservation
from tests.oracles.google_compute import ComputeServer
from tests.oracles.google_server import PROJECT, GoogleCloud, Points

_CPU = "compute.googleapis.com/instance/cpu/utilization"
_IDLE = Points(labels={"resource.label.instance_id": "4158127351007949610"}, values=[0.01] * 336)


def main() -> None:
    """Serve until interrupted."""
    cloud = _furnished()
    done = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    with ComputeServer() as compute:
        endpoints = f"--endpoint {cloud.server.url} --compute-endpoint {compute.url}"
        print(f"costopt collect gcp --project {PROJECT} {endpoints} --out snap/", flush=True)
        done.wait()
    cloud.server.close()


def _furnished() -> GoogleCloud:
    cloud = GoogleCloud()
    cloud.put(*estate())
    europe = f"projects/{PROJECT}/locations/EU"
    cloud.reservations[europe], cloud.commitments[europe] = [reservation()], [capacity_commitment()]
    payer = billing_v1.ProjectBillingInfo(billing_account_name="billingAccounts/1", billing_enabled=True)
    cloud.payers[PROJECT] = payer
    cloud.accounts["billingAccounts/1"] = "USD"
    cloud.series[_CPU] = [_IDLE]
    return cloud


if __name__ == "__main__":
    main()
