"""One HL7 message that comes over the network: kept, stored, parked or refused, and then answered.

The message is committed before it is answered, whatever the answer, so none is lost; what is ready is stored
at once, and whose patient is not known waits for a person. The codes are those of HL7 table 0008.
"""

from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from django.core.exceptions import ValidationError

from accounts.actors import Actor
from labs.models import Channel, Import, ImportRow, ImportStage, RowOutcome
from reviews.acts.imports import receive_file
from reviews.importing.steps import Clock
from reviews.importing.through import take_through

# An answer is one line of a log at the laboratory.
_LONGEST = 200


class Code(StrEnum):
    ACCEPTED = "AA"
    ERROR = "AE"
    REJECTED = "AR"


@dataclass(frozen=True)
class Answer:
    """What the sender is told; `reason` is empty when all of the message was taken."""

    code: Code
    reason: str = ""


def take_message(block: bytes, *, name: str, by: Actor, clock: Clock) -> Answer:
    """Keep the message, store what is ready of it, and say what became of it.

    AA: every result is stored, was stored before, or waits for its patient to be matched. AE: some result was
    refused, the others are in. AR: nothing of it could be read.
    """
    try:
        source = receive_file(
            by=by, at=clock(), channel=Channel.MLLP, file_name=name, content=BytesIO(_ended(block))
        )
    except ValidationError as refused:
        return Answer(Code.REJECTED, " ".join(refused.messages)[:_LONGEST])
    return _answer(take_through(source, by=by, clock=clock))


def _ended(block: bytes) -> bytes:
    """The frame says that the message is whole, so its last segment may end without a line end."""
    return block if block.endswith((b"\r", b"\n")) else block + b"\r"


def _answer(source: Import) -> Answer:
    if source.stage == ImportStage.REFUSED:
        return Answer(Code.REJECTED, source.refusal[:_LONGEST])
    if source.stage != ImportStage.COMMITTED:
        return Answer(Code.ERROR, (source.error or "The message is kept and waits to be read.")[:_LONGEST])
    wrong = ImportRow.objects.filter(source=source, outcome=RowOutcome.ERROR).order_by("number")
    told = [f"{place}: {reason}" for place, reason in wrong.values_list("place", "reason")[:5]]
    return Answer(Code.ERROR, " ".join(told)[:_LONGEST]) if told else Answer(Code.ACCEPTED)
