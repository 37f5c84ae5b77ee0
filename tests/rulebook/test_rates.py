"""Amounts to the cent: the published ones, by place, year, participant and locality."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from caremonth.kernel.rulebook.pricing import NATIONAL, amount_cents
from tests.rulebook.rulebooks import built_in, in_force, needs_shared, one, reference


def cents(
    code: str, on: date, *, facility: bool = False, qualifying: bool = False, at: tuple[str, str] | None = None
) -> int | None:
    values = one("rule_rvus", on, code=code)
    factor = one("rule_conversion_factors", on, qualifying=qualifying)["cf_e4"]
    indices = NATIONAL
    if at is not None:
        place = one("rule_gpcis", on, carrier=at[0], locality=at[1])
        indices = (place["work_e3"], place["pe_e3"], place["mp_e3"])
    return amount_cents(values, indices, factor, facility)


@pytest.mark.parametrize(
    ("code", "on", "outside", "inside"),
    [
        ("99490", date(2023, 6, 1), 6269, 5049),
        ("99490", date(2024, 3, 8), 6156, 4879),
        ("99490", date(2024, 3, 9), 6258, 4960),
        ("99490", date(2025, 6, 1), 6049, 4787),
        ("99490", date(2026, 6, 1), 6613, 4376),
        ("99487", date(2026, 6, 1), 14429, 7916),
        ("G0557", date(2026, 6, 1), 5378, 3373),
        ("99454", date(2026, 6, 1), 5211, None),
        ("98978", date(2026, 6, 1), None, None),
    ],
)
def test_a_unit_is_allowed_its_published_amount(code: str, on: date, outside: int | None, inside: int | None) -> None:
    assert cents(code, on) == outside
    assert cents(code, on, facility=True) == inside


def test_a_qualifying_participant_has_a_factor_of_its_own_from_2026() -> None:
    assert cents("99490", date(2026, 6, 1), qualifying=True) == 6646
    assert cents("99490", date(2025, 6, 1), qualifying=True) == cents("99490", date(2025, 6, 1))


def test_manhattan_is_allowed_more_than_alabama() -> None:
    assert cents("99490", date(2026, 6, 1), at=("13202", "01")) == 7457
    assert cents("99490", date(2026, 6, 1), at=("10112", "00")) == 6132


def test_half_a_cent_is_rounded_up_once() -> None:
    row = {"work": 1, "pe_nonfacility": 0, "pe_facility": 0, "malpractice": 0}
    assert amount_cents(row, NATIONAL, 5000, facility=False) == 1  # half a cent
    assert amount_cents(row, NATIONAL, 4999, facility=False) == 0


def test_the_clinics_bundled_code_has_its_amounts_and_its_end() -> None:
    def bundled(on: date) -> list[int]:
        return [row["cents"] for row in in_force("rule_national_amounts", on, code="G0511", practice_kind="fqhc")]

    days = [date(2023, 5, 1), date(2024, 3, 8), date(2024, 3, 9), date(2025, 9, 30), date(2025, 10, 1)]
    assert [bundled(on) for on in days] == [[7794], [7171], [7290], [5467], []]


def test_a_hospital_department_is_a_facility_and_an_office_is_not() -> None:
    on = date(2026, 3, 1)
    assert one("rule_places", on, place_of_service="22")["facility"] is True
    assert one("rule_places", on, place_of_service="11")["facility"] is False


@pytest.mark.shared
class TestAgainstTheReference:
    pytestmark = needs_shared

    def test_every_national_amount_agrees_to_the_cent(self) -> None:
        compared = 0
        for row in reference("pfs/care_mgmt_rates_2020_2026.csv"):
            on = date.fromisoformat(row["from"])
            if on.year < 2023 or row["status"] in "NI":
                continue
            qualifying = row["release"].endswith("QPP_cf")
            for facility, column, absent in (
                (False, "national_nonfac_usd", "nonfac_na"),
                (True, "national_fac_usd", "fac_na"),
            ):
                ours = cents(row["hcpcs"], on, facility=facility, qualifying=qualifying)
                if row[absent] == "NA" or row["status"] == "C":
                    assert ours is None, row
                else:
                    assert ours == int(Decimal(row[column]) * 100), row
                compared += 1
        assert compared > 1500

    def test_every_locality_amount_agrees_to_the_cent(self) -> None:
        on = date(2026, 6, 1)
        places = built_in().rows("rule_gpcis", on)
        compared = 0
        for row in reference("pfs/locality_test_vectors_2026.csv"):
            name = row["name"].rstrip("*").lower()
            (place,) = [p for p in places if p["locality"] == row["locality"] and p["name"].lower() == name]
            for code, amount in list(row.items())[3:]:
                assert cents(code, on, at=(place["carrier"], place["locality"])) == int(Decimal(amount) * 100), row
                compared += 1
        assert compared == 7 * 13

    def test_every_locality_and_index_is_there(self) -> None:
        for year, work in (
            (2023, "gpci_work"),
            (2024, "gpci_work"),
            (2025, "gpci_work_with_floor"),
            (2026, "gpci_work_with_floor"),
        ):
            ours = {
                (row["carrier"], row["locality"]): (row["work_e3"], row["pe_e3"], row["mp_e3"])
                for row in built_in().rows("rule_gpcis", date(year, 7, 1))
            }
            theirs = {
                (row["mac"], row.get("locality_number") or row["locality"]): tuple(
                    round(float(row[column]) * 1000) for column in (work, "gpci_pe", "gpci_mp")
                )
                for row in reference(f"pfs/gpci_{year}.csv")
            }
            assert ours == theirs

    def test_every_place_of_service_pays_as_listed(self) -> None:
        ours = {row["place_of_service"]: row["facility"] for row in built_in().rows("rule_places")}
        theirs = {
            row["code"]: row["facility_type"] == "Facility"
            for row in reference("codes/place_of_service.csv")
            if row["facility_type"] != "Unassigned"
        }
        assert ours == theirs
