from tests.prices.refresh.measure_memory import measured


def test_a_region_file_is_never_held_in_memory() -> None:
    """A standard reader needs about six times the file: 250 MiB for this one."""
    found = measured(40)
    assert found["file_mib"] > 40
    assert found["gaps"] == 0
    assert found["rows"] > 25_000
    assert found["peak_mib"] < 200
