"""hub.toml: its reading, its overrides, and the line for each possible error."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from pydantic import Field, SecretStr, ValidationError

import bot.desks
import bridges
from bot.config.plugins import AccountSettings, DeskSettings, Secret
from settings import Faults, HubSettings, Settings, embedded, load

KEY = "0123456789abcdef0123456789abcdef"
TOKEN = "tok-7351-secret"


class Team(DeskSettings):
    token: Secret = Field(description="Create it in the team chat.")
    url: str = ""


class Web(DeskSettings):
    operators: dict[str, Secret] = Field(min_length=1)


class Phone(AccountSettings):
    token: Secret
    receive: Literal["polling", "webhook"] = "polling"
    origins: tuple[str, ...] = ()
    tries: int = 3

    @property
    def needs_public_url(self) -> bool:
        return self.receive == "webhook"


class Site(AccountSettings):
    pass


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own kinds: the loader treats all kinds alike."""
    monkeypatch.setattr(bridges, "BRIDGES", {"phone": "", "webchat": "", "gone": "bridges.gone"})
    monkeypatch.setattr(bot.desks, "DESKS", {"team": "", "web": ""})
    models = {"phone": Phone, "webchat": Site, "team": Team, "web": Web}
    real = bridges.kind
    monkeypatch.setattr(
        bridges, "kind", lambda name: SimpleNamespace(settings=models[name]) if name in models else real(name)
    )
    monkeypatch.setattr(bot.desks, "kind", lambda name: SimpleNamespace(settings=models[name]))


GOOD = f"""
[hub]
secret = "{KEY}"

[desks.main]
kind = "team"
token = "env:TEAM_TOKEN"

[accounts.web-shop]
kind = "phone"
token = "{TOKEN}"

[accounts.web-shop.initial]
reasons = ["Purchased", "Spam"]
rights = {{ sales = {{ send = false }} }}

[roles]
sales = ["anna", "boris"]
"""
ENVIRON = {"TEAM_TOKEN": "team-token-1"}


@pytest.fixture
def given(tmp_path: Path) -> Any:
    def load_text(text: str, environ: Mapping[str, str] = ENVIRON) -> Settings:
        path = tmp_path / "hub.toml"
        path.write_text(text)
        return load(path, environ)

    return load_text


def lines(given: Any, text: str, environ: Mapping[str, str] = ENVIRON, locale: str = "en") -> list[str]:
    with pytest.raises(Faults) as caught:
        given(text, environ)
    for line in caught.value.lines(locale):
        assert "\n" not in line
        assert TOKEN not in line
        assert KEY not in line
    return caught.value.lines(locale)


