"""The `[hub]` table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote

import phonenumbers
from pydantic import Field, SecretStr, ValidationInfo, field_validator

from bot.config.plugins import ConfigSection, Secret
from bot.locale import N_
from bot.ports import client_addresses
from bot.ports.client_addresses import split

SECRET_LENGTH = 32
METRICS_TOKEN_LENGTH = 16
SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
REDIS_OPTIONS = {
    "db": re.compile(r"\d{1,5}"),
    "protocol": re.compile(r"[23]"),
    "client_name": re.compile(r"\S+"),
    "health_check_interval": re.compile(r"\d{1,5}"),
}
REDIS_TLS_OPTIONS = frozenset(
    f"ssl_{name}"
    for name in ("keyfile", "certfile", "cert_reqs", "ca_certs", "ca_path", "ca_data", "check_hostname", "ciphers")
)
HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f.:]+(?:/\d{1,3})?")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

PUBLIC_URL = N_("Enter the hub's address for platforms and browsers, e.g. https://hub.example.com, or remove the key.")
LISTEN = N_('Enter host and port, e.g. "127.0.0.1:8080".')
DATABASE = N_('Enter "sqlite+aiosqlite:///hub.db" or "postgresql+asyncpg://user:password@host/database".')
CONNECTIONS = N_("Enter the largest number of connections of one process to PostgreSQL, from 4 to 1000.")
REDIS = N_('Enter "redis://host:6379/0", or remove the key if there is one process.')
FILES = N_("Enter the path of a folder.")
SECRET = N_("Create one with: openssl rand -hex 32")
SECRET_BEFORE = N_("Enter the previous value of hub.secret, or remove the key.")
COUNTRY = N_('Enter two letters, e.g. "RU", or remove the key.')
PROXIES = N_('Enter the proxies\' addresses or networks, e.g. ["127.0.0.1", "10.0.0.0/8"].')
HOSTS = N_('Enter hosts, addresses or networks, e.g. ["bot.internal", "10.0.0.0/8"].')
METRICS_LISTEN = N_('Enter a host and port different from listen, e.g. "127.0.0.1:9090", or remove the key.')
METRICS_TOKEN = N_("Enter at least 16 random characters (openssl rand -hex 16), or remove the key.")
ADMINS = N_('Enter user names, e.g. ["anna"]; with several team chats, e.g. ["main:anna"].')


class HubSettings(ConfigSection):
    """Section `[hub]`. `public_url` ends without a slash. `repr` hides both server URLs: they may contain a
    password."""

    public_url: str = Field("", description=PUBLIC_URL)
    listen: str = Field("127.0.0.1:8080", description=LISTEN)
    database_url: str = Field(f"{SQLITE}:///hub.db", repr=False, description=DATABASE)
    database_connections: int = Field(30, ge=4, le=1000, description=CONNECTIONS)
    redis_url: str = Field("", repr=False, description=REDIS)
    files: Path = Field(Path("files"), description=FILES)
    locale: Literal["en", "ru"] = "en"
    country: str = Field("", description=COUNTRY)
    secret: Secret = Field(SecretStr(""), description=SECRET)
    secret_before: Secret = Field(SecretStr(""), description=SECRET_BEFORE)
    admins: tuple[str, ...] = Field((), description=ADMINS)
    trusted_proxies: tuple[str, ...] = Field((), description=PROXIES)
    private_addresses: tuple[str, ...] = Field((), description=HOSTS)
    metrics_listen: str = Field("", description=METRICS_LISTEN)
    metrics_token: Secret = Field(SecretStr(""), description=METRICS_TOKEN)
    marks: Literal["all", "failures"] = "all"
    correspondence: Literal["everyone", "readers"] = "everyone"

    @property
    def home(self) -> str:
        """Value of `country`, or the country of the hub's language where there is only one."""
        return self.country or {"ru": "RU"}.get(self.locale, "")

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`."""
        return host_and_port(self.listen)

    def local_url(self, port: int | None = None) -> str:
        """Address of the hub for a browser on this machine, without a trailing slash. `port`: the one chosen by the
        system when `listen` says 0."""
        host, given = self.address
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        return f"http://{host}:{port or given}"

    @property
    def proxies(self) -> client_addresses.Proxies:
        return client_addresses.Proxies(self.trusted_proxies)

    @property
    def only_on_this_machine(self) -> bool:
        return self.address[0] in LOOPBACK and not self.public_url

    @property
    def encrypted(self) -> bool:
        """True when nobody between a browser and us can listen in: HTTPS, or both on one machine."""
        public = split(self.public_url)
        if self.public_url:
            return public.scheme == "https" or public.hostname in LOOPBACK
        return self.only_on_this_machine

    @property
    def database_file(self) -> Path | None:
        """File of an embedded database; None for a server's or one in memory."""
        if not self.database_url.startswith(f"{SQLITE}:"):
            return None
        path = split(self.database_url).path[1:]
        return Path(unquote(path)) if path and path != ":memory:" else None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders that the hub writes to."""
        return (self.files, self.database_file.parent) if self.database_file else (self.files,)

    def passwords(self) -> list[str]:
        given = (split(url).password for url in (self.database_url, self.redis_url))
        return [form for password in given if password for form in (password, unquote(password))]

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        url = split(value)
        if value and (url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment):
            raise ValueError(N_("is not an http:// or https:// address"))
        return value.rstrip("/")

    @field_validator("country")
    @classmethod
    def _is_a_country(cls, value: str) -> str:
        if value and value.upper() not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(N_("is not a known country"))
        return value.upper()

    @field_validator("metrics_token")
    @classmethod
    def _is_long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < METRICS_TOKEN_LENGTH:
            raise ValueError(N_("is too short"))
        return value

    @field_validator("listen", "metrics_listen")
    @classmethod
    def _is_host_and_port(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "metrics_listen":
            return value
        host, _, port = value.rpartition(":")
        bare = host.startswith("[") == host.endswith("]") and (":" not in host or host.startswith("["))
        if not (host and bare and port.isascii() and port.isdigit() and int(port) < 65536):
            raise ValueError(N_("is not host:port"))
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            try:
                everybody = client_addresses.network(one).prefixlen == 0
            except ValueError:
                raise ValueError(N_("contains something that is neither an address nor a network")) from None
            if everybody:
                raise ValueError(N_("would let anyone forge their address"))
        return given

    @field_validator("private_addresses")
    @classmethod
    def _are_hosts(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if any(not HOST.fullmatch(one) for one in given):
            raise ValueError(N_("contains something that is neither a host nor a network"))
        return given

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        scheme = split(value).scheme
        if scheme in ("postgres", "postgresql"):  # as database providers write it
            return POSTGRESQL + value[len(scheme) :]
        if scheme not in (SQLITE, POSTGRESQL):
            raise ValueError(N_("is not the address of a supported database"))
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str) -> str:
        if value and split(value).scheme not in ("redis", "rediss", "unix"):
            raise ValueError(N_("is not the address of a Redis server"))
        for option, given in parse_qsl(split(value).query, keep_blank_values=True):
            if not _fits(option, given, secured=value.startswith("rediss:")):
                raise ValueError(
                    N_(
                        "has an option that the hub does not take: after “?”, only db, protocol (2 or 3), client_name, "
                        "health_check_interval and, with rediss://, ssl_…; it sets timeouts itself"
                    )
                )
        return value


def _fits(option: str, given: str, *, secured: bool) -> bool:
    """Tells whether an option of Redis's address can be obeyed. The driver would end at one it does not know, and obey
    those that the hub itself depends on."""
    fits = REDIS_OPTIONS.get(option)
    return fits.fullmatch(given) is not None if fits is not None else secured and option in REDIS_TLS_OPTIONS


def host_and_port(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)
