"""The environment of an installation on one machine: what `make run` and `manage.py` assume by default.

Production says all of this itself; here each value is only a default, and a value given in the environment
wins. All that running leaves behind is under `var/`.
"""

import contextlib
import os
import secrets
from collections.abc import MutableMapping
from pathlib import Path
from urllib.parse import quote

from config.postgres import Server, running

BASE_DIR = Path(__file__).resolve().parent.parent

# Commands that change tables or fill them in bulk connect as the owner; all others as `dolomite_app`.
OWNER_COMMANDS = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "flush", "dbshell"}
OWNER_COMMANDS |= {"seed_demo", "seed_population"}

WITHOUT_DATABASE = {"help", "version", "collectstatic", "spectacular", "write_rules"}


def var_directory() -> Path:
    return Path(os.environ.get("DOLOMITE_VAR", BASE_DIR / "var"))


def set_local_defaults(environment: MutableMapping[str, str]) -> None:
    """Fill in what an installation on one machine needs, where `environment` does not say."""
    environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "SECRET_KEY" not in environment:
        environment["SECRET_KEY"] = _secret_key()
    environment.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    environment.setdefault("HTTPS", "0")
    environment.setdefault("DEMO", "1")
    environment.setdefault("DATABASE_URL", Server(var_directory()).url)
    # Mails as files, to be read there.
    environment.setdefault("EMAIL_URL", f"filemail:///{quote(str(var_directory().resolve() / 'mail'))}")


def set_command_defaults(environment: MutableMapping[str, str], command: str) -> None:
    """As above for one `manage.py` command; an environment with a SECRET_KEY says everything itself."""
    environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "SECRET_KEY" not in environment:
        set_local_defaults(environment)
    if command in OWNER_COMMANDS:
        environment.setdefault("DOLOMITE_DB_ROLE", "owner")


def database_for(command: str) -> contextlib.AbstractContextManager[None]:
    """The embedded server for the time of `command`, unless the environment names another one."""
    server = Server(var_directory())
    if command in WITHOUT_DATABASE or os.environ.get("DATABASE_URL") != server.url:
        return contextlib.nullcontext()
    return running(server)


def _secret_key() -> str:
    """A key of this installation, made once and readable by its owner only."""
    path = var_directory() / "secret-key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()
