from django.urls import URLPattern, URLResolver

app_name = "caseseries"

urlpatterns: list[URLPattern | URLResolver] = []
