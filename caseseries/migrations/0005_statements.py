"""What people state for the report of a series: answers to the questions of the reporting checklist."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.constraints import same_clinic


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_second_releaser"),
        ("caseseries", "0004_saved_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
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
                ("item", models.CharField(max_length=20)),
                ("text", models.TextField(blank=True)),
                ("stated_at", models.DateTimeField()),
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
                        related_name="statements",
                        to="caseseries.definition",
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["definition", "item", "-id"], name="statement_newest")],
            },
        ),
        migrations.RunSQL(*same_clinic("caseseries_statement", "definition_id", "caseseries_definition")),
    ]