def replaced(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


# ----------------------------------------------------------------------------------------- reading


def test_a_file_is_read(given: Any) -> None:
    settings = given(GOOD)
    desk, account = settings.desks["main"], settings.accounts["web-shop"]
    assert isinstance(desk, Team)
    assert isinstance(account, Phone)
    assert desk.token.get_secret_value() == "team-token-1"
    assert account.desk == "main"
    assert account.initial.reasons == ("Purchased", "Spam")
    assert account.initial.rights["sales"].send is False
    assert settings.roles == {"sales": ("anna", "boris")}
    assert settings.hub.address == ("127.0.0.1", 8080)
    assert settings.hub.locale == "en"


def test_secrets_are_listed_and_never_shown(given: Any) -> None:
    url = "postgresql+asyncpg://hub:p%40ss-word@db/hub"
    settings = given(GOOD.replace("[hub]", f'[hub]\ndatabase_url = "{url}"'))
    assert set(settings.secrets()) == {KEY, TOKEN, "team-token-1", "p%40ss-word", "p@ss-word"}
    for secret in settings.secrets():
        assert secret not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "got"),
    [
        ("HUB__HUB__LISTEN", "0.0.0.0:9000", lambda s: s.hub.listen == "0.0.0.0:9000"),
        ("hub__hub__locale", "ru", lambda s: s.hub.locale == "ru"),
        ("HUB__HUB__ADMINS", "anna, boris", lambda s: s.hub.admins == ("anna", "boris")),
        ("HUB__HUB__ADMINS", '["anna"]', lambda s: s.hub.admins == ("anna",)),
        ("HUB__ACCOUNTS__WEB_SHOP__TOKEN", "123456789", lambda s: value_of(s).token == SecretStr("123456789")),
        ("HUB__ACCOUNTS__WEB_SHOP__TOKEN", "env:OTHER", lambda s: value_of(s).token == SecretStr("from-other")),
        (
            "HUB__ACCOUNTS__WEB_SHOP__ORIGINS",
            "https://a.example",
            lambda s: value_of(s).origins == ("https://a.example",),
        ),
        ("HUB__ACCOUNTS__WEB_SHOP__TRIES", "7", lambda s: value_of(s).tries == 7),
        ("HUB__ACCOUNTS__WEB_SHOP__INITIAL__REASON_REQUIRED", "true", lambda s: value_of(s).initial.reason_required),
        ("HUB__ROLES__SALES", "vera", lambda s: s.roles == {"sales": ("vera",)}),
        ("HUB__ROLES__NIGHT", "vera,gleb", lambda s: s.roles["night"] == ("vera", "gleb")),
        ("HUB__ROLES", '{"night": ["vera"]}', lambda s: s.roles["night"] == ("vera",)),
    ],
)
def test_every_value_can_be_overridden(given: Any, name: str, value: str, got: Any) -> None:
    assert got(given(GOOD, {**ENVIRON, "OTHER": "from-other", name: value}))


def value_of(settings: Settings) -> Any:
    return next(iter(settings.accounts.values()))


def test_an_account_can_be_made_of_variables_alone(given: Any) -> None:
    environ = {**ENVIRON, "HUB__ACCOUNTS__NIGHT__KIND": "phone", "HUB__ACCOUNTS__NIGHT__TOKEN": "tok-night"}
    assert set(given(GOOD, environ).accounts) == {"web-shop", "night"}


# ------------------------------------------------------------------------------------------ secret


def test_a_former_secret_is_kept_out_of_sight_and_is_not_today_s(given: Any) -> None:
    settings = given(GOOD.replace(f'secret = "{KEY}"', f'secret = "{KEY}"\nsecret_before = "the one of before"'))
    assert settings.hub.secret_before.get_secret_value() == "the one of before"
    assert "the one of before" in settings.secrets()
    with pytest.raises(Faults) as caught:
        given(GOOD.replace(f'secret = "{KEY}"', f'secret = "{KEY}"\nsecret_before = "{KEY}"'))
    assert [one.key for one in caught.value.faults] == ["hub.secret_before"]


@pytest.mark.parametrize("folder", ["", "deep/er/"])
def test_a_missing_secret_is_made_once_and_kept_beside_an_embedded_database(
    given: Any, tmp_path: Path, folder: str
) -> None:
    text = GOOD.replace(f'secret = "{KEY}"', f'database_url = "sqlite+aiosqlite:///{tmp_path}/{folder}my.db"')
    first, second = given(text), given(text)
    kept = tmp_path / folder / "my.db.secret"
    assert first.hub.secret == second.hub.secret == SecretStr(kept.read_text())
    assert len(kept.read_text()) == 64
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url", ["postgresql+asyncpg://hub@db/hub", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"]
)
def test_elsewhere_the_secret_must_be_given(given: Any, url: str) -> None:
    text = GOOD.replace(f'secret = "{KEY}"', f'database_url = "{url}"')
    assert lines(given, text) == [
        "hub.secret: is missing: all processes on one database server must share it. Create one with: openssl "
        "rand -hex 32"
    ]


