from django.urls import path

from regimens import views, views_forms, views_products

app_name = "regimens"

urlpatterns = [
    path("patients/<uuid:patient_id>/regimen/", views.detail, name="detail"),
    path("products/", views_products.products, name="products"),
    path("products/new/", views_products.new_product, name="new_product"),
    path("forms/", views_forms.forms, name="forms"),
]
