"""Settings of 1C:CRM in hub.toml. Names of objects and fields are those of the configuration, as in $metadata."""

from __future__ import annotations

import re
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from yarl import URL

from bot.config.plugins import ConfigSection, CrmSettings, Secret, Trusting

SERVICE = "odata/standard.odata"
NAME = re.compile(r"\w*")
REGION = re.compile(r"[A-Z]{2}")


class MetadataNames(ConfigSection):
    """Names in the configuration; "" if it has no such thing, which is then left out."""

    @field_validator("*")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        """Accepts only identifiers, since they become parts of addresses and filters."""
        if not NAME.fullmatch(name):
            raise ValueError("must be a 1C name: letters, digits and _")
        return name


class ObjectNames(MetadataNames):
    """Entity sets."""

    contact: str = Field("Catalog_Партнеры", min_length=1)
    person: str = "Catalog_КонтактныеЛицаПартнеров"
    info_kind: str = "Catalog_ВидыКонтактнойИнформации"
    interest: str = Field("Document_CRM_Интерес", min_length=1)
    task: str = "Task_ЗадачаИсполнителя"


class FieldNames(MetadataNames):
    """Properties of the entity sets. `info_…`: of the tabular section with phones and addresses of contacts and
    persons."""

    contact_name: str = Field("Description", min_length=1)
    contact_full_name: str = "НаименованиеПолное"
    contact_client: str = "Клиент"
    person_owner: str = "Owner_Key"
    info: str = Field("КонтактнаяИнформация", min_length=1)
    info_kind: str = Field("Вид_Key", min_length=1)
    info_type: str = Field("Тип", min_length=1)
    info_text: str = Field("Представление", min_length=1)
    info_value: str = "Значение"
    info_phone: str = "НомерТелефона"
    info_local_phone: str = "НомерТелефонаБезКодов"
    info_email: str = "АдресЭП"
    interest_title: str = Field("Тема", min_length=1)
    interest_contact: str = Field("Партнер_Key", min_length=1)
    interest_comment: str = "Комментарий"
    interest_date: str = "Date"
    interest_stage: str = ""
    interest_closed: str = ""
    task_title: str = Field("Description", min_length=1)
    task_text: str = "Описание"
    task_due: str = "СрокИсполнения"
    task_contact: str = "Предмет"
    task_done: str = "Executed"


class OneCCrmSettings(Trusting, CrmSettings):
    """`[crm]` with `kind = "1c"`."""

    url: str = Field(description="Enter the address of the published infobase, e.g. https://1c.example.com/crm.")
    user: str = Field(min_length=1, description="Enter the name of the 1C user created for the hub.")
    password: Secret = Field(description="Enter that user's password.")
    web_url: str = Field("", description="Enter the address of 1C in a browser, if it differs from url.")
    ca_file: str = Field("", description="Enter the path of a certificate file in PEM format, or remove the key.")
    timeout: float = Field(30.0, gt=0, le=300, description="Enter the timeout for 1C in seconds.")
    every: float = Field(60.0, ge=1, description="Enter, in seconds, how often to ask 1C for changes.")
    recent: int = Field(180, ge=1, description="Enter, in days, the maximum age of deals checked for changes.")
    zone: str = Field("Europe/Moscow", description="Enter the time zone of the 1C server, e.g. Europe/Moscow.")
    region: str = Field("RU", description="Enter the country of phone numbers without a code: two capital letters.")
    origin: str = Field("hub", description="Enter a word that is unique for each hub writing to this infobase.")
    post_interests: bool = False
    closed_stages: tuple[str, ...] = Field((), description='Enter the stages as 1C shows them, e.g. ["Выигран"].')
    phone_kind: str = Field("ТелефонПартнера", min_length=1, description="Enter the predefined name of the phone kind.")
    email_kind: str = Field("EmailПартнера", min_length=1, description="Enter the predefined name of the e-mail kind.")
    person_phone_kind: str = Field(
        "ТелефонКонтактногоЛица", min_length=1, description="Enter the predefined name of contact persons' phone kind."
    )
    person_email_kind: str = Field(
        "EmailКонтактногоЛица", min_length=1, description="Enter the predefined name of contact persons' e-mail kind."
    )
    objects: ObjectNames = ObjectNames()
    fields: FieldNames = FieldNames()

    @property
    def service(self) -> str:
        """Root of the OData service, without a slash at the end."""
        return self.url if self.url.endswith(SERVICE) else f"{self.url}/{SERVICE}"

    @property
    def application(self) -> str:
        """Address of the web client, without a slash at the end."""
        return self.web_url or self.url.removesuffix(SERVICE).rstrip("/")

    @field_validator("url", "web_url")
    @classmethod
    def _is_an_address(cls, given: str) -> str:
        try:
            url = URL(given)
        except ValueError:
            url = URL()
        if given and (url.scheme not in ("http", "https") or not url.host or url.query_string or url.fragment):
            raise ValueError("must begin with http:// or https://")
        if url.user or url.password:
            raise ValueError("must not contain the password: use the key password")
        return given.rstrip("/")

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("is not a time zone") from None
        return name

    @field_validator("region")
    @classmethod
    def _is_a_region(cls, region: str) -> str:
        if not REGION.fullmatch(region):
            raise ValueError("is not a country code, e.g. RU")
        return region

    @model_validator(mode="after")
    def _passwords_cross_no_network_unencrypted(self) -> Self:
        url = URL(self.url)
        if url.scheme == "http" and url.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("url must begin with https://: the password would cross the network unencrypted")
        return self
