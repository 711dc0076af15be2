"""A definition's name becomes a saved series, of which other criteria are the next version."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.constraints import same_clinic

# Names that were given twice become versions in the order of their days.
THOSE_WITH_A_NAME = """
INSERT INTO caseseries_savedseries (clinic_id, name, version, definition_id, saved_at, saved_by_id)
SELECT clinic_id, name, row_number() OVER (PARTITION BY clinic_id, name ORDER BY locked_at, id),
       id, locked_at, locked_by_id
FROM caseseries_definition WHERE name <> '' ORDER BY locked_at, id
"""
THEIR_NAMES_BACK = """
UPDATE caseseries_definition AS d SET name = s.name FROM caseseries_savedseries AS s WHERE s.definition_id = d.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("caseseries", "0003_exports_as_long_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedSeries",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=models.Func(function="uuidv7"),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("version", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.clinic"
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved",
                        to="caseseries.definition",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-id"], "verbose_name_plural": "saved series"},
        ),
        migrations.AddConstraint(
            model_name="savedseries",
            constraint=models.UniqueConstraint(fields=("id", "clinic"), name="saved_series_id_clinic"),
        ),
        migrations.AddConstraint(
            model_name="savedseries",
            constraint=models.UniqueConstraint(
                fields=("clinic", "name", "version"), name="saved_series_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedseries",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="saved_series_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedseries",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="saved_series_version_from_1"
            ),
        ),
        # Before the second foreign key: its checks would be pending when the tables are altered.
        migrations.RunSQL(THOSE_WITH_A_NAME, THEIR_NAMES_BACK),
        migrations.RunSQL(*same_clinic("caseseries_savedseries", "definition_id", "caseseries_definition")),
        migrations.RemoveField(model_name="definition", name="name"),
    ]
