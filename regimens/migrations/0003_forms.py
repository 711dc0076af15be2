"""All forms of magnesium as choices."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("regimens", "0002_same_clinic"),
    ]

    operations = [
        migrations.AlterField(
            model_name="product",
            name="form",
            field=models.CharField(
                choices=[
                    ("BISGLYCINATE", "Bisglycinate"),
                    ("BISGLYCINATE_DIHYDRATE", "Bisglycinate dihydrate"),
                    ("LYSINATE_GLYCINATE", "Lysinate glycinate"),
                    ("BISGLYCINATE_BUFFERED", "Bisglycinate buffered with oxide"),
                    ("CITRATE", "Citrate"),
                    ("CITRATE_NONAHYDRATE", "Citrate nonahydrate"),
                    ("HYDROGEN_CITRATE", "Hydrogen citrate"),
                    ("OXIDE", "Oxide"),
                    ("HYDROXIDE", "Hydroxide"),
                    ("MALATE", "Malate"),
                    ("MALATE_TRIHYDRATE", "Malate trihydrate"),
                    ("DIMAGNESIUM_MALATE", "Hydroxy malate (dimagnesium)"),
                    ("THREONATE", "L-threonate"),
                    ("THREONATE_MONOHYDRATE", "L-threonate monohydrate"),
                    ("TAURATE", "Taurate"),
                    ("TAURATE_DIHYDRATE", "Taurate dihydrate"),
                    ("CHLORIDE", "Chloride"),
                    ("CHLORIDE_HEXAHYDRATE", "Chloride hexahydrate"),
                    ("LACTATE", "Lactate"),
                    ("LACTATE_DIHYDRATE", "Lactate dihydrate"),
                    ("SULFATE", "Sulfate"),
                    ("SULFATE_HEPTAHYDRATE", "Sulfate heptahydrate"),
                    ("CARBONATE", "Carbonate"),
                    ("CARBONATE_BASIC", "Basic carbonate"),
                    ("ASPARTATE", "Aspartate"),
                    ("ASPARTATE_DIHYDRATE", "Aspartate dihydrate"),
                    ("ASPARTATE_TETRAHYDRATE", "Aspartate tetrahydrate"),
                    ("GLUCONATE", "Gluconate"),
                    ("OROTATE", "Orotate"),
                    ("PIDOLATE", "Pidolate"),
                    ("GLYCEROPHOSPHATE", "Glycerophosphate"),
                ],
                max_length=32,
            ),
        ),
    ]
