"""The index of a clinic has the key as well: docs/adr/0022-an-index-of-a-clinic-has-the-key.md."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_clinic_version"),
        ("labs", "0010_an_index_of_a_clinic_has_the_key"),
        ("patients", "0008_publication_consent"),
        ("protocols", "0004_queue_values"),
        ("regimens", "0008_what_a_night_reads"),
        ("reviews", "0013_sweeps_by_their_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="flag",
            name="clinic",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.clinic",
            ),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["clinic", "id"], name="flag_of_clinic"),
        ),
    ]
