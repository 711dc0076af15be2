from allauth.account.signals import authentication_step_completed
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from accounts.step_up import note_confirmation, note_proof


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        user_logged_in.connect(note_proof, dispatch_uid="accounts.proof")
        authentication_step_completed.connect(note_confirmation, dispatch_uid="accounts.confirmation")
