"""What the shell of every page needs: theme, menu, clinic, and the clinic's own date."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Act

THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class NavItem:
    """One line of the menu; `prefixes` are the addresses at which it counts as the current one."""

    url: str
    label: str
    short: str
    icon: str
    act: Act
    prefixes: tuple[str, ...]
    of_clinic: bool = False
    # Whether it may stand in the bar of a narrow screen, or only under "More" there.
    is_quick: bool = True


MENU = (
    NavItem("reviews:queue", "Review queue", "Queue", "list-checks", Act.SEE_QUEUE, ("/", "/flags/")),
    NavItem("reviews:today", "Today", "Today", "calendar-days", Act.LOG_VISIT, ("/today/",)),
    NavItem(
        "reviews:recall",
        "Missed windows",
        "Missed",
        "phone-missed",
        Act.SEE_QUEUE,
        ("/recall/",),
        is_quick=False,
    ),
    NavItem("patients:list", "Patients", "Patients", "users", Act.SEE_PATIENTS, ("/patients/",)),
    NavItem(
        "reviews:import_list",
        "Labs import",
        "Labs",
        "flask-conical",
        Act.IMPORT_RESULTS,
        ("/labs/",),
        is_quick=False,
    ),
    NavItem("caseseries:index", "Case series", "Series", "chart-line", Act.SEE_SERIES, ("/case-series/",)),
    NavItem(
        "protocols:index",
        "Protocol",
        "Protocol",
        "book-open-check",
        Act.SEE_PROTOCOL,
        ("/protocol/", "/claims/", "/forms/"),
    ),
    NavItem("regimens:products", "Products", "Products", "pill", Act.SEE_PATIENTS, ("/products/",)),
    NavItem(
        "accounts:members",
        "Members and roles",
        "Members",
        "shield-check",
        Act.MANAGE_MEMBERS,
        ("/clinic/members/", "/clinic/hours/"),
        of_clinic=True,
    ),
    NavItem("audit:events", "Audit log", "Audit", "scroll-text", Act.SEE_AUDIT, ("/audit/",), of_clinic=True),
)


def home_of(membership: Membership | None) -> str:
    """Where a person starts: the first page of the menu that the roles open."""
    for item in MENU:
        if membership is not None and membership.may(item.act):
            return reverse(item.url)
    return "/"


@dataclass(frozen=True)
class Shell:
    """The frame around a page, as one person in one clinic sees it."""

    theme: str
    now: datetime
    membership: Membership | None = None
    nav: list[NavItem] = field(default_factory=list)
    sees_patients: bool = False
    may_log_visit: bool = False
    may_say_away: bool = False

    @property
    def today(self) -> date:
        """The calendar day where the clinic is."""
        return self.now.date()

    @property
    def home(self) -> str:
        return home_of(self.membership)

    @property
    def next_theme(self) -> str:
        return THEMES[(THEMES.index(self.theme) + 1) % len(THEMES)]

    @property
    def bottom_nav(self) -> list[NavItem]:
        """What fits beside "More" on a narrow screen."""
        return [item for item in self.nav if item.is_quick][:4]


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `shell` on every page, also on the pages of errors and of sign-in."""
    cookie = request.COOKIES.get("theme", "")
    theme = cookie if cookie in THEMES else "system"
    now = timezone.now()
    membership = getattr(request, "membership", None)
    if membership is None:
        return {"shell": Shell(theme, now)}
    return {
        "shell": Shell(
            theme=theme,
            now=now.astimezone(membership.clinic.zone),
            membership=membership,
            nav=[item for item in MENU if membership.may(item.act)],
            sees_patients=membership.may(Act.SEE_PATIENTS),
            may_log_visit=membership.may(Act.LOG_VISIT),
            may_say_away=membership.may(Act.SAY_AWAY),
        )
    }
