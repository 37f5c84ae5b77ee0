"""The two sites of the demo practice and the people who work there, enough of them for the panel."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from caremonth.demo.facts import Facts
from caremonth.demo.identifiers import npi
from caremonth.demo.source import read

PEOPLE_PER_NURSE = 60


@dataclass(frozen=True)
class Site:
    """One practice_id and its staff by job; ``share`` is its part of the random panel."""

    practice_id: str
    name: str
    kind: str
    carrier: str
    locality: str
    town: tuple[str, str, str]  # city, state, ZIP code
    share: float


MAIN = Site(
    "willow-bend", "Willow Bend Family Medicine (invented)", "physician_practice", "13102", "00",
    ("Willow Bend", "CT", "06103"), 0.82,
)  # fmt: skip
RURAL = Site(
    "mill-pond", "Mill Pond Rural Health Clinic (invented)", "rhc", "14512", "50",
    ("Mill Pond", "VT", "05001"), 0.18,
)  # fmt: skip
SITES = (MAIN, RURAL)

# job → (contract role, prefix of the staff id, bills under an NPI of its own, works offshore)
JOBS: dict[str, tuple[str, str, bool, bool]] = {
    "physician": ("practitioner", "md", True, False),
    "nurse_practitioner": ("practitioner", "np", True, False),
    "nurse": ("clinical_staff", "rn", False, False),
    "assistant": ("clinical_staff", "ma", False, False),
    "behavioral": ("clinical_staff", "bh", False, False),
    "navigator": ("clinical_staff", "chw", False, False),
    "scheduler": ("other", "desk", False, False),
    "overseas": ("clinical_staff", "remote", False, True),
}


class Team:
    """The staff ids of both sites by job."""

    def __init__(self, facts: Facts, people: int) -> None:
        self.by_job: dict[tuple[str, str], list[str]] = {}
        given = read("names.yaml")["staff_given"]
        serial = 0
        for number, site in enumerate(SITES):
            facts.add(
                "practices", practice_id=site.practice_id, name=site.name, npi=npi(number),
                tax_id=f"00{number + 1:07d}", kind=site.kind, place_of_service="11", carrier=site.carrier,
                locality=site.locality, qualifying_apm=False, time_zone="America/New_York",
            )  # fmt: skip
            for job, count in self._needed(site, people).items():
                role, prefix, bills, offshore = JOBS[job]
                for place in range(1, count + 1):
                    serial += 1
                    staff_id = f"{site.practice_id}-{prefix}{place}"
                    self.by_job.setdefault((site.practice_id, job), []).append(staff_id)
                    facts.add(
                        "team", staff_id=staff_id, practice_id=site.practice_id, role=role, offshore=offshore,
                        name=f"{given[serial % len(given)]} {job.replace('_', ' ').title()}",
                        npi=npi(100 + serial) if bills else None,
                    )  # fmt: skip

    @staticmethod
    def _needed(site: Site, people: int) -> dict[str, int]:
        panel = people * site.share
        return {
            "physician": max(1, ceil(panel / 250)),
            "nurse_practitioner": max(1, ceil(panel / 300)),
            "nurse": max(2, ceil(panel / PEOPLE_PER_NURSE)),
            "assistant": max(1, ceil(panel / 150)),
            "behavioral": max(1, ceil(panel / 400)),
            "navigator": max(1, ceil(panel / 400)),
            "scheduler": 1,
            "overseas": 1,
        }

    def who(self, site: Site, job: str, place: int = 0) -> str:
        """The staff id of the ``place``-th member of a job at a site (counting round)."""
        members = self.by_job[site.practice_id, job]
        return members[place % len(members)]
