"""How the API describes itself: what `Resource` promises of every operation is said here once."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from accounts.permissions import roles_that_may
from accounts.resources import KEY_HEADER, Resource

_DETAIL = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
_FIELDS = {
    "type": "object",
    "additionalProperties": {},
    "description": "Each faulty field with its sentences, nested as the body is.",
}
_STALE = {
    "type": "object",
    "properties": {"detail": {"type": "string"}, "current": {"type": "object", "additionalProperties": {}}},
    "required": ["detail"],
    "description": "The row changed since `version`; `current` is how it stands.",
}
_ALWAYS = {401: _DETAIL, 403: _DETAIL, 429: _DETAIL}
_KEY = OpenApiParameter(
    KEY_HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Send the same POST again with the same key within 24 hours and you get the same answer.",
)


class ResourceSchema(AutoSchema):
    """Reads `acts`, `inputs` and `made` of a Resource; other views describe themselves."""

    def get_description(self) -> str:  # type: ignore[override]
        told: str = super().get_description() or ""
        if not isinstance(self.view, Resource) or self.view.action not in self.view.acts:
            return told
        act = self.view.acts[self.view.action]
        return f"{told}\n\nFor {' and '.join(roles_that_may(act)).lower()}: {act.label}.".strip()

    def get_override_parameters(self) -> list[Any]:
        given = list(super().get_override_parameters())
        return [*given, _KEY] if isinstance(self.view, Resource) and self.method == "POST" else given

    def get_request_serializer(self) -> Any:
        if isinstance(self.view, Resource):
            return self.view.inputs.get(self.view.action)
        return super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        if not isinstance(self.view, Resource):
            return super().get_response_serializers()
        action = self.view.action
        shape = self.view.outputs.get(action, self.view.serializer_class)
        answers: dict[int, Any] = {201 if action in self.view.made else 200: shape, **_ALWAYS, 404: _FIELDS}
        # A row of its address asks for nothing that could be wrong; whatever else is read may ask for more.
        if action != "retrieve":
            answers[400] = _FIELDS
        if self.method in ("POST", "PATCH"):
            answers |= {409: _STALE, 413: _DETAIL, 415: _DETAIL}
        if self.method == "POST":
            answers[422] = _DETAIL
        return answers


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token ` and the secret that POST /api/v1/token/ gave.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.tokens.MemberSession"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "session", "description": "A page's session."}
