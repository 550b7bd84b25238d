"""Contact cards as phones, mail programs and messengers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import SharedContact
from bridges.shared import vcards

IPHONE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.5//EN
N:Петров;Иван;;;
FN:Иван Петров
ORG:ООО «Ромашка»;Отдел продаж
TITLE:Директор
item1.EMAIL;type=INTERNET;type=pref:ivan@example.com
item1.X-ABLabel:_$!<Other>!$_
TEL;type=CELL;type=VOICE;type=pref:+7 (916) 123-45-67
TEL;type=WORK;type=VOICE:8 (495) 123-45-67
TEL;type=IPHONE:8 916 123-45-67
item2.ADR;type=HOME:;;ул. Ленина\\, 5\\nкв. 7;Москва;;101000;Россия
item2.X-ABADR:ru
item3.URL;type=pref:https\\://romashka.example/
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ
 SkZJRg==
END:VCARD
"""
ANDROID = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D0=B5=D1=82=D1=80=D0=BE=D0=B2;=D0=98=D0=B2=D0=B0=D0=BD;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=20=D0=9F=D0=B5=D1=82=D1=
=80=D0=BE=D0=B2
TEL;CELL;PREF:+7-916-123-45-67
TEL;CELL:89161234567
TEL;WORK;FAX:112
EMAIL;HOME:i@example.com
ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=A0=D0=BE=D0=BC=D0=B0=D1=88=D0=BA=D0=B0
END:VCARD
"""
OUTLOOK = """BEGIN:VCARD
VERSION:2.1
N;LANGUAGE=ru;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CF=E5=F2=F0=EE=E2;=C8=E2=E0=ED
ORG:IBM;Accounting
TITLE:Money Counter
TEL;WORK;VOICE:(905) 555-1234
ADR;WORK;PREF:;;Crescent moon drive;Albany;New York;12345;USA
LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:Crescent moon drive=0D=0A=
Albany, New York  12345
URL;WORK:http://www.ibm.example
EMAIL;PREF;INTERNET:john@ibm.example
PHOTO;TYPE=JPEG;ENCODING=BASE64:
 /9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQ

END:VCARD
"""
WHATSAPP = """BEGIN:VCARD
VERSION:3.0
N:;Anna;;;
FN:Anna
item1.TEL;waid=79161234567:+7 916 123-45-67
item1.X-ABLabel:Mobile
X-WA-BIZ-NAME:Anna's shop
X-WA-BIZ-DESCRIPTION:Open: always
END:VCARD"""
VERSION_4 = """BEGIN:VCARD
VERSION:4.0
FN:Simon Perreault
N:Perreault;Simon;;;ing. jr,M.Sc.
ORG;TYPE=work:Viagenie
TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+1-418-656-9254;ext=102
TEL;VALUE=uri;TYPE="cell:main":tel:+1-418-262-6501
TEL;VALUE=uri:tel:+1%20418%20262%206502
EMAIL;TYPE=work:mailto:simon@viagenie.example
URL;TYPE=home:http://nomis80.example
ADR;TYPE=work;LABEL="2875 Laurier\\nQuébec":;Suite D2-630;2875 Laurier;Quebec;QC;G1V 2M2;Canada
END:VCARD
"""


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (IPHONE, SharedContact(
            "Иван Петров", ("+7 (916) 123-45-67", "8 (495) 123-45-67"), ("ivan@example.com",),
            "ООО «Ромашка», Отдел продаж", "Директор", ("https://romashka.example/",),
            ("ул. Ленина, 5, кв. 7, Москва, 101000, Россия",),
        )),
        (ANDROID, SharedContact("Иван Петров", ("+7-916-123-45-67", "112"), ("i@example.com",), "Ромашка")),
        (OUTLOOK, SharedContact(
            "Иван Петров", ("(905) 555-1234",), ("john@ibm.example",), "IBM, Accounting", "Money Counter",
            ("http://www.ibm.example",), ("Crescent moon drive, Albany, New York, 12345, USA",),
        )),
        (WHATSAPP, SharedContact("Anna", ("+7 916 123-45-67",))),
        (VERSION_4, SharedContact(
            "Simon Perreault", ("+1-418-656-9254 ext. 102", "+1-418-262-6501", "+1 418 262 6502"),
            ("simon@viagenie.example",), "Viagenie", "", ("http://nomis80.example",),
            ("Suite D2-630, 2875 Laurier, Quebec, QC, G1V 2M2, Canada",),
        )),
    ],
    ids=["iPhone", "Android", "Outlook", "WhatsApp", "4.0"],
)  # fmt: skip
def test_cards_of_programs(card: str, expected: SharedContact, line_end: str) -> None:
    assert vcards.read(card.replace("\n", line_end)) == expected


def inside(*lines: str, version: str = "3.0") -> SharedContact:
    return vcards.read("\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD")))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("FN:Anna\\, Bo", " ris\\nKim", "TEL:1"), SharedContact("Anna, Boris Kim", ("1",))),
        (("fn:Kim", "tel;type=cell:1"), SharedContact("Kim", ("1",))),
        (("N:Kim;Anna;B;Dr.;jr.",), SharedContact("Dr. Anna B Kim jr.")),
        (("FN:", "N:Kim;Anna"), SharedContact("Anna Kim")),
        (("FN: ", "ORG:Acme"), SharedContact("", company="Acme")),
        (("FN:Kim", "ORG:;"), SharedContact("Kim")),
        (("FN:Kim", "ROLE:Cook"), SharedContact("Kim", title="Cook")),
        (("FN:Kim", "LABEL:Main st. 1\\nBerlin"), SharedContact("Kim", addresses=("Main st. 1, Berlin",))),
        (("FN:Kim", "ADR:;;;;;;"), SharedContact("Kim")),
        (("FN:a;b\\;c\\\\;d",), SharedContact("a;b;c\\;d")),
        # a line that cannot be read costs no other
        (("no colon", "FN:Kim", "TEL;;:1", 'TEL;TYPE="a:2', ";:x", ":", "TEL;TYPE=:3"),
         SharedContact("Kim", ("1", "2", "3"))),
        (("FN;CHARSET=martian;ENCODING=QUOTED-PRINTABLE:=D0=9A", "TEL:1"), SharedContact("К", ("1",))),
        (("FN;ENCODING=QUOTED-PRINTABLE:=FF=ZZ K", "TEL:1"), SharedContact("\ufffd=ZZ K", ("1",))),
        (("FN:A", "AGENT:", "BEGIN:VCARD", "FN:B", "TEL:2", "END:VCARD", "TEL:1"), SharedContact("A", ("1",))),
    ],
)  # fmt: skip
def test_cards_as_they_come(lines: tuple[str, ...], expected: SharedContact) -> None:
    assert inside(*lines) == expected


def test_nothing_of_a_full_card_is_dropped() -> None:
    card = """BEGIN:VCARD