def test_a_folder_that_cannot_be_written_is_a_fault(given: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    text = GOOD.replace(f'secret = "{KEY}"', f'database_url = "sqlite+aiosqlite:///{tmp_path}/file/hub.db"')
    [line] = lines(given, text)
    assert line.startswith(f"hub.secret: cannot be saved in {tmp_path}/file/hub.db.secret: ")


# ------------------------------------------------------------------------------------------ faults

FAULTS = {
    "unknown key": (
        [("[accounts.web-shop.initial]", "recieve = 'polling'\n[accounts.web-shop.initial]")],
        'accounts.web-shop.recieve: there is no such key. Did you mean "receive"?',
    ),
    "unknown key, nothing like it": (
        [('secret = "', 'zzz = 1\nsecret = "')],
        f"hub.zzz: there is no such key. Allowed: {', '.join(sorted(HubSettings.model_fields))}.",
    ),
    "unknown key deep inside": (
        [('reasons = ["Purchased", "Spam"]', "resons = []")],
        'accounts.web-shop.initial.resons: there is no such key. Did you mean "reasons"?',
    ),
    "unknown key in a table of tables": (
        [("send = false", "sned = false")],
        'accounts.web-shop.initial.rights.sales.sned: there is no such key. Did you mean "send"?',
    ),
    "unknown section": (
        [("[roles]", "[rolls]")],
        'rolls: there is no such key. Did you mean "roles"?',
    ),
    "section without table": (
        [("[hub]", "desks = 3\n[hub]"), ('[desks.main]\nkind = "team"\ntoken = "env:TEAM_TOKEN"', "")],
        "desks: must be a table. Start the section with a line [desks].",
    ),
    "account without table": (
        [("[desks.main]", "[accounts]\nphone = 3\n[desks.main]")],
        "accounts.phone: must be a table. Start the section with a line [accounts.phone].",
    ),
    "missing key, with its author's advice": (
        [('token = "env:TEAM_TOKEN"', "")],
        "desks.main.token: is missing. Create it in the team chat.",
    ),
    "missing key": ([(f'token = "{TOKEN}"', "")], "accounts.web-shop.token: is missing. Add it."),
    "kind missing": (
        [('kind = "phone"', "")],
        "accounts.web-shop.kind: is missing. Use one of: phone, webchat, gone.",
    ),
    "kind unknown": (
        [('kind = "phone"', 'kind = "fax"')],
        "accounts.web-shop.kind: there is no such kind. Use one of: phone, webchat, gone.",
    ),
    "kind not installed": (
        [('kind = "phone"', 'kind = "gone"')],
        "accounts.web-shop.kind: the kind gone is not installed (ModuleNotFoundError). Reinstall the hub with "
        "all its dependencies.",
    ),
    "not one of the choices": (
        [("[accounts.web-shop.initial]", 'receive = "pigeon"\n[accounts.web-shop.initial]')],
        "accounts.web-shop.receive: must be one of: polling, webhook. Correct the value.",
    ),
    "wrong type": (
        [("[accounts.web-shop.initial]", 'tries = "many"\n[accounts.web-shop.initial]')],
        "accounts.web-shop.tries: must be a whole number. Correct the value.",
    ),
    "text that is no text": (
        [(f'token = "{TOKEN}"', "token = 17")],
        "accounts.web-shop.token: must be text in quotes. Correct the value.",
    ),
    "not a list": (
        [('reasons = ["Purchased", "Spam"]', "reasons = 3")],
        'accounts.web-shop.initial.reasons: must be a list, e.g. ["anna", "boris"]. Correct the value.',
    ),
    "role that is no list": (
        [('sales = ["anna", "boris"]', "sales = 3")],
        'roles.sales: must be a list of user names. List its members, e.g. ["anna", "boris"].',
    ),
    "listen": (
        [('secret = "', 'listen = "8080"\nsecret = "')],
        'hub.listen: is not host:port. Enter host and port, e.g. "127.0.0.1:8080".',
    ),
    "trusted proxies": (
        [('secret = "', 'trusted_proxies = ["127.0.0.1", "nginx"]\nsecret = "')],
        "hub.trusted_proxies: contains something that is neither an address nor a network. Enter the proxies' "
        'addresses or networks, e.g. ["127.0.0.1", "10.0.0.0/8"].',
    ),
    "trusting everybody": (
        [('secret = "', 'trusted_proxies = ["0.0.0.0/0"]\nsecret = "')],
        "hub.trusted_proxies: would let anyone forge their address. Enter the proxies' addresses or networks, "
        'e.g. ["127.0.0.1", "10.0.0.0/8"].',
    ),
    "public url": (
        [('secret = "', 'public_url = "hub.example.com"\nsecret = "')],
        "hub.public_url: is not an http:// or https:// address. Enter the hub's address for platforms and "
        "browsers, e.g. https://hub.example.com, or remove the key.",
    ),
    "database": (
        [('secret = "', 'database_url = "mysql://hub:hush@db/hub"\nsecret = "')],
        'hub.database_url: is not the address of a supported database. Enter "sqlite+aiosqlite:///hub.db" or '
        '"postgresql+asyncpg://user:password@host/database".',
    ),
    "redis": (
        [('secret = "', 'redis_url = "localhost:6379"\nsecret = "')],
        'hub.redis_url: is not the address of a Redis server. Enter "redis://host:6379/0", or remove the key '
        "if there is one process.",
    ),
    "redis's options": (
        [('secret = "', 'redis_url = "redis://:hush@localhost:6379/0?socket_timeout=1"\nsecret = "')],
        "hub.redis_url: has an option that the hub does not take: after “?”, only db, protocol (2 or 3), client_name, "
        "health_check_interval and, with rediss://, ssl_…; it sets timeouts itself. Enter "
        '"redis://host:6379/0", or remove the key if there is one process.',
    ),
    "short secret": (
        [(KEY, "short")],
        "hub.secret: is too short: at least 32 characters. Create one with: openssl rand -hex 32",
    ),
    "account's name": (
        [
            ("[accounts.web-shop.initial]", ""),
            ("[accounts.web-shop]", '[accounts."Web Shop"]'),
            ("rights = {", "initial.rights = {"),
            ('reasons = ["Purchased", "Spam"]', ""),
        ],
        'accounts.Web Shop: is not a valid name. Use up to 40 lowercase letters a-z, digits, and single "-" '
        'or "_" between them.',
    ),
    "no such team chat": (
        [("[accounts.web-shop.initial]", 'desk = "mian"\n[accounts.web-shop.initial]')],
        "accounts.web-shop.desk: there is no such team chat. Use one of: main.",
    ),
    "several team chats": (
        [("[roles]", '[desks.night]\nkind = "team"\ntoken = "t2-secret"\n[roles]')],
        "accounts.web-shop.desk: is missing: there are several team chats. Use one of: main, night.",
    ),
    "no team chat": (
        [('[desks.main]\nkind = "team"\ntoken = "env:TEAM_TOKEN"', "")],
        "desks: no team chat is configured to show dialogs. Add a section, e.g. [desks.main] with kind = "
        '"slack", "mattermost" or "web".',
    ),
    "webhook without address": (
        [("[accounts.web-shop.initial]", 'receive = "webhook"\n[accounts.web-shop.initial]')],
        "hub.public_url: is missing. Set it to the address where the platform can reach the hub; "
        "accounts.web-shop needs it.",
    ),
    "one token twice": (
        [("[roles]", f'[accounts.night]\nkind = "phone"\ntoken = "{TOKEN}"\n[roles]')],
        "accounts.night.token: is the same as accounts.web-shop.token. Use a different value, or remove one of "
        "the two.",
    ),
    "a former name in use": (
        [("[accounts.web-shop.initial]", 'former = ["web-shop"]\n[accounts.web-shop.initial]')],
        "accounts.web-shop.former: the account web-shop is still in hub.toml. Remove it here, or remove the section "
        "[accounts.web-shop].",
    ),
    "nobody in a role that is needed": (
        [
            ('sales = ["anna", "boris"]', "sales = []"),
            ("[accounts.web-shop.initial]", '[accounts.web-shop.initial]\nresponsible = "sales"'),
        ],
        'roles.sales: has no members. List its members, e.g. ["anna", "boris"].',
    ),
}


@pytest.mark.parametrize(("changes", "line"), FAULTS.values(), ids=FAULTS)
def test_a_fault_has_one_line(given: Any, changes: list[tuple[str, str]], line: str) -> None:
    assert lines(given, replaced(*changes)) == [line]


@pytest.mark.parametrize(("changes", "line"), FAULTS.values(), ids=FAULTS)
def test_a_fault_has_one_line_in_russian(given: Any, changes: list[tuple[str, str]], line: str) -> None:
    [russian] = lines(given, replaced(*changes), locale="ru")
    key, _, words = russian.partition(": ")
    assert line.startswith(key)
    assert any("а" <= letter <= "я" for letter in words.lower())


def test_all_faults_are_found_in_one_go(given: Any) -> None:
    text = replaced(('kind = "phone"', 'kind = "fax"'), (KEY, "short"), ("sales = [", "sales = 1 #"))
    assert [line.split(":")[0] for line in lines(given, text)] == [
        "accounts.web-shop.kind",
        "roles.sales",
        "hub.secret",
    ]


def test_a_missing_variable_is_named_with_its_key(given: Any) -> None:
    line = "desks.main.token: the variable TEAM_TOKEN is not set. Set it in the hub's environment."
    assert lines(given, GOOD, {}) == [line]
    assert lines(given, GOOD, {"TEAM_TOKEN": ""}) == [line]


def test_a_variable_that_is_missing_is_not_also_too_short(given: Any) -> None:
    [line] = lines(given, replaced((f'"{KEY}"', '"env:HUB_SECRET"')))
    assert line.startswith("hub.secret: the variable HUB_SECRET is not set")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("HUB__ACOUNTS__SHOP__TOKEN", "x", 'HUB__ACOUNTS__SHOP__TOKEN: there is no such key. Did you mean "accounts"?'),
        ("HUB__HUB__LISTN", "x", 'hub.listn: there is no such key. Did you mean "listen"?'),
        (
            "HUB__HUB",
            TOKEN,
            "HUB__…: must be HUB__SECTION__KEY or a whole section as JSON. Correct the environment variable.",
        ),
        (
            "HUB__DESKS",
            "[1]",
            "HUB__…: must be HUB__SECTION__KEY or a whole section as JSON. Correct the environment variable.",
        ),
    ],
)
def test_a_wrong_override_is_a_fault(given: Any, name: str, value: str, line: str) -> None:
    assert lines(given, GOOD, {**ENVIRON, name: value}) == [line]


