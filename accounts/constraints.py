"""Constraints that every room writes the same way."""

from django.db import models
from django.db.models import Q


def both_or_neither(model: str, stem: str, ends: tuple[str, str] = ("at", "by")) -> models.CheckConstraint:
    """`<stem>_at` and `<stem>_by` are both set or both empty."""
    first, second = (f"{stem}_{end}" for end in ends)
    return models.CheckConstraint(
        name=f"{model}_{stem}_paired",
        condition=Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
        | Q(**{f"{first}__isnull": False, f"{second}__isnull": False}),
    )


def same_clinic(child: str, column: str, parent: str) -> tuple[str, str]:
    """Forward and backward SQL of a second foreign key: a child's clinic is its parent's.

    `child` and `parent` are table names, `column` the foreign key column of the child; the parent
    has UNIQUE (id, clinic_id).
    """
    name = f"{child}_{column}_same_clinic"[:63]
    return (
        f'ALTER TABLE "{child}" ADD CONSTRAINT "{name}" FOREIGN KEY ("{column}", "clinic_id") '
        f'REFERENCES "{parent}" ("id", "clinic_id") DEFERRABLE INITIALLY DEFERRED',
        f'ALTER TABLE "{child}" DROP CONSTRAINT "{name}"',
    )