VERSION:3.0
FN:Ann
ORG:Acme;Sales
ORG:Ski club
TITLE:Manager
ROLE:Negotiator
TITLE:Manager
IMPP;X-SERVICE-TYPE=Skype:skype:ann.acme
X-SKYPE-USERNAME:ann
X-SOCIALPROFILE;TYPE=vk:https://vk.com/ann
X-SOCIALPROFILE;TYPE=x:x-apple:ann
URL:https://acme.example
END:VCARD"""
    assert vcards.read(card) == SharedContact(
        "Ann",
        company="Acme, Sales, Ski club",
        title="Manager, Negotiator",
        sites=("https://acme.example", "skype:ann.acme", "https://vk.com/ann", "skype:ann"),
    )


def test_version_2_1_folds_at_spaces_that_stay() -> None:
    assert inside("FN:Anna", " Kim", version="2.1").name == "Anna Kim"
    assert inside("FN:An", " na Kim", version="3.0").name == "Anna Kim"


@pytest.mark.parametrize("card", ["", "hello", "BEGIN:VCARD\nEND:VCARD", "BEGIN:VCARD", "\x00", "=\n=\n=", "FN"])
def test_no_card_says_nothing(card: str) -> None:
    assert vcards.read(card) == SharedContact("")


def test_a_card_that_was_cut_off_keeps_its_beginning_and_another_card_is_another_person() -> None:
    assert vcards.read("BEGIN:VCARD\nVERSION:3.0\nFN:Kim\nTEL:1\nEMAIL:a@b.c\nPHO") == SharedContact(
        "Kim", ("1",), ("a@b.c",)
    )
    both = "BEGIN:VCARD\nFN:A\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:B\nTEL:2\nEND:VCARD"
    assert vcards.read(both) == SharedContact("A", ("1",))


def test_a_card_fills_no_thread() -> None:
    card = inside(*(f"TEL:+1 555 01{number:04}" for number in range(1000)), "FN:" + "Kim " * 10_000)
    assert len(card.phones) == vcards.MOST
    assert len(card.name) < vcards.LONGEST_VALUE


def test_cards_keep_every_character() -> None:
    contact = SharedContact(
        "Anna; Bo\\ris, & <co>\nend", ("+79990001122", "8 (800)"), ("a@b.c",), "Acme; Sons", "Cook, chief",
        ("https://a.example/?a=1;b",), ("Main st. 1; Berlin",),
    )  # fmt: skip
    assert vcards.read(vcards.write(contact)) == contact


@given(st.text(st.sampled_from('BEGINVCARDFTL:;="\\,.\n\r \t=0DA9item1-é\u2028'), max_size=200))
def test_nothing_breaks_the_parser(text: str) -> None:
    vcards.read(f"BEGIN:VCARD\n{text}")


@pytest.mark.parametrize(
    "line", ['TEL;TYPE="' * 60_000, "a-" * 300_000, "TEL;X=\n " * 80_000, "N:" + "\\" * 150_000, "ADR:" + ";" * 150_000]
)
def test_a_hostile_card_is_read_in_linear_time(line: str) -> None:
    """The suite's own limit ends what takes the square of a card's length."""
    assert not vcards.read(f"BEGIN:VCARD\n{line}").phones
