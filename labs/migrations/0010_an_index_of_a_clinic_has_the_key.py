"""The index of a clinic has the key as well: docs/adr/0022-an-index-of-a-clinic-has-the-key.md."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_clinic_version"),
        ("labs", "0009_awaits_dose"),
        ("patients", "0008_publication_consent"),
        ("protocols", "0004_queue_values"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="labresult",
            name="clinic",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.clinic",
            ),
        ),
        migrations.AddIndex(
            model_name="labresult",
            index=models.Index(fields=["clinic", "id"], name="lab_result_of_clinic"),
        ),
    ]
