"""HL7 v2 messages for tests, built segment by segment."""

SENT = "20261103081500-0400"
MSH = f"MSH|^~\\&|LIS|NORTH LAB|DOLOMITE|NORTHGATE|{SENT}||ORU^R01^ORU_R01|M1|P|2.5.1"
PID = "PID|1||77^^^NORTHGATE^MR||Conn^Liz||19861128|F"
OBR = f"OBR|1|P1|F1|24321-2^Panel^LN|||{SENT}"
IONIZED = "73572-0^Magnesium ionized^LN"


def obx(
    value: str = "0.47",
    *,
    kind: str = "NM",
    code: str = IONIZED,
    status: str = "F",
    unit: str = "mmol/L",
    limits: str = "0.44-0.59",
    taken: str = SENT,
    part: str = "",
    number: int = 1,
) -> str:
    return f"OBX|{number}|{kind}|{code}|{part}|{value}|{unit}|{limits}|N|||{status}|||{taken}"


def message(*segments: str, msh: str = MSH, pid: str = PID, obr: str = OBR, end: str = "\r") -> str:
    """One ORU^R01; `segments` are what follows the order, else one result."""
    head = [segment for segment in (msh, pid, obr) if segment]
    return "".join(f"{segment}{end}" for segment in (*head, *(segments or (obx(),))))
