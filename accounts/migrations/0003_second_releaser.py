"""A clinic may ask that a second person releases what leaves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_people_and_their_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="needs_second_releaser",
            field=models.BooleanField(default=False),
        ),
    ]
