"""How the API reads and adds products: what one unit holds, and which product asks a question."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import Resource
from accounts.shapes import Amount
from regimens.catalogue import add_product, found
from regimens.labels import vitamin_d_ug
from regimens.models import Product, ProductKind

FORM_CHOICES: Any = Product._meta.get_field("form").choices


class ProductShape(serializers.ModelSerializer[Product]):
    compound_mg_per_unit = Amount()
    elemental_mg_per_unit = Amount()
    vitamin_b6_mg_per_unit = Amount()
    vitamin_d_ug_per_unit = Amount()
    calcium_mg_per_unit = Amount()
    is_generic = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = [
            "id",
            "code",
            "name",
            "form",
            "kind",
            "unit_name",
            "compound_mg_per_unit",
            "elemental_mg_per_unit",
            "label_basis",
            "vitamin_b6_mg_per_unit",
            "vitamin_d_ug_per_unit",
            "calcium_mg_per_unit",
            "is_generic",
        ]

    def get_is_generic(self, product: Product) -> bool:
        return product.clinic_id is None


class ProductMade(ProductShape):
    question = serializers.CharField(
        read_only=True, allow_blank=True, help_text="Where the label differs from what the form holds."
    )

    class Meta(ProductShape.Meta):
        fields = [*ProductShape.Meta.fields, "question"]


class ProductGiven(serializers.Serializer[Any]):
    """One of the two amounts of magnesium is enough: the form gives the other."""

    name = serializers.CharField(max_length=120)
    form = serializers.ChoiceField(choices=FORM_CHOICES)
    compound_mg_per_unit = Amount(max_digits=7, decimal_places=1, required=False)
    elemental_mg_per_unit = Amount(
        max_digits=6, decimal_places=1, required=False, help_text="The label's; it wins over the formula."
    )
    unit_name = serializers.CharField(max_length=20, required=False)
    label_basis = serializers.CharField(
        max_length=120,
        required=False,
        allow_blank=True,
        help_text="Of what the label states an amount; left out, it is what was given here.",
    )
    kind = serializers.ChoiceField(choices=ProductKind.choices, required=False)
    vitamin_b6_mg_per_unit = Amount(max_digits=6, decimal_places=2, required=False)
    vitamin_d_ug_per_unit = Amount(max_digits=6, decimal_places=2, required=False)
    vitamin_d_iu_per_unit = Amount(
        max_digits=8, decimal_places=2, required=False, help_text="Instead of µg: 1 IU is 0.025 µg."
    )
    calcium_mg_per_unit = Amount(max_digits=6, decimal_places=1, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        units = given.pop("vitamin_d_iu_per_unit", None)
        if units is not None and "vitamin_d_ug_per_unit" in given:
            raise serializers.ValidationError({"vitamin_d_iu_per_unit": ["Give vitamin D in µg or in IU."]})
        return given if units is None else given | {"vitamin_d_ug_per_unit": vitamin_d_ug(units)}


class ProductFilter(filters.FilterSet):
    search = filters.CharFilter(
        method="found", help_text="Words that each stand in the name or in the name of the form."
    )

    class Meta:
        model = Product
        fields = ["form", "kind"]

    def found(self, products: QuerySet[Product], name: str, words: str) -> QuerySet[Product]:
        return found(products, words)


class ProductResource(Resource):
    """The generic products, and the clinic's own."""

    queryset = Product.objects.all()
    serializer_class = ProductShape
    filterset_class = ProductFilter
    acts = {"list": Act.SEE_PATIENTS, "retrieve": Act.SEE_PATIENTS, "create": Act.CHANGE_DOSE}
    inputs = {"create": ProductGiven}
    outputs = {"create": ProductMade}

    def get_queryset(self) -> QuerySet[Product]:
        return Product.objects.offered_to(self.clinic)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, **address: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def create(self, request: Request) -> Response:
        product, question = add_product(by=self.actor, at=self.at, **self.given())
        return Response(self.get_serializer(product).data | {"question": question}, status=201)
