"""`caremonth rulebook`: what it prints and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caremonth.commands.rulebook import rulebook

BROKEN = Path(__file__).parent / "broken"


def run(*words: str) -> Result:
    return CliRunner().invoke(rulebook, words)


def test_a_code_is_shown_with_its_values_amounts_and_sources() -> None:
    shown = run("show", "99439", "--on", "2026-03-31")
    assert shown.exit_code == 0
    for piece in ("CCM by clinical staff, each further 20 minutes", "50.44", "30.73", "ncci-mue-2024q3", "add-on"):
        assert piece in shown.output


def test_a_payers_no_is_shown_beside_the_code() -> None:
    shown = run("show", "99490", "--payer", "horizon_bcbsnj")
    assert "not paid separately under any circumstances" in shown.output
    assert "nothing is known of somebody" in run("show", "99490", "--payer", "somebody").output


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("two-conditions", "Does the person have two chronic conditions?"),
        ("ccm", "Chronic care management"),
        ("initiating_ccm", "99213"),
        ("diabetes", "E11"),
        ("service_date", "threshold"),
        ("oig-ccm-2019", "A-07-17-05101"),
        ("emblemhealth", "a first and a second diagnosis"),
        ("G3002", "not billed here"),
    ],
)
def test_any_name_of_the_rulebook_can_be_shown(name: str, said: str) -> None:
    shown = run("show", name)
    assert shown.exit_code == 0 and said in shown.output


def test_a_code_outside_its_days_says_so() -> None:
    assert "not in force on 2025-12-31" in run("show", "99445", "--on", "2025-12-31").output


def test_a_day_outside_the_years_of_the_rulebook_is_not_taken_for_a_day_without_the_code() -> None:
    assert "the rulebook begins with 2023-01-01" in run("show", "99490", "--on", "2022-05-01").output
    assert "the rulebook ends with 2026-12-31" in run("show", "99490", "--on", "2027-05-01").output


def test_the_clinics_bundled_code_says_what_it_stands_for_at_which_amount() -> None:
    shown = run("show", "G0511", "--on", "2024-04-01")
    assert ["rhc", "pcm", "30", "30", "8"] in [line.split()[:5] for line in shown.output.splitlines()]
    assert "72.90" in shown.output and "71.71" not in shown.output
    assert "not in force on 2025-10-01" in run("show", "G0511", "--on", "2025-10-01").output


def test_a_code_in_small_letters_and_a_payer_nearly_named_are_understood() -> None:
    assert run("show", "g0506").output == run("show", "G0506").output
    assert "did you mean horizon_bcbsnj?" in run("show", "99490", "--payer", "horizon_bcbsn").output


def test_an_unknown_name_ends_with_2_and_names_like_it() -> None:
    shown = run("show", "two-condition")
    assert shown.exit_code == 2 and "two-conditions" in shown.stderr and not shown.stdout


@pytest.mark.parametrize(
    "what", ["services", "codes", "rules", "sets", "categories", "payers", "settings", "sources", "not-covered"]
)
def test_every_list_can_be_listed(what: str) -> None:
    listed = run("list", what)
    assert listed.exit_code == 0 and len(listed.output.splitlines()) > 8


def test_the_turn_of_2026_brings_ten_minute_monitoring_and_ends_the_clinics_bundle() -> None:
    changes = run("diff", "2025-12-31", "2026-01-01")
    assert changes.exit_code == 0
    assert "+  99470 rpm_10" in changes.output and "mode bundled → individual, code G0512" in changes.output
    assert "323465 → 334009" in run("diff", "2025-12-31", "2026-01-01", "--rates").output


def test_nothing_changes_within_a_quiet_month() -> None:
    assert "Nothing changes" in run("diff", "2026-04-01", "2026-04-30").output


def test_as_of_february_2024_march_brings_nothing() -> None:
    assert "Nothing changes" in run("diff", "2024-03-08", "2024-03-09", "--as-of", "2024-02-01").output
    assert "Conversion factors" in run("diff", "2024-03-08", "2024-03-09").output


def test_a_sound_pack_ends_with_0_and_says_what_it_adds(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(
        "kind: payer\npayer: our_plan\nname: Ours\ncoverage:\n"
        "  - {products: [commercial], verdict: yes, from: 2026-01-01, cite: reasoned, confidence: unverified}\n"
    )
    checked = run("check", str(tmp_path))
    assert checked.exit_code == 0 and "1 file, sound" in checked.output and "Payers: +1 row" in checked.output


def test_a_broken_pack_ends_with_1_and_every_error() -> None:
    checked = run("check", str(BROKEN / "wrong_types.yaml"))
    assert checked.exit_code == 1 and "3 errors" in checked.stderr and "wrong_types.yaml:8 rank" in checked.stderr


def test_nothing_to_check_ends_with_2(tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "none")).exit_code == 2
    empty = run("check", str(tmp_path))
    assert empty.exit_code == 2 and "no file that ends in .yaml" in empty.stderr


def test_a_name_in_capitals_is_the_name_and_an_empty_one_is_none() -> None:
    assert run("show", "CCM").output == run("show", "ccm").output
    assert "has no code, rule, service" in run("show", "").output and run("show", "").exit_code == 2