def test_broken_toml_is_named_with_its_line(given: Any, tmp_path: Path) -> None:
    [line] = lines(given, "[hub]\nlisten = \n")
    assert line == f"{tmp_path}/hub.toml: is not valid TOML: Invalid value (at line 2, column 10). Correct that line."


def test_a_byte_order_mark_is_read_over(given: Any) -> None:
    """Notepad puts it in front."""
    assert given(f"\ufeff{GOOD}") == given(GOOD)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("redis://localhost:6379/0?protocol=3", True),
        ("redis://localhost?db=2&protocol=2&client_name=hub&health_check_interval=30", True),
        ("rediss://localhost?ssl_cert_reqs=none&ssl_ca_certs=/etc/ca.pem", True),
        ("unix:///run/redis.sock?db=1", True),
        ("redis://localhost?protocol=4", False),
        ("redis://localhost?protocol=", False),
        ("redis://localhost?ssl_cert_reqs=none", False),
        ("redis://localhost?decode_responses=False", False),
        ("redis://localhost?foo=1", False),
    ],
)
def test_options_of_the_address_of_redis(url: str, fits: bool) -> None:
    try:
        assert HubSettings(redis_url=url, secret=SecretStr(KEY)).redis_url == url
        assert fits
    except ValidationError:
        assert not fits


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Faults) as caught:
        load(tmp_path / "no.toml", {})
    [line] = caught.value.lines()
    assert line.startswith(f"{tmp_path}/no.toml: there is no such file. ")


