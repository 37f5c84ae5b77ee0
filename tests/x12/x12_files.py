"""Small X12 files of our own, as segments, and ways to dress them up. Invented people and numbers only."""

from __future__ import annotations

ISA = "ISA*00*          *00*          *ZZ*PRACTICE       *ZZ*PROGRAM        *260401*0900*^*00501*000000001*0*T*:"


def claims_body(first: int = 1, count: int = 2) -> list[str]:
    """Segments of one 837P transaction: a provider, and `count` claims of two lines, every second for a dependent."""
    segments = [
        f"ST*837*{first:04d}*005010X222A1",
        "BHT*0019*00*BATCH1*20260401*0900*CH",
        "NM1*41*2*ELM STREET CLINIC*****46*PRACTICE",
        "PER*IC*ANA RIVERA*TE*8605550100",
        "NM1*40*2*STATE PROGRAM*****46*PROGRAM",
        "HL*1**20*1",
        "PRV*BI*PXC*207Q00000X",
        "NM1*85*2*ELM STREET CLINIC*****XX*1234567893",
        "N3*1 ELM STREET",
        "N4*HARTFORD*CT*061030001",
        "REF*EI*123456789",
    ]
    level = 1
    for i in range(first, first + count):
        level += 1
        subscriber = level
        dependent = i % 2 == 0
        segments += [
            f"HL*{level}*1*22*{int(dependent)}",
            f"SBR*P*{'' if dependent else '18'}*******MC",
            f"NM1*IL*1*DOE*PAT{i}****MI*M{i:04d}",
            "NM1*PR*2*STATE PROGRAM*****PI*99001",
        ]
        if dependent:
            level += 1
            segments += [
                f"HL*{level}*{subscriber}*23*0",
                "PAT*19",
                f"NM1*QC*1*DOE*KIM{i}",
                "N3*2 OAK STREET",
                "N4*HARTFORD*CT*06103",
                "DMG*D8*20150619*F",
            ]
        segments += [
            f"CLM*C{i:04d}*130.5***11:B:1*Y*A*Y*Y",
            f"REF*9F*R{i:04d}",
            "HI*ABK:E119*ABF:I10",
            "NM1*DN*1*RIVERA*ANA****XX*1987654328",
            "NM1*82*1*STONE*LEE****XX*1122334455",
            "PRV*PE*PXC*207Q00000X",
            "LX*1",
            "SV1*HC:99490:25*62.25*UN*1***1:2",
            "DTP*472*D8*20260331",
            f"REF*6R*L{i:04d}1",
            "LX*2",
            "SV1*HC:99439*68.25*UN*2***1",
            "DTP*472*RD8*20260301-20260331",
            f"REF*6R*L{i:04d}2",
        ]
    return closed(segments)


def payments_body(first: int = 1, count: int = 2) -> list[str]:
    """Segments of one 835 transaction with `count` claims of one paid line, and money moved outside the claims."""
    segments = [
        f"ST*835*{first:04d}",
        "BPR*I*95.5*C*ACH*CCP*01*011000015*DA*1234*1512345678**01*021000021*DA*9876*20260415",
        "TRN*1*EFT1*1512345678",
        "DTM*405*20260414",
        "N1*PR*STATE PROGRAM*XV*99001",
        "N3*PO BOX 1",
        "N4*HARTFORD*CT*06103",
        "PER*BL*PROVIDER DESK*TE*8605550101",
        "N1*PE*ELM STREET CLINIC*XX*1234567893",
        "LX*1",
    ]
    for i in range(first, first + count):
        segments += [
            f"CLP*C{i:04d}*1*130.5*50*20.5*MC*ICN{i:04d}*11*1",
            "CAS*PR*3*20.5",
            f"NM1*QC*1*DOE*PAT{i}****MI*M{i:04d}",
            "DTM*232*20260331",
            "SVC*HC:99490:25*130.5*50**1",
            "DTM*472*20260331",
            "CAS*CO*45*40.25**253*19.75*1",
            f"REF*6R*L{i:04d}1",
            "AMT*B6*70.5",
            "LQ*HE*N130",
        ]
    return closed([*segments, "PLB*1234567893*20261231*CT:202603*-5.5*WO:RC1*10"])


def members_body(first: int = 1, count: int = 3) -> list[str]:
    """Segments of one 834 transaction with `count` members, each with a coverage and a primary care provider."""
    segments = [
        f"ST*834*{first:04d}*005010X220A1",
        "BGN*00*PCCM1*20260301*1200*ET***4",
        "REF*38*PCCM01",
        "DTP*007*D8*20260301",
        "N1*P5*STATE MEDICAID*FI*123456789",
        "N1*IN*PCCM ENTITY*FI*987654321",
    ]
    for i in range(first, first + count):
        segments += [
            "INS*Y*18*021*28*A***FT",
            f"REF*0F*M{i:04d}",
            "REF*17*TIER1",
            "DTP*356*D8*20260101",
            f"NM1*IL*1*DOE*PAT{i}****ZZ*M{i:04d}",
            "N3*2 OAK STREET",
            "N4*HARTFORD*CT*06103**CY*003",
            "DMG*D8*19600102*F**C:RET:2106-3",
            "LUI*LE*ES**7",
            "HD*021**HMO*PCCM*IND",
            "DTP*348*D8*20260301",
            "LX*1",
            "NM1*P3*1*RIVERA*ANA****XX*1987654328*25",
            "PLA*2*1P*20260301**AI",
        ]
    return closed(segments)


def closed(segments: list[str]) -> list[str]:
    """A transaction's segments with the trailer that counts them."""
    control = segments[0].split("*")[2]
    return [*segments, f"SE*{len(segments) + 1}*{control}"]


def group(functional: str, version: str, *bodies: list[str], number: int = 1) -> list[str]:
    """Transactions in a functional group."""
    inside = [segment for body in bodies for segment in body]
    head = f"GS*{functional}*PRACTICE*PROGRAM*20260401*0900*{number}*X*{version}"
    return [head, *inside, f"GE*{len(bodies)}*{number}"]


def interchange(*groups: list[str], number: int = 1) -> list[str]:
    """Groups in an interchange."""
    inside = [segment for one in groups for segment in one]
    return [ISA.replace("000000001", f"{number:09d}"), *inside, f"IEA*{len(groups)}*{number:09d}"]


def claims_file(count: int = 2) -> list[str]:
    return interchange(group("HC", "005010X222A1", claims_body(count=count)))


def payments_file(count: int = 2) -> list[str]:
    return interchange(group("HP", "005010X221A1", payments_body(count=count)))


def members_file(count: int = 3) -> list[str]:
    return interchange(group("BE", "005010X220A1", members_body(count=count)))


def to_bytes(segments: list[str], delimiters: str = "*:~^", after: str = "\n") -> bytes:
    """Segments as bytes with these delimiters (element, component, terminator, repetition) and what follows each."""
    element, component, terminator, repetition = delimiters
    table = str.maketrans({"*": element, ":": component, "^": repetition})
    return "".join(s.translate(table) + terminator + after for s in segments).encode("latin-1")
