"""How Django is joined up. Everything that differs between installations comes from the environment, once, here.

CLOCKSTOP_HOME             where all state lies (store/home.py)
CLOCKSTOP_ENGINE           duckdb (the default) or spark: where `rtt clocks` folds (store/engine.py)
CLOCKSTOP_SECRET_KEY       signs sessions; made and kept under CLOCKSTOP_HOME where it is not set
CLOCKSTOP_ALLOWED_HOSTS    names under which the site is reached, parted by commas
CLOCKSTOP_TRUSTED_ORIGINS  https://... addresses from which forms may be sent, where a proxy stands in front
CLOCKSTOP_HTTPS            1 where the site is reached through https: cookies then travel only so
CLOCKSTOP_DATABASE         postgresql://USER:PASSWORD@HOST/DATABASE; a SQLite file under CLOCKSTOP_HOME where it is not set
CLOCKSTOP_DEBUG            1 shows tracebacks in the browser; never where patients' data lie
CLOCKSTOP_PRODUCTION       1 refuses to start with settings unfit for patients' data (`clockstop serve --production` sets it)
CLOCKSTOP_LOG              text (the default) or json: how log lines look; json writes one for each request too, as production does
CLOCKSTOP_METRICS_TOKEN    the word with which a monitor may read /metrics (Authorization: Bearer ...)
CLOCKSTOP_METRICS_NETWORKS networks from which /metrics may be read without it, parted by commas (this machine's own)
CLOCKSTOP_SECRET_KEY_FALLBACKS  earlier secret keys, parted by commas, by which second factors are still read
CLOCKSTOP_TRUSTED_PROXIES  proxies whose X-Forwarded-For is believed: addresses or networks, by commas; unix for a socket file
CLOCKSTOP_SECOND_FACTOR    who must have one: required (all), patients (who may see them), offered, off; patients on a shared site
CLOCKSTOP_FIRST_PASSWORD   change (what somebody else chose is changed at the first sign-in) or keep; change on a shared site
CLOCKSTOP_EMAIL_HOST       the server that sends e-mails of reminders; none: they are written to the terminal
CLOCKSTOP_EMAIL_PORT       its port (587, with TLS; 25 without)
CLOCKSTOP_EMAIL_USER       the name that it is given, where it asks for one
CLOCKSTOP_EMAIL_PASSWORD   the password of that name
CLOCKSTOP_EMAIL_FROM       the sender of reminders (clockstop@localhost)
CLOCKSTOP_IDLE_MINUTES     after how many minutes without use a sign-in ends, of who may see patients (30)
CLOCKSTOP_IDLE_MINUTES_WITHOUT_PATIENTS  the same of everybody else (120)
CLOCKSTOP_SIGN_IN_HOURS    after how many hours a sign-in ends in any case (12)
CLOCKSTOP_MOST_SIGN_INS    at how many places a person may be signed in at once; the oldest ends (5 on a shared site, else 100)
CLOCKSTOP_OIDC_ISSUER      the provider of sign-ins by OpenID Connect, https://...; none where it is not set (docs/sign-in.md)
CLOCKSTOP_OIDC_CLIENT_ID   by which name the provider knows this site
CLOCKSTOP_OIDC_CLIENT_SECRET  the secret that the provider gave for it
CLOCKSTOP_OIDC_NAME        what the button on the sign-in page calls the provider
CLOCKSTOP_OIDC_CLAIM       the claim that holds the username here (preferred_username)
CLOCKSTOP_OIDC_ADD_ACCOUNTS  1 makes an account, without any role, for a person whom only the provider knows
CLOCKSTOP_OIDC_SECOND_FACTOR  when its sign-in counts as two factors: claim (its amr claim says mfa), provider, ours
"""

from datetime import timedelta
from pathlib import Path

from clockstop.config import environment, open_id, production
from clockstop.store.home import home_from_environment