@pytest.mark.parametrize(
    ("hub", "good"),
    [
        ("", True),
        ('listen = "0.0.0.0:8080"', False),
        ('listen = "0.0.0.0:8080"\npublic_url = "https://hub.example.com"', True),
        ('listen = "0.0.0.0:8080"\npublic_url = "http://localhost:8080"', True),
        ('public_url = "http://hub.example.com"', False),
        ('listen = "[::1]:8080"', True),
    ],
)
def test_keys_of_the_web_desk_cross_no_network_unencrypted(given: Any, hub: str, good: bool) -> None:
    desk = ('kind = "team"\ntoken = "env:TEAM_TOKEN"', 'kind = "web"\noperators = { anna = "anna-key-1" }')
    text = replaced(desk, ("[hub]", f"[hub]\n{hub}"))
    if good:
        given(text)
    else:
        [line] = lines(given, text)
        assert line.startswith("desks.main: operators' keys would cross the network unencrypted. Set hub.public_url")


@pytest.mark.parametrize(
    ("section", "who"),
    [
        ('[desks.chat]\nkind = "slack"\nbot_token = "xoxb-1"\nsigning_secret = "s1"', "desks.chat"),
        ('[desks.chat]\nkind = "slack"\nbot_token = "xoxb-1"\napp_token = "xapp-1"', ""),
        (
            '[accounts.bot]\nkind = "telegram"\ntoken = "1:AAAA"\ndesk = "main"\n'
            'receive = "webhook"\nwebhook_secret = "w"',
            "accounts.bot",
        ),
        ('[accounts.bot]\nkind = "telegram"\ntoken = "1:AAAA"\ndesk = "main"', ""),
    ],
)
def test_who_is_called_by_a_platform_needs_a_public_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, who: str
) -> None:
    """The real kinds require it themselves."""
    monkeypatch.undo()
    path = tmp_path / "hub.toml"
    path.write_text(
        f'[hub]\nsecret = "{KEY}"\n[desks.main]\nkind = "web"\noperators = {{ a = "long-key-1" }}\n{section}'
    )
    try:
        load(path, {})
        lines = []
    except Faults as error:
        lines = error.lines()
    advice = f"Set it to the address where the platform can reach the hub; {who} needs it."
    assert lines == ([f"hub.public_url: is missing. {advice}"] if who else [])


