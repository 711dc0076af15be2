"""What runs with Django, in a process whose environment names the database of `benchmarks.server`."""

import django

django.setup()
