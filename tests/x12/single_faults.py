# ruff: noqa: E501 – a table: one fault a line
"""Files that differ from a clean one by a single change, and the finding that each must bring – that one and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from tests.x12.clean_files import CLEAN, File

Edit = Callable[[File], None]


@dataclass(frozen=True)
class Fault:
    """A change of a clean file and the names of the findings it must bring, in order of place."""

    kind: str
    what: str
    edit: Edit
    expected: tuple[str, ...]

    def file(self) -> File:
        """The clean file with the change."""
        file = deepcopy(CLEAN[self.kind])
        before = file.text()
        self.edit(file)
        assert file.text() != before, f"{self.kind}: {self.what}: nothing changed"
        return file


def _find(file: File, start: str, which: int = 0) -> int:
    places = [i for i, segment in enumerate(file.segments) if segment.startswith(start)]
    return places[which]


def drop(start: str, which: int = 0) -> Edit:
    """Leave a segment out."""
    return lambda file: file.segments.__delitem__(_find(file, start, which))


def double(start: str, which: int = 0) -> Edit:
    """Write a segment twice."""
    return lambda file: file.segments.insert(_find(file, start, which), file.segments[_find(file, start, which)])


def swap(start: str, which: int = 0) -> Edit:
    """Write a segment after the one that should follow it."""

    def edit(file: File) -> None:
        i = _find(file, start, which)
        file.segments[i : i + 2] = file.segments[i + 1], file.segments[i]

    return edit


def put(start: str, segment: str, which: int = 0) -> Edit:
    """Write another segment in its place."""
    return lambda file: file.segments.__setitem__(_find(file, start, which), segment)


def insert(after: str, *segments: str, which: int = 0) -> Edit:
    """Write more segments behind one."""

    def edit(file: File) -> None:
        i = _find(file, after, which) + 1
        file.segments[i:i] = segments

    return edit


def attribute(name: str, place: int, value: str) -> Edit:
    """Change an element of the ISA or GS, or a trailer."""

    def edit(file: File) -> None:
        text = file.text().split("~\n")
        if name == "trailer":
            file.trailer = text[-4:-1]
            file.trailer[place] = value
            return
        elements = text[0 if name == "isa" else 1].split("*")
        elements[place] = value
        setattr(file, name, elements)

    return edit


def _members_swapped(file: File) -> None:
    """Write the second member before the first."""
    first, second = _find(file, "INS*Y"), _find(file, "INS*N")
    file.segments[first:] = file.segments[second:] + file.segments[first:second]


def _faults(kind: str, table: list[tuple[str, Edit, str]]) -> Iterator[Fault]:
    for what, edit, expected in table:
        yield Fault(kind, what, edit, tuple(expected.split()))


ENVELOPE: list[tuple[str, Edit, str]] = [
    ("SE counts one segment too many", lambda f: setattr(f, "count", len(f.segments) + 2), "st-segment-count"),
    ("SE02 is not ST02", attribute("trailer", 0, f"SE*{len(CLEAN['837P'].segments) + 1}*0002"), "st-control-number"),
    ("GE counts two transactions", attribute("trailer", 1, "GE*2*7"), "gs-transaction-count"),
    ("GE02 is not GS06", attribute("trailer", 1, "GE*1*8"), "gs-control-number"),
    ("IEA counts two groups", attribute("trailer", 2, "IEA*2*000000007"), "isa-group-count"),
    ("IEA02 is not ISA13", attribute("trailer", 2, "IEA*1*000000008"), "isa-control-number"),
    ("the IEA is not there", lambda f: (attribute("trailer", 0, f.text().split("~\n")[-4])(f), f.trailer.pop(2))[0], "iea-missing"),
    ("the GE is not there", lambda f: (attribute("trailer", 0, f.text().split("~\n")[-4])(f), f.trailer.pop(1))[0], "ge-missing"),
    ("the SE is not there", lambda f: (attribute("trailer", 0, f.text().split("~\n")[-4])(f), f.trailer.pop(0))[0], "se-missing"),
    ("ISA09 is no day", attribute("isa", 9, "261301"), "isa-date"),
    ("ISA10 is no time", attribute("isa", 10, "2561"), "isa-time"),
    ("ISA05 is no qualifier", attribute("isa", 5, "QQ"), "isa-element"),
    ("ISA06 is blank", attribute("isa", 6, " " * 15), "isa-element"),
    ("SE01 is no number", attribute("trailer", 0, "SE*1O*0001"), "not-a-number"),
    ("SE02 is not there", attribute("trailer", 0, f"SE*{len(CLEAN['837P'].segments) + 1}"), "missing-element"),
    ("ISA15 is neither T nor P", attribute("isa", 15, "X"), "isa-element"),
    ("ST01 is no transaction of the group", put("ST", "ST*838*0001*005010X222A1"), "st-set"),
    ("GS01 is of another kind", attribute("gs", 1, "HP"), "st-set"),
    ("GS01 is no kind", attribute("gs", 1, "ZZ"), "gs-element st-set"),
    ("GS04 is no day", attribute("gs", 4, "20260231"), "gs-element"),
    ("GS08 is another version than ST03", attribute("gs", 8, "005010X222"), "st-version"),
    ("GS04 is in another century", attribute("gs", 4, "21260401"), "gs-element"),
    ("GS02 is blank", attribute("gs", 2, "      "), "gs-element"),
    ("GS07 is Y", attribute("gs", 7, "Y"), "gs-element"),
    ("ISA13 is nothing but zeros", attribute("isa", 13, "000000000"), "isa-element isa-control-number"),
    ("GS06 is zero", attribute("gs", 6, "0"), "gs-element gs-control-number"),
    ("an answer to an interchange inside of a group", attribute("gs", 8, "005010X222A1~\nTA1*000000001*260401*1200*A*000"), "ta1-in-group"),
    ("accepted, with a note of what is wrong", attribute("isa", 16, ":~\nTA1*000000001*260401*1200*A*006"), "ta1-element"),
    ("refused, without a note of what is wrong", attribute("isa", 16, ":~\nTA1*000000001*260401*1200*R*000"), "ta1-element"),
    ("nothing between two terminators", put("REF*9F", "REF*9F*R123~\n"), "empty-segment"),
]  # fmt: skip

PROFESSIONAL: list[tuple[str, Edit, str]] = [
    ("no BHT", drop("BHT"), "missing-segment"),
    ("no submitter", drop("NM1*41"), "missing-segment"),
    ("no submitter contact", drop("PER*IC*BILLING"), "missing-segment"),
    ("no receiver", drop("NM1*40"), "missing-loop"),
    ("no billing provider name", drop("NM1*85"), "missing-segment"),
    ("no billing provider street", drop("N3*1 MAPLE"), "missing-segment"),
    ("no billing provider city", drop("N4*HARTFORD*CT*061031234"), "missing-segment"),
    ("no tax number", drop("REF*EI"), "missing-segment"),
    ("no subscriber level", drop("HL*2"), "missing-segment"),
    ("no SBR", drop("SBR*P*18"), "missing-segment"),
    ("no subscriber name", drop("NM1*IL*1*DOE"), "missing-segment"),
    ("no payer", drop("NM1*PR*2*STATE"), "missing-loop"),
    ("no patient name", drop("NM1*QC"), "missing-segment"),
    ("no patient birth date", drop("DMG*D8*2015"), "missing-segment"),
    ("no PAT", drop("PAT"), "missing-segment"),
    ("no CLM", drop("CLM*C1"), "missing-segment"),
    ("no diagnosis", drop("HI*ABK:J069", 1), "missing-segment"),
    ("no LX", drop("LX*1"), "missing-segment"),
    ("no SV1", drop("SV1*HC:99213"), "missing-segment"),
    ("no service date", drop("DTP*472*D8*20260330"), "missing-segment"),
    ("no quantity of the drug", drop("CTP"), "missing-segment"),
    ("no OI", drop("OI"), "missing-segment"),
    ("no other payer", drop("NM1*PR*2*OTHER"), "missing-loop"),
    ("the tax number twice", double("REF*EI"), "segment-repeated-too-often"),
    ("the city twice", double("N4*HARTFORD*CT*061031234"), "segment-repeated-too-often"),
    ("the diagnoses twice", double("HI*ABK:I10"), "segment-repeated-too-often"),
    ("the service date twice", double("DTP*472"), "segment-repeated-too-often"),
    ("the payer twice", double("NM1*PR*2*STATE"), "loop-repeated-too-often"),
    ("two rendering providers", insert("PRV*PE", "NM1*82*1*MOE*JO****XX*1679576722"), "loop-repeated-too-often"),
    ("the city before the street", swap("N3*1 MAPLE"), "segment-out-of-order"),
    ("SBR before its HL", swap("HL*2"), "segment-out-of-order"),
    ("diagnoses before references", swap("REF*9F"), "segment-out-of-order"),
    ("the date before the service", swap("SV1*HC:99490"), "segment-out-of-order"),
    ("SV1 before LX", swap("LX*1"), "segment-out-of-order"),
    ("a segment that no transaction has", insert("REF*9F", "ZZZ*1"), "unknown-segment"),
    ("a segment of another transaction", insert("REF*9F", "CLP*C1*1*1*1"), "unexpected-segment"),
    ("NM1*85 with another code", put("NM1*85", "NM1*8Z*2*MAPLE FAMILY PRACTICE*****XX*1234567893"), "code-not-allowed"),
    ("REF with a code of no claim", put("REF*9F", "REF*Q9*R123"), "qualifier-not-allowed"),
    ("HL03 is none", put("HL*2", "HL*2*1*29*0"), "code-not-allowed"),
    ("HL01 leaves out a number", put("HL*2", "HL*7*1*22*0"), "hl-number"),
    ("HL02 points to itself", put("HL*2", "HL*2*2*22*0"), "hl-parent"),
    ("HL02 of the patient points to the provider", put("HL*4", "HL*4*1*23*0"), "hl-parent"),
    ("HL04 says there is a patient", put("HL*2", "HL*2*1*22*1"), "hl-child"),
    ("HL04 says there is none", put("HL*3", "HL*3*1*22*0"), "hl-child"),
    ("SBR01 is none", put("SBR*P*18", "SBR*X*18*******MC"), "code-not-allowed"),
    ("SBR09 is none", put("SBR*P*18", "SBR*P*18*******QQ"), "code-not-allowed"),
    ("SBR09 is not there", put("SBR*P*18", "SBR*P*18"), "situational-element-missing"),
    ("BHT06 is none", put("BHT", "BHT*0019*00*BATCH1*20260401*1200*XX"), "code-not-allowed"),
    ("BHT04 is no day", put("BHT", "BHT*0019*00*BATCH1*20260230*1200*CH"), "bad-date"),
    ("BHT05 is no time", put("BHT", "BHT*0019*00*BATCH1*20260401*2460*CH"), "bad-time"),
    ("BHT03 is not there", put("BHT", "BHT*0019*00**20260401*1200*CH"), "missing-element"),
    ("the birth date is no day", put("DMG*D8*1950", "DMG*D8*19500230*M"), "bad-date"),
    ("the sex is no code", put("DMG*D8*1950", "DMG*D8*19500102*Q"), "code-not-allowed"),
    ("the service date is no day", put("DTP*472", "DTP*472*D8*20260332"), "bad-date"),
    ("the service dates run backwards", put("DTP*472*RD8", "DTP*472*RD8*20260331-20260301"), "bad-date"),
    ("a single date says it is two", put("DTP*472", "DTP*472*RD8*20260331"), "bad-date"),
    ("CLM01 is too long", put("CLM*C1", f"CLM*{'C' * 39}*150***11:B:1*Y*A*Y*Y"), "element-too-long"),
    ("NM103 is too long", put("NM1*85", f"NM1*85*2*{'M' * 61}*****XX*1234567893"), "element-too-long"),
    ("N401 is too short", put("N4*HARTFORD*CT*061031234", "N4*H*CT*061031234"), "element-too-short"),
    ("the charge is no number", put("CLM*C1", "CLM*C1*15O***11:B:1*Y*A*Y*Y"), "not-a-number"),
    ("the charge has three decimals", put("CLM*C1", "CLM*C1*150.005***11:B:1*Y*A*Y*Y"), "amount-not-in-cents"),
    ("CLM01 is not there", put("CLM*C1", "CLM**150***11:B:1*Y*A*Y*Y"), "missing-element"),
    ("CLM05 is not there", put("CLM*C1", "CLM*C1*150****Y*A*Y*Y"), "missing-element"),
    ("CLM05-3 is not there", put("CLM*C1", "CLM*C1*150***11:B*Y*A*Y*Y"), "missing-element"),
    ("CLM05-2 is that of a hospital", put("CLM*C1", "CLM*C1*150***11:A:1*Y*A*Y*Y"), "code-not-allowed"),
    ("CLM05-3 is none", put("CLM*C1", "CLM*C1*150***11:B:Z*Y*A*Y*Y"), "code-not-allowed"),
    ("CLM03 is filled in", put("CLM*C1", "CLM*C1*150*MC**11:B:1*Y*A*Y*Y"), "unused-element"),
    ("CLM07 is none", put("CLM*C1", "CLM*C1*150***11:B:1*Y*Q*Y*Y"), "code-not-allowed"),
    ("the place of service is none", put("CLM*C1", "CLM*C1*150***88:B:1*Y*A*Y*Y"), "place-of-service-code"),
    ("a line's place of service is none", put("SV1*HC:99490", "SV1*HC:99490*100*UN*1*00**1:2"), "place-of-service-code"),
    ("the unit is none", put("SV1*HC:99490", "SV1*HC:99490*100*XX*1***1:2"), "code-not-allowed"),
    ("the pointer is not there", put("SV1*HC:99490", "SV1*HC:99490*100*UN*1"), "missing-element"),
    ("a pointer to the third diagnosis of two", put("SV1*HC:99490", "SV1*HC:99490*100*UN*1***1:3"), "diagnosis-pointer"),
    ("a pointer to no diagnosis", put("SV1*HC:99490", "SV1*HC:99490*100*UN*1***0"), "diagnosis-pointer"),
    ("the procedure has four characters", put("SV1*HC:99490", "SV1*HC:9949*100*UN*1***1:2"), "procedure-shape"),
    ("a modifier has one character", put("SV1*HC:99490", "SV1*HC:99490:2*100*UN*1***1:2"), "element-too-short"),
    ("a line counts for less than the claim", put("SV1*HC:99490", "SV1*HC:99490*99*UN*1***1:2"), "claim-charge-balance"),
    ("the claim charges a cent more", put("CLM*C1", "CLM*C1*150.01***11:B:1*Y*A*Y*Y"), "claim-charge-balance"),
    ("the other payer paid a dollar more", put("AMT*D", "AMT*D*61"), "other-payer-balance"),
    ("the other payer paid a dollar more on a line", put("SVD", "SVD*OM1*5*HC:99212**1"), "other-payer-line-balance"),
    ("an NPI with a wrong digit", put("NM1*82", "NM1*82*1*LEE*KIM****XX*1679576723"), "npi-check-digit"),
    ("the billing NPI with a wrong digit", put("NM1*85", "NM1*85*2*MAPLE FAMILY PRACTICE*****XX*1234567890"), "npi-check-digit"),
    ("an NPI of nine digits", put("NM1*82", "NM1*82*1*LEE*KIM****XX*167957672"), "npi-check-digit"),
    ("NM108 without NM109", put("NM1*82", "NM1*82*1*LEE*KIM****XX"), "missing-element"),
    ("NM109 without NM108", put("NM1*82", "NM1*82*1*LEE*KIM*****1679576722"), "missing-element"),
    ("NM108 is another code", put("NM1*82", "NM1*82*1*LEE*KIM****24*1679576722"), "code-not-allowed"),
    ("the state is none", put("N4*HARTFORD*CT*061031234", "N4*HARTFORD*ZZ*061031234"), "state-code"),
    ("the ZIP has letters", put("N4*HARTFORD*CT*061031234", "N4*HARTFORD*CT*0610A1234"), "zip-shape"),
    ("the ZIP has six digits", put("N4*HARTFORD*CT*06103", "N4*HARTFORD*CT*061031", 1), "zip-shape"),
    ("the country is none", put("N4*HARTFORD*CT*061031234", "N4*HARTFORD*CT*061031234*QQ"), "country-code"),
    ("the taxonomy is too short", put("PRV*BI", "PRV*BI*PXC*207Q00000"), "taxonomy-shape"),
    ("the taxonomy ends wrongly", put("PRV*PE", "PRV*PE*PXC*207R000009"), "taxonomy-shape"),
    ("the tax number has eight digits", put("REF*EI", "REF*EI*06123456"), "tax-id-shape"),
    ("the diagnosis has a dot", put("HI*ABK:I10", "HI*ABK:I1.0*ABF:E119"), "diagnosis-shape"),
    ("the diagnosis starts with a digit", put("HI*ABK:I10", "HI*ABK:110*ABF:E119"), "diagnosis-shape"),
    ("the second diagnosis is a principal one", put("HI*ABK:I10", "HI*ABK:I10*ABK:E119"), "code-not-allowed"),
    ("the telephone has dashes", put("PER*IC*BILLING", "PER*IC*BILLING DESK*TE*860-555-0100"), "phone-shape"),
    ("the drug code has dashes", put("LIN", "LIN**N4*00517-0031-25"), "drug-code-shape"),
    ("the adjustment reason is none", put("CAS*CO*45*20", "CAS*CO*ZZ9*20"), "adjustment-reason-shape"),
    ("the adjustment group is none", put("CAS*CO*45*20", "CAS*XX*45*20"), "code-not-allowed"),
    ("CAS03 is not there", put("CAS*CO*45*20", "CAS*CO*45"), "missing-element"),
    ("a separator after the last element", put("REF*9F", "REF*9F*R123*"), "trailing-separator"),
    ("blanks after a value", put("REF*9F", "REF*9F*R123   "), "trailing-spaces"),
    ("more elements than there are", put("REF*9F", "REF*9F*R123****4"), "too-many-elements"),
    ("a control character in a name", put("NM1*IL*1*DOE", "NM1*IL*1*D\x07OE*SAM****MI*M1001"), "invalid-character"),
    ("a component where there is none", put("REF*9F", "REF*9F*R123:4"), "too-many-components"),
    ("the patient is the subscriber and has no street", drop("N3*2 OAK"), "situational-segment-missing"),
    ("the patient is the subscriber and has no city", drop("N4*HARTFORD*CT*06103", 1), "situational-segment-missing"),
    ("the patient is the subscriber and has no birth date", drop("DMG*D8*1950"), "situational-segment-missing"),
    ("the subscriber has no member id", put("NM1*IL*1*DOE", "NM1*IL*1*DOE*SAM"), "situational-element-missing"),
    ("a replacement without the payer's number", drop("REF*F8"), "situational-segment-missing"),
    ("a void without the payer's number", put("CLM*C1", "CLM*C1*150***11:B:8*Y*A*Y*Y"), "situational-segment-missing"),
    ("two referring providers", double("NM1*DN"), "referring-provider-order"),
    ("a primary care provider without a referring one", put("NM1*DN", "NM1*P3*1*RIVERA*ANA****XX*1245319599"), "referring-provider-order"),
    ("the facility is the billing provider", put("NM1*77", "NM1*77*2*MAPLE NORTH CLINIC*****XX*1234567893"), "same-provider"),
    ("an organization with a first name", put("NM1*85", "NM1*85*2*MAPLE FAMILY PRACTICE*ANA****XX*1234567893"), "organization-first-name"),
    ("a service after the file was made", put("DTP*472", "DTP*472*D8*20260402"), "service-after-creation"),
    ("a service before the patient was born", put("DTP*472*D8*20260330", "DTP*472*D8*20150606"), "service-before-birth"),
    ("a currency that is none", insert("PRV*BI", "CUR*85*ZZZ"), "currency-code"),
    ("a condition of one character", insert("HI*ABK:J069", "HI*BG:1"), "bill-code-shape"),
    ("a modifier with a dash", put("SV1*HC:99490", "SV1*HC:99490:2-*100*UN*1***1:2"), "modifier-shape"),
    ("an address without its state", put("N4*HARTFORD*CT*061031234", "N4*HARTFORD**061031234"), "situational-element-missing"),
    ("an address without its ZIP", put("N4*HARTFORD*CT*06103", "N4*HARTFORD*CT", 1), "situational-element-missing"),
    ("a negative line", put("SV1*HC:99213", "SV1*HC:99213*-80*UN*1***1"), "claim-charge-balance negative-amount"),
    ("a billing provider without any number", put("NM1*85", "NM1*85*2*MAPLE FAMILY PRACTICE"), "situational-segment-missing"),
    ("a rendering provider without any number", put("NM1*82", "NM1*82*1*LEE*KIM"), "situational-segment-missing"),
    ("an admission after the discharge", insert("CLM*C1", "DTP*435*D8*20260331", "DTP*096*D8*20260330"), "end-before-begin"),
    ("lines numbered 1 and 3", put("LX*2", "LX*3"), "lx-number"),
    ("an accident without its date", put("CLM*C1", "CLM*C1*150***11:B:1*Y*A*Y*Y**OA"), "situational-segment-missing"),
    ("a motor accident without its state", put("CLM*C1", "CLM*C1*150***11:B:1*Y*A*Y*Y**AA"), "situational-segment-missing situational-element-missing"),
    ("an attachment by mail without its number", insert("CLM*C1", "PWK*OZ*BM"), "situational-element-missing"),
    ("a negative quantity", put("SV1*HC:99490", "SV1*HC:99490*100*UN*-1***1:2"), "negative-amount"),
    ("a negative quantity of a drug", put("CTP", "CTP****-1*ML"), "negative-amount"),
    ("a line decided on by a payer whom the claim does not name", put("SVD", "SVD*OM2*4*HC:99212**1"), "unknown-payer"),
    ("a line decided on before the claim names any payer", lambda f: f.segments.__delitem__(slice(_find(f, "SBR*S", 1), _find(f, "SBR*S", 1) + 4)), "unknown-payer"),
    ("the procedure decided on has four characters", put("SVD", "SVD*OM1*4*HC:9921**1"), "procedure-shape"),
    ("a line decided on after the file was made", put("DTP*573", "DTP*573*D8*20260402"), "date-after-creation"),
    ("a reference that repeats", put("REF*9F", "REF*9F*R123^R124"), "too-many-repetitions"),
    ("another payer pays less than the charge and does not say why", drop("CAS*CO*45*20"), "other-payer-balance"),
    ("NM109 is not there where it must be", put("NM1*41", "NM1*41*2*MAPLE BILLING*****46"), "missing-element"),
    ("a component in a payer's number", put("NM1*PR*2*STATE", "NM1*PR*2*STATE PLAN*****PI*STATE1:X"), "too-many-components"),
    ("the same contact twice", double("PER*IC*BILLING"), "segment-twice"),
    ("two primary payers", put("SBR*S*18", "SBR*P*18*******CI"), "duplicate-code"),
    ("a patient loop under a subscriber who is the patient", put("SBR*P****", "SBR*P*18*******MC"),
     "situational-segment-missing situational-segment-missing situational-segment-missing situational-segment-unwanted"),
    ("a second diagnosis is left out before the third", put("HI*ABK:I10", "HI*ABK:I10*ABF:E119**ABF:I509"), "missing-element"),
    ("a modifier is left out before the second", put("SV1*HC:99490", "SV1*HC:99490::25*100*UN*1***1:2"), "missing-element"),
    ("a pointer is left out before the third", put("SV1*HC:99490", "SV1*HC:99490*100*UN*1***1::2"), "missing-element"),
    ("an adjustment is left out before the third", put("CAS*CO*45*20", "CAS*CO*45*15*****46*5"), "missing-element"),
    ("an ICD-9 code beside ICD-10", put("HI*ABK:I10", "HI*ABK:I10*BF:25000"), "code-version"),
    ("ICD-9 for a service of 2026", put("HI*ABK:I10", "HI*BK:4019*BF:25000"), "old-code-version"),
    ("an external cause as the first diagnosis", put("HI*ABK:I10", "HI*ABK:W1830XA*ABF:E119"), "first-diagnosis"),
    ("a quantity of nothing", put("SV1*HC:99490", "SV1*HC:99490*100*UN*0***1:2"), "situational-amount"),
    ("a quantity with four decimals", put("SV1*HC:99490", "SV1*HC:99490*100*UN*1.2345***1:2"), "quantity-too-fine"),
    ("an amount of a hundred million", put("AMT*D", "AMT*D*100000000"), "element-too-long other-payer-balance"),
    ("two lines with the same control number", put("REF*6R*L2", "REF*6R*L1"), "duplicate-code"),
    ("a reason why Medicare is second, and it is first", put("SBR*P*18", "SBR*P*18***12****MC"), "situational-element-unwanted"),
    ("a second payer and no first one", put("SBR*P*18", "SBR*S*18*******MC"), "situational-segment-missing"),
    ("Medicare second without the reason", put("SBR*P*18", "SBR*T*18*******MB"), "situational-segment-missing situational-element-missing"),
    ("nobody referred, yet a referral", insert("REF*9F", "CRC*ZZ*N*AV"), "situational-code"),
    ("equipment that is not the line's", insert("SV1*HC:99490", "SV5*HC:E0431*DA*30*10*50*4"), "situational-code"),
    ("an accident after the file was made", insert("CLM*C1", "DTP*439*D8*20260402"), "date-after-creation"),
    ("the patient paid less than nothing", put("REF*9F", "AMT*F5*-10"), "negative-amount"),
    ("the patient died before the service", put("PAT", "PAT*19****D8*20260301"), "service-after-death"),
    ("the patient died before the birth", put("PAT", "PAT*19****D8*20150606"), "end-before-begin service-after-death service-after-death"),
    ("the other payer's lines come to another sum", insert("SBR*S*18", "AMT*D*5", which=1), "other-payer-total"),
    ("a supervising provider without any number", insert("N4*HARTFORD*CT*061031111", "NM1*DQ*1*SUP*VAL"), "situational-segment-missing"),
    ("a subscriber's street without a city", insert("NM1*IL*1*ROE", "N3*3 ELM STREET"), "situational-segment-missing"),
]  # fmt: skip

INSTITUTIONAL: list[tuple[str, Edit, str]] = [
    ("no statement dates", drop("DTP*434"), "missing-segment"),
    ("no CL1", drop("CL1"), "missing-segment"),
    ("no principal diagnosis", drop("HI*ABK"), "missing-segment"),
    ("no SV2", drop("SV2*0120"), "missing-segment claim-charge-balance"),
    ("the bill type is that of a practice", put("CLM", "CLM*C1*1500***11:B:1**A*Y*Y"), "code-not-allowed"),
    ("the bill type is of no facility", put("CLM", "CLM*C1*1500***Q1:A:1**A*Y*Y"), "bill-type-shape"),
    ("no subscriber level", drop("HL*2"), "missing-segment"),
    ("the statement dates run backwards", put("DTP*434", "DTP*434*RD8*20260305-20260301"), "bad-date"),
    ("the admission has no such hour", put("DTP*435", "DTP*435*DT*202603012515"), "bad-date"),
    ("the discharge hour is none", put("DTP*096", "DTP*096*TM*2530"), "bad-time"),
    ("the patient status is none", put("CL1", "CL1*1*1*99"), "patient-status-code"),
    ("the admission type is none", put("CL1", "CL1*8*1*01"), "code-not-allowed"),
    ("present on admission as it was before 2011", put("HI*ABK", "HI*ABK:I5023:::::::1"), "code-not-allowed"),
    ("the procedure of the stay has no date", put("HI*BBR", "HI*BBR:02HV33Z"), "missing-element missing-element"),
    ("a negative number of days", put("SV2*0120", "SV2*0120**1200*DA*-4"), "negative-amount"),
    ("present on admission is no code", put("HI*ABK", "HI*ABK:I5023:::::::Q"), "code-not-allowed"),
    ("the procedure of the stay has six characters", put("HI*BBR", "HI*BBR:02HV33:D8:20260302"), "procedure-shape"),
    ("an occurrence without its date", put("HI*BH", "HI*BH:11"), "missing-element missing-element"),
    ("a value without its amount", put("HI*BE", "HI*BE:80"), "missing-element"),
    ("the revenue code has letters", put("SV2*0120", "SV2*01A0**1200*DA*4"), "revenue-code-shape"),
    ("lines that do not add up", put("SV2*0120", "SV2*0120**1201*DA*4"), "claim-charge-balance"),
    ("a stay without admission", drop("DTP*435"), "situational-segment-missing"),
    ("a stay without admitting diagnosis", drop("HI*ABJ"), "situational-segment-missing"),
    ("a stay without attending provider", lambda f: (drop("NM1*71")(f), drop("PRV*AT")(f))[0], "situational-segment-missing"),
    ("the billing ZIP has five digits", put("N4*HARTFORD*CT*061031234", "N4*HARTFORD*CT*06103"), "zip-nine-digits"),
    ("the attending provider is an organization", put("NM1*71", "NM1*71*2*RIVERA*****XX*1245319599"), "code-not-allowed"),
    ("a line after the statement ends", put("DTP*472", "DTP*472*D8*20260306"), "outside-statement"),
    ("an admission after the statement ends", put("DTP*435", "DTP*435*DT*202603061015"), "end-before-begin"),
    ("the source of admission is none", put("CL1", "CL1*1*Z*01"), "code-not-allowed"),
    ("an accident in no state", insert("CL1", "REF*LU*XX"), "state-code"),
    ("an attending provider without any number", put("NM1*71", "NM1*71*1*RIVERA*ANA"), "situational-segment-missing"),
    ("a condition as external cause", insert("HI*ABJ", "HI*ABN:I10"), "diagnosis-shape"),
    ("an ICD-9 procedure beside ICD-10", put("HI*BBR", "HI*BR:3893:D8:20260302"), "code-version"),
]  # fmt: skip

REMITTANCE: list[tuple[str, Edit, str]] = [
    ("no BPR", drop("BPR"), "missing-segment"),
    ("no TRN", drop("TRN"), "missing-segment"),
    ("no payer", drop("N1*PR"), "missing-segment"),
    ("no technical contact", drop("PER*BL"), "missing-segment"),
    ("no patient", drop("NM1*QC*1*DOE"), "missing-segment"),
    ("no CLP", drop("CLP*C2"), "missing-segment"),
    ("the payment is a cent less", put("BPR", "BPR*I*204.99*C*ACH*CCP*01*011000015*DA*123456*1512345678**01*021000021*DA*987654*20260415"), "payment-balance"),
    ("the claim is paid a dollar more", put("CLP*C1", "CLP*C1*1*150*111*10*MC*ICN1*11*1"), "payment-balance remittance-claim-balance"),
    ("the claim charges a dollar more", put("CLP*C1", "CLP*C1*1*151*110*10*MC*ICN1*11*1"), "remittance-lines-charge"),
    ("a claim without lines does not balance", put("CAS*CO*45*25", "CAS*CO*45*24"), "remittance-claim-balance"),
    ("a line is paid a dollar more", put("SVC*HC:99490", "SVC*HC:99490*100*71**1"), "remittance-line-balance"),
    ("an adjustment is a cent more", put("CAS*CO*45*20", "CAS*CO*45*20.01"), "remittance-line-balance"),
    ("an adjustment of nothing", insert("CAS*PR*3", "CAS*OA*23*0"), "zero-adjustment"),
    ("the PLB takes a dollar more", put("PLB", "PLB*1234567893*20261231*CT:RUN202603*-30*WO:RC1*11"), "payment-balance"),
    ("the PLB reason is none", put("PLB", "PLB*1234567893*20261231*QQ:RUN202603*-30*WO:RC1*10"), "code-not-allowed"),
    ("the claim status is none", put("CLP*C3", "CLP*C3*9*100*75**MC*ICN3*11*1"), "code-not-allowed"),
    ("the adjustment group is none", put("CAS*CO*288", "CAS*ZZ*288*80"), "code-not-allowed"),
    ("the adjustment reason is none", put("CAS*CO*288", "CAS*CO*2X8*80"), "adjustment-reason-shape"),
    ("the remark is none", put("LQ", "LQ*HE*X285"), "remark-shape"),
    ("the remark has a number too high", put("LQ", "LQ*HE*M285"), "remark-shape"),
    ("the claim's remark is none", put("MOA", "MOA***QA01"), "remark-shape"),
    ("the payee's NPI has a wrong digit", put("N1*PE", "N1*PE*MAPLE FAMILY PRACTICE*XX*1234567894"), "npi-check-digit"),
    ("BPR16 is no day", put("BPR", "BPR*I*205*C*ACH*CCP*01*011000015*DA*123456*1512345678**01*021000021*DA*987654*20261315"), "bad-date"),
    ("BPR04 is none", put("BPR", "BPR*I*205*C*XXX*CCP*01*011000015*DA*123456*1512345678**01*021000021*DA*987654*20260415"), "code-not-allowed"),
    ("a transfer without the payee's account", put("BPR", "BPR*I*205*C*ACH*CCP*01*011000015*DA*123456*1512345678**01*021000021***20260415"),
     "situational-element-missing situational-element-missing"),
    ("the patient owes more than the adjustments say", put("CLP*C1", "CLP*C1*1*150*110*11*MC*ICN1*11*1"), "patient-responsibility"),
    ("the statement ends before it begins", put("DTM*233", "DTM*233*20260330"), "end-before-begin"),
    ("a bank's routing number has eight digits", put("BPR", "BPR*I*205*C*ACH*CCP*01*01100001*DA*123456*1512345678**01*021000021*DA*987654*20260415"), "routing-number-shape"),
    ("the adjusted provider's NPI has a wrong digit", put("PLB", "PLB*1234567890*20261231*CT:RUN202603*-30*WO:RC1*10"), "npi-check-digit"),
    ("a modifier of one character", put("SVC*HC:99490", "SVC*HC:99490:2*100*70**1"), "element-too-short"),
    ("the service date twice", double("DTM*472"), "segment-twice"),
    ("a claim amount twice", double("AMT*AU"), "segment-twice"),
    ("the revenue code has letters", put("SVC*HC:99490", "SVC*HC:99490*100*70*0A50*1"), "revenue-code-shape"),
    ("TRN03 has nine characters", put("TRN", "TRN*1*EFT1*151234567"), "element-too-short"),
    ("CAS04 before its reason", put("CAS*CO*45*20", "CAS*CO*45*20**46"), "missing-element"),
    ("DTM before the service", swap("SVC*HC:99490"), "segment-out-of-order"),
    ("the service date is no day", put("DTM*472", "DTM*472*20260399"), "bad-date"),
    ("a claim amount with no such code", put("AMT*AU", "AMT*QQ*120"), "qualifier-not-allowed"),
    ("a payment that moves no money, of 205", put("BPR", "BPR*I*205*C*NON************20260415"), "situational-amount"),
    ("a notice of 205", put("BPR", "BPR*H*205*C*NON************20260415"), "situational-amount situational-amount"),
    ("a denied claim is paid", put("CLP*C1", "CLP*C1*4*150*110*10*MC*ICN1*11*1"), "situational-amount"),
    ("a reversal that takes nothing back", put("CLP*C1", "CLP*C1*22*150*110*10*MC*ICN1*11*1"), "situational-amount situational-amount"),
    ("the patient owes what no adjustment says", put("CLP*C2", "CLP*C2*4*80*0*5*MC*ICN2*11*1"), "patient-responsibility"),
    ("adjustments of the patient's that the claim leaves out", put("CLP*C1", "CLP*C1*1*150*110**MC*ICN1*11*1"), "patient-responsibility"),
    ("the period of a service has no beginning", put("DTM*472", "DTM*151*20260331"), "situational-segment-missing"),
    ("a line and its claim have no date", drop("DTM*472", 2), "situational-segment-missing"),
    ("a line has two dates", insert("DTM*472", "DTM*472*20260330"), "duplicate-code"),
    ("a provider adjustment of nothing", put("PLB", "PLB*1234567893*20261231*CT:RUN202603*-30*WO:RC1*10*CS:X*0"), "zero-adjustment"),
    ("the payee's tax number has four digits", put("REF*TJ", "REF*TJ*0612"), "tax-id-shape"),
]  # fmt: skip

ENROLMENT: list[tuple[str, Edit, str]] = [
    ("no BGN", drop("BGN"), "missing-segment"),
    ("no payer", drop("N1*IN"), "missing-loop"),
    ("no subscriber number", drop("REF*0F"), "missing-segment"),
    ("no name", drop("NM1*IL*1*DOE*KIT"), "missing-segment"),
    ("no coverage date", drop("DTP*348", 1), "missing-segment"),
    ("INS02 is none", put("INS*N", "INS*N*99*021*28*A"), "code-not-allowed"),
    ("INS03 is none", put("INS*N", "INS*N*19*099*28*A"), "code-not-allowed"),
    ("a dependent who is himself", put("INS*N", "INS*N*18*021*28*A"), "situational-code"),
    ("the coverage begins on no day", put("DTP*348", "DTP*348*D8*20260231"), "bad-date"),
    ("the line of insurance is none", put("HD", "HD*021**XXX*PCCM*IND"), "code-not-allowed"),
    ("the level of coverage is none", put("HD", "HD*021**HMO*PCCM*XYZ"), "code-not-allowed"),
    ("the provider's NPI has a wrong digit", put("NM1*P3", "NM1*P3*1*RIVERA*ANA****XX*1245319598*25"), "npi-check-digit"),
    ("the reason of the change is none", put("PLA", "PLA*2*1P*20260301**ZZ"), "code-not-allowed"),
    ("the state is none", put("N4", "N4*HARTFORD*XX*06103"), "state-code"),
    ("the coverage ends before it begins", insert("DTP*348", "DTP*349*D8*20260228"), "end-before-begin"),
    ("the beginning of coverage twice", double("DTP*348"), "segment-twice"),
    ("a race that is none", put("DMG*D8*1950", "DMG*D8*19500102*M**Q"), "code-not-allowed"),
    ("QTY counts three members", put("QTY*TO", "QTY*TO*3"), "enrolment-count"),
    ("QTY counts no dependents", put("QTY*DT", "QTY*DT*0"), "enrolment-count"),
    ("HD before the name", swap("DMG*D8*2015"), "segment-out-of-order"),
    ("no LE", drop("LE*2700"), "missing-segment"),
    ("thirty-one providers", lambda f: insert("PLA", *[s for i in range(2, 32) for s in (f"LX*{i}", "NM1*P3*1*RIVERA*ANA****XX*1245319599*25")])(f), "loop-repeated-too-often"),
    ("the SSN has eight digits", put("NM1*IL*1*DOE*SAM", "NM1*IL*1*DOE*SAM****34*12345678"), "ssn-shape"),
    ("a correction that does not say of what", put("BGN", "BGN*15*PCCM202603*20260301*1200*ET***2"), "situational-element-missing"),
    ("the dependent before the subscriber", _members_swapped, "subscriber-after-dependent"),
    ("eligibility begins twice", insert("DTP*356", "DTP*356*D8*20260401"), "duplicate-code"),
    ("a street without a city", drop("N4"), "situational-segment-missing"),
    ("a member to be born", put("DMG*D8*1950", "DMG*D8*20300102*M"), "date-after-creation"),
    ("a language that is none", put("LUI", "LUI*LE*ESP9**7"), "language-shape"),
    ("an SSN of zeros", put("NM1*IL*1*DOE*SAM", "NM1*IL*1*DOE*SAM****34*000000000"), "ssn-shape"),
    ("a corrected name without the wrong one", put("NM1*IL*1*DOE*SAM", "NM1*74*1*DOE*SAM****34*123456789"), "situational-segment-missing"),
    ("a race's list without the race", put("DMG*D8*1950", "DMG*D8*19500102*M**:RET"), "missing-element"),
    ("the death before the birth", put("INS*N", "INS*N*19*021*28*A******D8*20150606"), "end-before-begin"),
]  # fmt: skip

PREMIUM: list[tuple[str, Edit, str]] = [
    ("the payment is a cent more", put("BPR", "BPR*I*3.01*C*ACH*CCP*01*011000015*DA*123456*1512345678**01*021000021*DA*987654*20260315"), "premium-balance"),
    ("a member is paid a dollar more", put("RMR*AZ*POL1", "RMR*AZ*POL1**4"), "premium-balance"),
    ("the adjustment's reason is none", put("ADX", "ADX*-3*99"), "code-not-allowed"),
    ("no member name", drop("NM1*IL*1*DOE"), "missing-loop"),
    ("no RMR", drop("RMR*AZ*POL1"), "missing-segment"),
    ("the period is no period", put("DTM*582", "DTM*582****RD8*20260301-20260230"), "bad-date"),
    ("ENT02 is none", put("ENT*1", "ENT*1*9Z*34*123456789"), "code-not-allowed"),
    ("paid, billed and adjusted do not agree", lambda f: (put("RMR*AZ*POL1", "RMR*AZ*POL1**3*5")(f), insert("DTM*582", "ADX*-1*AX", which=1)(f))[0], "premium-line-balance"),
]  # fmt: skip

OTHERS: list[tuple[str, str, Edit, str]] = [
    ("270", "no inquiry under the dependent", drop("EQ*30^"), "missing-loop"),
    ("270", "the service type is none", put("EQ*30^", "EQ*30^ZZ"), "code-not-allowed"),
    ("270", "the provider's NPI has a wrong digit", put("NM1*1P", "NM1*1P*2*MAPLE FAMILY PRACTICE*****XX*1234567894"), "npi-check-digit"),
    ("270", "the dependent's level points to the receiver", put("HL*5", "HL*5*2*23*0"), "hl-parent"),
    ("270", "the inquiry's date is no day", put("DTP*291", "DTP*291*D8*20260431"), "bad-date"),
    ("270", "BHT02 is none", put("BHT", "BHT*0022*99*Q1*20260331*1200"), "code-not-allowed"),
    ("270", "no information source", drop("NM1*PR"), "missing-loop"),
    ("271", "eleven races", put("DMG", "DMG*D8*19500102*M**" + "^".join("ABCDEFGHIJK")), "unused-element"),
    ("271", "the benefit is none", put("EB*1", "EB*1A**30*MC*PCCM"), "code-not-allowed"),
    ("271", "the kind of insurance is none", put("EB*1", "EB*1**30*QQ*PCCM"), "code-not-allowed"),
    ("271", "the loop of entities is not closed", drop("LE"), "missing-segment"),
    ("271", "the loop of entities is not opened", drop("LS"), "missing-segment"),
    ("271", "the primary care provider's NPI", put("NM1*P3", "NM1*P3*1*RIVERA*ANA****XX*1245319590"), "npi-check-digit"),
    ("271", "the percentage is no number", put("EB*A", "EB*A**98**PRIMARY*27**20%"), "not-a-number"),
    ("276", "no claim trace", drop("TRN"), "missing-segment"),
    ("276", "no line date", drop("DTP*472", 1), "missing-segment"),
    ("276", "the amount is no number", put("AMT*T3", "AMT*T3*1,50"), "not-a-number"),
    ("276", "the subscriber's level points to the payer", put("HL*4", "HL*4*1*22*0"), "hl-parent"),
    ("276", "the provider's id has no such kind", put("NM1*1P", "NM1*1P*2*MAPLE FAMILY PRACTICE*****ZZ*1234567893"), "code-not-allowed"),
    ("277", "no status", drop("STC"), "missing-segment"),
    ("277", "the category is none", put("STC", "STC*Q1:65*20260409**150*110*20260415*ACH*20260415*EFT1"), "status-category-shape"),
    ("277", "the status is no number", put("STC", "STC*F1:6X*20260409**150*110*20260415*ACH*20260415*EFT1"), "status-code-shape"),
    ("277", "the status has four digits", put("STC", "STC*F1:6500*20260409**150*110*20260415*ACH*20260415*EFT1"), "status-code-shape"),
    ("277", "the status date is no day", put("STC", "STC*F1:65*20260499**150*110*20260415*ACH*20260415*EFT1"), "bad-date"),
    ("277CA", "the action is none", put("STC*A2", "STC*A2:20*20260402*X*150"), "code-not-allowed acknowledgement-count acknowledgement-count acknowledgement-amount acknowledgement-amount"),
    ("277CA", "an accepted claim in a category of refusal", put("STC*A2", "STC*A7:20*20260402*WQ*150"), "situational-code"),
    ("277CA", "one accepted claim too many", put("QTY*90", "QTY*90*2"), "acknowledgement-count"),
    ("277CA", "the accepted amount is off", put("AMT*YU", "AMT*YU*151"), "acknowledgement-amount"),
    ("277CA", "no claim trace", drop("TRN*2*C1"), "missing-segment"),
    ("277CA", "processed before it was received", put("DTP*009", "DTP*009*D8*20260331"), "end-before-begin"),
    ("277CA", "the status is about no such party", put("STC*A7", "STC*A7:562:ZZ*20260402*U*80"), "code-not-allowed"),
    ("277CA", "no receipt date", drop("DTP*050"), "missing-segment"),
    ("278 request", "no UM", drop("UM"), "missing-segment"),
    ("278 request", "UM01 is none", put("UM", "UM*XX*I*3*11:B"), "code-not-allowed"),
    ("278 request", "the place of service is none", put("UM", "UM*SC*I*3*88:B"), "place-of-service-code"),
    ("278 request", "UM02 is none", put("UM", "UM*SC*Z*3*11:B"), "code-not-allowed"),
    ("278 request", "the event is under the requester", put("HL*4", "HL*4*2*EV*1"), "hl-parent"),
    ("278 request", "the specialist's NPI has a wrong digit", put("NM1*SJ", "NM1*SJ*1*LEE*KIM****XX*1679576723"), "npi-check-digit"),
    ("278 request", "no reviewer", drop("NM1*X3"), "missing-loop"),
    ("278 response", "the decision is none", put("HCR", "HCR*B1*R123"), "code-not-allowed"),
    ("278 response", "certified without a number", put("HCR", "HCR*A1"), "situational-element-missing"),
    ("278 response", "the visits are no number", put("HSD", "HSD*VS*THREE"), "not-a-number"),
    ("278 response", "the certification ends on no day", put("DTP*036", "DTP*036*D8*20260532"), "bad-date"),
    ("999", "no AK9", drop("AK9"), "missing-segment"),
    ("999", "no IK5", drop("IK5*A"), "missing-segment"),
    ("999", "IK501 is none", put("IK5*A", "IK5*Q"), "code-not-allowed acknowledgement-count"),
    ("999", "IK304 is none", put("IK3", "IK3*CLM*20*2300*99"), "code-not-allowed"),
    ("999", "AK9 counts two accepted", put("AK9", "AK9*P*2*2*2"), "acknowledgement-count"),
    ("999", "a group accepted of which a transaction was not", put("AK9", "AK9*A*2*2*1"), "situational-code"),
    ("999", "the group is of no kind", put("AK1", "AK1*XX*7*005010X222A1"), "code-not-allowed"),
    ("270", "nobody is asked about", drop("EQ*30"), "situational-segment-missing"),
    ("270", "a subscriber with neither number nor name", put("NM1*IL*1*DOE", "NM1*IL*1"), "situational-element-missing"),
    ("271", "neither answered nor refused", lambda f: f.segments.__delitem__(slice(_find(f, "EB*1"), None)), "situational-segment-missing"),
    ("271", "a place without its code", insert("MSG", "III*ZZ"), "missing-element"),
    ("276", "a patient without birth date", drop("DMG"), "situational-segment-missing"),
    ("276", "the bill type is none", insert("REF*1K", "REF*BLT*XYZ"), "bill-type-shape"),
    ("277", "paid in no such way", put("STC", "STC*F1:65*20260409**150*110*20260415*XXX*20260415*EFT1"), "code-not-allowed"),
    ("277", "the status is about nobody", put("STC", "STC*F1:65:ZZ9*20260409**150*110*20260415*ACH*20260415*EFT1"), "code-not-allowed"),
    ("277CA", "a finished claim is no acknowledgement", put("STC*A1:19*20260402", "STC*F1:19*20260402*WQ*230"), "code-not-allowed"),
    ("277CA", "a status after the file was made", put("STC*A2", "STC*A2:20*20260505*WQ*150"), "date-after-creation"),
    ("278 request", "the kind of service is none", put("UM", "UM*SC*I*ZZ*11:B"), "code-not-allowed"),
    ("278 request", "an admission without its date", put("UM", "UM*AR*I*3*11:B"), "situational-segment-missing"),
    ("278 request", "an admission of no kind", insert("HSD", "CL1*X*1*01"), "code-not-allowed"),
    ("278 response", "neither decided nor refused", drop("HCR"), "situational-segment-missing"),
    ("278 response", "the reason is none", put("HCR", "HCR*A3**ZZZZ"), "code-not-allowed"),
    ("999", "a transaction of no such kind", put("AK2", "AK2*999*0001*005010X222A1"), "situational-code"),
    ("999", "a remittance in a group of claims", put("AK2", "AK2*835*0001*005010X222A1"), "situational-code"),
    ("999", "a transaction acknowledged twice", put("AK2*837*0002", "AK2*837*0001*005010X222A1"), "duplicate-code"),
]  # fmt: skip

FAULTS: list[Fault] = [
    *_faults("837P", ENVELOPE),
    *_faults("837P", PROFESSIONAL),
    *_faults("837I", INSTITUTIONAL),
    *_faults("835", REMITTANCE),
    *_faults("834", ENROLMENT),
    *_faults("820", PREMIUM),
    *(Fault(kind, what, edit, tuple(expected.split())) for kind, what, edit, expected in OTHERS),
]
