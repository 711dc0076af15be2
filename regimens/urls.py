from django.urls import URLPattern, URLResolver

app_name = "regimens"

urlpatterns: list[URLPattern | URLResolver] = []
