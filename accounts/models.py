"""Clinics, the people who work in them, and what each may do there."""

import secrets
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now

from accounts.constraints import both_or_neither
from accounts.permissions import Act, Role, may

SERVICE_EMAIL = "service@dolomite.invalid"


def check_time_zone(name: str) -> None:
    """Refuse a name that the time zone database does not know."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(f"{name!r} is not a time zone, such as Europe/London.") from error


def new_export_key() -> bytes:
    """A fresh secret that keys the study ids of one clinic."""
    return secrets.token_bytes(32)


def weekdays() -> list[int]:
    """Monday to Friday, numbered as in ISO 8601."""
    return [1, 2, 3, 4, 5]


class Jurisdiction(models.TextChoices):
    US = "US", "United States"
    EU = "EU", "European Union or United Kingdom"


class ReEvaluationAnalyte(models.TextChoices):
    IONIZED = "IONIZED", "Ionized magnesium"
    TOTAL = "TOTAL", "Total magnesium"
    EITHER = "EITHER", "Either"


class Clinic(models.Model):
    """One clinic: the wall that no row crosses."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    jurisdiction = models.CharField(max_length=2, choices=Jurisdiction)
    small_cell_threshold = models.PositiveSmallIntegerField(default=11)
    # Whether files leave only when a second person has released them.
    needs_second_releaser = models.BooleanField(default=False)
    re_evaluation_analyte = models.CharField(
        max_length=8, choices=ReEvaluationAnalyte, default=ReEvaluationAnalyte.EITHER
    )
    # Digests are sent within these local hours, on these days (1 is Monday, as in ISO 8601).
    works_from = models.TimeField(default=time(8))
    works_until = models.TimeField(default=time(17))
    works_on = ArrayField(models.PositiveSmallIntegerField(), default=weekdays)
    is_demo = models.BooleanField(default=False)
    export_key = models.BinaryField(default=new_export_key, editable=False)
    swept_on = models.DateField(null=True, blank=True)
    # Of what admins change; the app's own notes, such as `swept_on`, do not move it.
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="clinic_small_cell_threshold_5_to_20",
                condition=models.Q(small_cell_threshold__range=(5, 20)),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def local_date(self, at: datetime) -> date:
        """The calendar day of `at` where the clinic is."""
        return at.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)

    def service(self) -> "User":
        """The account in whose name commands and the sweep write; nobody can sign in as it."""
        user, _ = self.get_or_create(
            email=SERVICE_EMAIL, defaults={"name": "Dolomite", "is_active": False, "password": "!"}
        )
        return user


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.replace("Dr ", "").split()[:2]).upper()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None, user__is_active=True)


class Membership(models.Model):
    """What one person is in one clinic. Session and token are bound to exactly one."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    gets_digest = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "clinic"],
                condition=models.Q(ended_at=None),
                name="membership_once_per_clinic",
            ),
            both_or_neither("membership", "ended"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.clinic}"

    def may(self, act: Act) -> bool:
        """Whether the roles together allow `act`; roles add up."""
        return may(self.roles, act)

    @property
    def role_words(self) -> str:
        return ", ".join(str(Role(role).label) for role in self.roles)


class Absence(models.Model):
    """Days on which a member is away, and who stands in: the deputy sees the flags of the absent owner."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="deputises")
    from_on = models.DateField()
    until_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="absence_until_not_before_from",
                condition=models.Q(until_on__gte=models.F("from_on")),
            ),
            models.CheckConstraint(
                name="absence_deputy_is_another", condition=~models.Q(deputy=models.F("membership"))
            ),
        ]
        ordering = ["from_on"]

    def __str__(self) -> str:
        return f"{self.membership} away {self.from_on} to {self.until_on}"


class CalendarFeed(models.Model):
    """The secret address of one member's calendar, stored only as its SHA-256."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=models.Q(revoked_at=None),
                name="calendar_feed_one_per_member",
            )
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.membership}"


class ApiToken(models.Model):
    """A secret for programs, stored only as its SHA-256 and bound to one membership."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Token of {self.membership}"


class IdempotencyKey(models.Model):
    """The answer that a POST got, so that the same POST sent again gets it again."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="idempotency_keys")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "route", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
