"""An export becomes long work with a release, and what it tells is kept for the next to be compared with."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.constraints import same_clinic

# Exports that stand were made at once, in the two formats there were, and given away by who made them.
THOSE_THAT_STAND = """
UPDATE caseseries_export SET state = 'DONE', total = 1, done = 1, finished_at = exported_at,
    released_at = exported_at, released_by_id = exported_by_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_second_releaser"),
        ("caseseries", "0002_same_clinic"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="attempt",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="export",
            name="data_cut_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="export",
            name="done",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="export",
            name="error",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="export",
            name="finished_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="export",
            name="formats",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("pdf", "PDF report"),
                        ("xlsx", "Excel workbook"),
                        ("csv", "CSV"),
                        ("json", "JSON"),
                    ],
                    max_length=4,
                ),
                default=["csv", "json"],
                size=None,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="export",
            name="lease_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="export",
            name="needs_second_releaser",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="export",
            name="profile",
            field=models.CharField(
                choices=[
                    ("STANDARD", "Standard"),
                    ("PUBLICATION_WITH_CONSENT", "Publication with individual consent"),
                ],
                default="STANDARD",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="released_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="export",
            name="released_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="state",
            field=models.CharField(
                choices=[
                    ("WAITING", "Waiting"),
                    ("RUNNING", "Running"),
                    ("DONE", "Done"),
                    ("FAILED", "Failed"),
                ],
                default="WAITING",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="step",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="export",
            name="total",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="export",
            name="counts",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="export",
            name="files",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="export",
            name="manifest_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("released_at__isnull", True), ("released_by__isnull", True)),
                    models.Q(("released_at__isnull", False), ("released_by__isnull", False)),
                    _connector="OR",
                ),
                name="export_released_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("released_at", None), ("state", "DONE"), _connector="OR"),
                name="export_released_is_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_second_releaser", False),
                    models.Q(("released_by", models.F("exported_by")), _negated=True),
                    _connector="OR",
                ),
                name="export_second_releaser_is_another",
            ),
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.clinic"
                    ),
                ),
                (
                    "export",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosure",
                        to="caseseries.export",
                    ),
                ),
                ("members", models.BinaryField()),
                ("tables", models.JSONField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RunSQL(*same_clinic("caseseries_disclosure", "export_id", "caseseries_export")),
        migrations.RunSQL(THOSE_THAT_STAND, migrations.RunSQL.noop),
    ]
