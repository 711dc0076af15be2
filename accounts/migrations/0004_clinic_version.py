"""What an admin sets for the clinic has a version, so that two admins cannot overwrite each other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_second_releaser"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
    ]