# ---------------------------------------------------------------------------------------- embedded


def test_without_a_file_there_is_a_hub_to_look_at(tmp_path: Path) -> None:
    first, second = embedded(tmp_path / "new", {}), embedded(tmp_path / "new", {})
    desk = first.desks["local"]  # type: ignore[index]
    assert isinstance(desk, Web)
    assert set(desk.operators) == {"anna", "boris"}
    assert len({key.get_secret_value() for key in desk.operators.values()}) == 2
    assert first == second
    assert first.hub.database_file == tmp_path / "new" / "hub.db"
    assert first.accounts["site"].desk == "local"  # type: ignore[index]
    for name in ("hub.db.operators", "hub.db.secret"):
        assert stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) == 0o600


def test_what_is_embedded_speaks_the_language_it_is_told(tmp_path: Path) -> None:
    settings = embedded(tmp_path, {}, "ru")
    assert (settings.hub.locale, value_of(settings).title) == ("ru", "Наш сайт")


def test_what_is_embedded_can_be_overridden(tmp_path: Path) -> None:
    settings = embedded(tmp_path, {"HUB__HUB__LISTEN": "127.0.0.1:0", "HUB__ACCOUNTS__SITE__TITLE": "Our site"})
    assert settings.hub.address == ("127.0.0.1", 0)
    assert value_of(settings).title == "Our site"
