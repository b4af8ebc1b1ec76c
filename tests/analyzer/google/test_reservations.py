"""Which machines a reservation goes on charging for, across projects."""

from costopt.analyzer.checks.gce_idle import CHECK
from costopt.model.specs.gce import GceReservation
from tests.oracles.google_commitments import committed_use
from tests.oracles.google_estate import IDLE, REGION, UNITS, ZONE, google, machine
from tests.oracles.judging import StaticPrices, judge, monthly

PRICES = StaticPrices(units=UNITS, region=REGION)


def reservation(name="r", *, account="acme-host", **fields):
    given = {
        "number": "7", "zone": ZONE, "status": "READY", "machine_type": "n1-standard-4", "count": 1, "in_use_count": 1,
        "shared": True, "consumers": ("acme-web",), **fields,
    }  # fmt: skip
    return google(GceReservation(**given), f"zones/{ZONE}/reservations/{name}", account=account)


def of_project(account, name="web-1"):
    one = machine(name)
    return google(one.spec, one.id, account=account)


def saving(judged, *beside):
    return monthly(judge(CHECK, judged, facts=IDLE, beside=beside, prices=PRICES))


def test_a_machine_in_a_reservation_of_another_project_saves_nothing():
    verdict = judge(CHECK, of_project("acme-web"), facts=IDLE, beside=[reservation()], prices=PRICES)
    assert monthly(verdict) == 0
    assert f"projects/acme-host/zones/{ZONE}/reservations/r is billed on" in verdict.evidence[-1].statement


def test_a_project_that_a_reservation_is_not_shared_with_cannot_use_it():
    assert saving(of_project("acme-lab"), reservation()) > 0
    assert saving(of_project("acme-web"), reservation(shared=False, consumers=None)) > 0


def test_a_reservation_of_a_whole_organisation_may_be_used_by_any_project():
    assert saving(of_project("acme-lab"), reservation(consumers=None)) == 0


def test_machines_of_the_own_project_are_taken_to_use_a_shared_reservation_first():
    host, web = of_project("acme-host"), of_project("acme-web")
    assert saving(host, web, reservation()) == 0
    assert saving(web, host, reservation()) > 0


def test_a_reservation_of_one_project_is_taken_to_be_used_before_a_shared_one():
    web, lab = of_project("acme-web"), of_project("acme-lab")
    shared, own = reservation(consumers=("acme-lab", "acme-web")), reservation("own", account="acme-web", shared=False)
    assert saving(web, lab, shared, own) == 0
    assert saving(lab, web, shared, own) == 0


def test_a_reservation_that_ends_with_its_commitment_says_when():
    attached = reservation(account="acme-web", commitment_id="regions/us-central1/commitments/c")
    owned = committed_use(vcpus=4)
    verdict = judge(CHECK, of_project("acme-web"), facts=IDLE, beside=[attached, owned], prices=PRICES)
    assert "tied to its commitment regions/us-central1/commitments/c until 2027-05-23" in verdict.evidence[-1].statement
