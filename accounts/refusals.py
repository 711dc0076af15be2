"""What an act refused, shown at the fields of the form that asked for it."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.forms import BaseForm


def show_refusals(form: BaseForm, refused: ValidationError, fields: Mapping[str, str] | None = None) -> None:
    """Put each sentence of `refused` at its field of `form`, or above the form where it has none.

    `fields` translates names of the act, such as "lab_results.0.unit", into names of the form.
    """
    renamed = fields or {}
    sentences = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
    for name, said in sentences.items():
        field = renamed.get(name, name)
        for sentence in said:
            form.add_error(field if field in form.fields else None, sentence)