HOME = home_from_environment()
_PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = environment.is_on("CLOCKSTOP_DEBUG")
PRODUCTION = environment.is_on("CLOCKSTOP_PRODUCTION")
SECRET_KEY = environment.secret_key(HOME.secret_key_file)
SECRET_KEY_FALLBACKS = environment.words("CLOCKSTOP_SECRET_KEY_FALLBACKS", default="")
# The host beside them is the one that `clockstop serve --host` was given (cli/serve.py).
ALLOWED_HOSTS = [
    *environment.words("CLOCKSTOP_ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]"),
    *environment.words("CLOCKSTOP_SERVED_HOST", default=""),
    *(production.LOOPBACK if PRODUCTION else ()),  # for monitors of this machine
]
CSRF_TRUSTED_ORIGINS = environment.words("CLOCKSTOP_TRUSTED_ORIGINS", default="")
TRUSTED_PROXIES = environment.networks("CLOCKSTOP_TRUSTED_PROXIES", besides="unix")
# Whether others than this machine's own browser reach the site; what is asked of a person who signs in is stricter then.
IS_SHARED = PRODUCTION or environment.is_on("CLOCKSTOP_HTTPS") or bool(environment.text("CLOCKSTOP_ALLOWED_HOSTS"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "clockstop.accounts",
    "clockstop.nhsuk",
    "clockstop.registers.actions",
    "clockstop.registers.core",
    "clockstop.registers.data_quality",
    "clockstop.registers.jobs",
    "clockstop.registers.pathway_notes",
    "clockstop.registers.performance",
    "clockstop.registers.saved_views",
    "clockstop.registers.trajectories",
    "clockstop.registers.validation",
    "clockstop.pages",
]

MIDDLEWARE = [
    "clockstop.pages.seen_requests.seen_requests",
    "clockstop.config.middleware.believed_https",
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
    "allauth.account.middleware.AccountMiddleware",
    "clockstop.accounts.sign_in_required.SignInRequired",
    "clockstop.accounts.middleware.scope",
    "clockstop.pages.errors.user_errors",
    "clockstop.pages.refusals.refusals",
    "axes.middleware.AxesMiddleware",
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

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # long jobs wait in the database (registers/jobs)

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "open_first_page"
LOGOUT_REDIRECT_URL = "sign_in"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# scrypt needs memory as well as time to be tried; passwords hashed by an earlier version are hashed anew at the next sign-in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
FIRST_PASSWORD_CHANGES = (
    environment.choice("CLOCKSTOP_FIRST_PASSWORD", ("change", "keep"), default="change" if IS_SHARED else "keep") == "change"
)
SECOND_FACTOR = environment.choice(
    "CLOCKSTOP_SECOND_FACTOR", ("required", "patients", "offered", "off"), default="patients" if IS_SHARED else "offered"
)
IDLE_MINUTES = environment.number("CLOCKSTOP_IDLE_MINUTES", default=30, least=5, most=24 * 60)
IDLE_MINUTES_WITHOUT_PATIENTS = environment.number("CLOCKSTOP_IDLE_MINUTES_WITHOUT_PATIENTS", default=120, least=5, most=24 * 60)
LONGEST_SIGN_IN = timedelta(hours=environment.number("CLOCKSTOP_SIGN_IN_HOURS", default=12, most=24 * 7))  # one long day's work
MOST_SIGN_INS = environment.number("CLOCKSTOP_MOST_SIGN_INS", default=5 if IS_SHARED else 100, most=1000)

# E-mails of `clockstop digest` go to the terminal until a server is named.
EMAIL_HOST = environment.text("CLOCKSTOP_EMAIL_HOST")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = environment.number("CLOCKSTOP_EMAIL_PORT", default=587, most=65535)
EMAIL_USE_TLS = EMAIL_PORT != 25
EMAIL_HOST_USER = environment.text("CLOCKSTOP_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("CLOCKSTOP_EMAIL_PASSWORD")
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = environment.text("CLOCKSTOP_EMAIL_FROM") or "clockstop@localhost"

# django-allauth: sign-in alone. What it would count in a worker's memory is counted in the database (accounts/lock_out.py).
ACCOUNT_ADAPTER = "clockstop.accounts.signing_in.SigningIn"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
MFA_ADAPTER = "clockstop.accounts.second_factor.SecondFactors"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are half a minute wrong
MFA_RECOVERY_CODE_COUNT = 10
SOCIALACCOUNT_ADAPTER = "clockstop.accounts.open_id.OutsideSignIns"
SOCIALACCOUNT_PROVIDERS = open_id.provider()

AXES_HANDLER = "clockstop.accounts.lock_out.LockOut"
AXES_LOCKOUT_PARAMETERS = "clockstop.accounts.lock_out.parameters"
AXES_USERNAME_CALLABLE = "clockstop.accounts.lock_out.counted_name"
AXES_CLIENT_IP_CALLABLE = "clockstop.accounts.network_address.address_or_unknown"
AXES_LOCKOUT_CALLABLE = "clockstop.accounts.views.show_locked_out"
AXES_FAILURE_LIMIT = 1  # of the limits in accounts/lock_out.py
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # who goes on trying cannot keep the person out for ever
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are kept in accounts/sign_in_models.py
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken", "next"]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STORAGES = production.static_storage(is_production=PRODUCTION)
STATIC_ROOT = HOME.static_files if PRODUCTION else None  # `clockstop serve --production` fills it
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 24 * 3600  # addresses of ours carry the build's stamp (nhsuk/templating.py)

# A list that is sent to be compared stays in memory: a larger one is refused, and none is written to the machine's folder for
# passing files (pages/list_comparison.py).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

SESSION_COOKIE_AGE = int(LONGEST_SIGN_IN.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.is_on("CLOCKSTOP_HTTPS")
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
if SESSION_COOKIE_SECURE:  # a browser then takes them from this site alone, whole and through https
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_FAILURE_VIEW = "clockstop.pages.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if environment.is_on("CLOCKSTOP_HTTPS") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.is_on("CLOCKSTOP_HTTPS") else None
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = ["^health/", "^metrics$"]
X_FRAME_OPTIONS = "DENY"

METRICS_TOKEN = environment.text("CLOCKSTOP_METRICS_TOKEN")
METRICS_NETWORKS = environment.networks("CLOCKSTOP_METRICS_NETWORKS", besides="none") or production.LOOPBACK_NETWORKS

LOGGING = production.logging_settings(is_production=PRODUCTION)
