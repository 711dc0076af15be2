"""A claim of the founding article beside the figure that invites it."""

from django import template

from protocols.claims import by_id
from protocols.register.shape import Claim

register = template.Library()


@register.inclusion_tag("protocols/_beside.html")
def article_claim(claim_id: str) -> dict[str, Claim]:
    """What the article says, its mark, what studies found, and one click to the register."""
    return {"claim": by_id(claim_id)}
