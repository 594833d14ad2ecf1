"""How Django is joined up. Everything that differs between installations comes from the environment, once, here.

CLOCKSTOP_HOME             where all state lies (store/home.py)
CLOCKSTOP_ENGINE           duckdb (the default) or spark: where `rtt clocks` folds (store/engine.py)
CLOCKSTOP_SECRET_KEY       signs sessions; made and kept under CLOCKSTOP_HOME where it is not set
CLOCKSTOP_ALLOWED_HOSTS    names under which the site is reached, parted by commas
CLOCKSTOP_TRUSTED_ORIGINS  https://... addresses from which forms may be sent, where a proxy stands in front
CLOCKSTOP_HTTPS            1 where the site is reached through https: cookies then travel only so
CLOCKSTOP_DATABASE         postgresql://USER:PASSWORD@HOST/DATABASE; a SQLite file under CLOCKSTOP_HOME where it is not set
CLOCKSTOP_DEBUG            1 shows tracebacks in the browser; never where patients' data lie
"""

from pathlib import Path

from clockstop.config import environment
from clockstop.store.home import home_from_environment

HOME = home_from_environment()
_PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = environment.is_on("CLOCKSTOP_DEBUG")
SECRET_KEY = environment.secret_key(HOME.secret_key_file)
# The host beside them is the one that `clockstop serve --host` was given (cli/serve.py).
ALLOWED_HOSTS = [
    *environment.words("CLOCKSTOP_ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]"),
    *environment.words("CLOCKSTOP_SERVED_HOST", default=""),
]
CSRF_TRUSTED_ORIGINS = environment.words("CLOCKSTOP_TRUSTED_ORIGINS", default="")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "clockstop.accounts",
    "clockstop.nhsuk",
    "clockstop.registers.core",
    "clockstop.registers.data_quality",
    "clockstop.registers.pathway_notes",
    "clockstop.registers.performance",
    "clockstop.registers.saved_views",
    "clockstop.registers.trajectories",
    "clockstop.registers.validation",
    "clockstop.pages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clockstop.config.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clockstop.accounts.middleware.SignInRequired",
    "clockstop.accounts.middleware.scope",
    "clockstop.pages.errors.user_errors",
]

ROOT_URLCONF = "clockstop.config.urls"
WSGI_APPLICATION = "clockstop.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            _PACKAGE / "nhsuk" / "templates",
            _PACKAGE / "accounts" / "templates",
            _PACKAGE / "pages" / "templates",
            *sorted(_PACKAGE.glob("registers/*/templates")),
        ],
        "OPTIONS": {
            "environment": "clockstop.nhsuk.templating.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "clockstop.pages.context.site",
            ],
        },
    }
]

DATABASES = {"default": environment.database(environment.text("CLOCKSTOP_DATABASE"), file=HOME.database_file)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "open_first_page"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 24 * 3600  # addresses of ours carry the build's stamp (nhsuk/templating.py)

# A list that is sent to be compared stays in memory: a larger one is refused, and none is written to the machine's folder for
# passing files (pages/list_comparison.py).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

SESSION_COOKIE_AGE = 12 * 3600  # one long day's work
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.is_on("CLOCKSTOP_HTTPS")
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "clockstop.pages.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if environment.is_on("CLOCKSTOP_HTTPS") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.is_on("CLOCKSTOP_HTTPS") else None
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "clockstop.config.logs.WithoutValues"}},
    "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["standard_error"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["standard_error"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["standard_error"], "level": "WARNING", "propagate": False},
        "clockstop": {"handlers": ["standard_error"], "level": "INFO", "propagate": False},
    },
}
