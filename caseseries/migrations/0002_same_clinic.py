"""An export is of its definition's clinic: a second foreign key (definition, clinic) beside the first."""

from django.db import migrations

from accounts.constraints import same_clinic


class Migration(migrations.Migration):
    dependencies = [("caseseries", "0001_initial")]
    operations = [
        migrations.RunSQL(*same_clinic("caseseries_export", "definition_id", "caseseries_definition"))
    ]
