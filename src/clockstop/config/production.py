"""What an installation that others reach must have set: `clockstop serve --production` refuses to start without it."""

import ipaddress
from dataclasses import dataclass

from clockstop.config import environment
from clockstop.store.home import home_from_environment

LEAST_SECRET = 40
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
LOOPBACK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the settings, and what to do about it."""

    what: str
    do: str


def is_production() -> bool:
    """Whether this installation says that others reach it."""
    return environment.is_on("CLOCKSTOP_PRODUCTION")


def faults() -> list[Fault]:
    """What stands in the way of serving patients' data to other machines; empty where nothing does."""
    return [fault for fault in (*_of_switches(), *_of_names(), *_of_secrets()) if fault]


def _of_switches() -> list[Fault | None]:
    return [
        Fault("CLOCKSTOP_DEBUG is on: it would show the program's inside to whoever meets an error.", "Unset it.")
        if environment.is_on("CLOCKSTOP_DEBUG")
        else None,
        None
        if environment.is_on("CLOCKSTOP_HTTPS")
        else Fault(
            "CLOCKSTOP_HTTPS is not set: passwords and sessions would travel readable.",
            "Put a proxy with https in front (docs/running.md) and set CLOCKSTOP_HTTPS=1.",
        ),
    ]


def _of_names() -> list[Fault | None]:
    hosts = environment.words("CLOCKSTOP_ALLOWED_HOSTS", default="")
    origins = environment.words("CLOCKSTOP_TRUSTED_ORIGINS", default="")
    return [
        None
        if hosts and "*" not in hosts
        else Fault(
            "CLOCKSTOP_ALLOWED_HOSTS does not say under which names the site is reached.",
            "Set it, for example CLOCKSTOP_ALLOWED_HOSTS=clockstop.trust.example",
        ),
        None
        if all(one.startswith("https://") for one in origins)
        else Fault("CLOCKSTOP_TRUSTED_ORIGINS has an address without https.", "Write each as https://NAME."),
        None
        if environment.text("CLOCKSTOP_TRUSTED_PROXIES")
        else Fault(
            "CLOCKSTOP_TRUSTED_PROXIES does not say which proxy stands in front.",
            "Set its address, for example CLOCKSTOP_TRUSTED_PROXIES=127.0.0.1",
        ),
    ]


def _of_secrets() -> list[Fault | None]:
    file = home_from_environment().secret_key_file
    is_open = file.is_file() and file.stat().st_mode & 0o077
    return [
        Fault("The secret key is short.", f"Set CLOCKSTOP_SECRET_KEY to {LEAST_SECRET} random letters or more, or unset it.")
        if len(environment.secret_key(file)) < LEAST_SECRET
        else None,
        Fault(f"Others may read {file}.", f"Run: chmod 600 {file}") if is_open else None,
    ]


def static_storage(*, is_production: bool) -> dict[str, dict[str, str]]:
    """How built files are named: in production each by the hash of what it holds, so that browsers may keep it for ever."""
    hashed, plain = (
        "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "django.contrib.staticfiles.storage.StaticFilesStorage",
    )
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": hashed if is_production else plain},
    }


def logging_settings(*, is_production: bool) -> dict:
    """Where log lines go, and how they look: words, or with CLOCKSTOP_LOG=json an object a line with one for each request."""
    look = environment.choice("CLOCKSTOP_LOG", ("text", "json"), default="text")
    requests = "INFO" if is_production or look == "json" else "WARNING"
    here = {"handlers": ["standard_error"], "propagate": False}
    formatter = "AsJson" if look == "json" else "WithoutValues"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": f"clockstop.config.logs.{formatter}"}},
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["standard_error"], "level": "WARNING"},
        "loggers": {
            "django": {**here, "level": "WARNING"},
            "django.server": {**here, "level": "WARNING"},
            "clockstop": {**here, "level": "INFO"},
            "clockstop.requests": {**here, "level": requests},
            "axes": {**here, "level": "CRITICAL"},  # its lines hold names
        },
    }
