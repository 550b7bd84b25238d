"""Lookups of pages over all dialogs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.desks.web import findings
from bot.desks.web.wire import Wire
from bot.domain import AccountName, Contact, ContactId, FileRef, Interest, InterestId, MessageId
from bot.locale import translator
from bot.ports.found import ContactPage, FileFound, FilesPage, IdentityView
from tests.desks.web.asking import stranger
from tests.desks.web.serving import Served, Session

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
PATHS = ("search?text=hello", "contacts/{}", "contacts/{}/correspondence", "contacts/{}/files?kind=images")


class NoFiles:
    def link(self, file: FileRef, name: str, mime: str) -> str:
        return ""


WIRE = Wire(NoFiles(), "", translator("en"), str)


async def reference(session: Session) -> str:
    """The reference to dialog 7's contact, as its page has it for this reader."""
    return str((await session.ask("GET", "dialogs/7"))[1]["contact"]["ref"])


@pytest.mark.parametrize("path", PATHS)
async def test_only_operators_look_things_up(hub: Served, talk: int, path: str) -> None:
    anna = await hub.sign_in()
    asked = path.format(await reference(anna))
    assert (await stranger(hub).ask("GET", asked))[0] == 401
    assert (await anna.ask("GET", asked))[0] == 200


@pytest.mark.parametrize("path", ["contacts/{}/files?kind=secrets", "search?text=a&before=-1"])
async def test_nonsense_is_refused(hub: Served, talk: int, path: str) -> None:
    anna = await hub.sign_in()
    assert (await anna.ask("GET", path.format(await reference(anna))))[0] == 422


@pytest.mark.parametrize("path", [*PATHS[1:], "search?text=hello&contact={}"])
async def test_a_contact_is_named_by_a_reference_of_the_reader_s_own_alone(hub: Served, talk: int, path: str) -> None:
    anna, boris = await hub.sign_in(), await hub.sign_in("boris")
    own, other = await reference(anna), await reference(boris)
    assert own != other
    assert (await anna.ask("GET", path.format(own)))[0] == 200
    for guessed in ("7", "x", other, f"8{own[1:]}", f"{own}0", "7-"):
        assert (await anna.ask("GET", path.format(guessed)))[0] == 404


async def test_a_contact_that_can_be_opened_comes_with_its_reference(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    [row] = (await anna.ask("GET", "dialogs?section=new"))[1]["rows"]
    [found] = (await anna.ask("GET", "search?text=hello"))[1]["found"]
    assert found["contact"]["ref"] == await reference(anna)
    assert "ref" not in row["contact"], "rows of lists are the same for every reader"


async def test_what_was_said_is_found_with_its_words_marked(hub: Served, talk: int) -> None:
    answer = (await (await hub.sign_in()).ask("GET", "search?text=ell"))[1]
    [found] = answer["found"]
    assert found["excerpt"] == [{"text": "H"}, {"text": "ell", "styles": ["bold"]}, {"text": "o?"}]
    assert found["dialog"]["id"] == 7


async def test_findings_go_on_where_a_page_ended(hub: Served, talk: int) -> None:
    for number in range(12):
        await hub.backend.customer_writes(7, f"hello {number}")
    anna = await hub.sign_in()
    first = (await anna.ask("GET", "search?text=hello"))[1]
    rest = (await anna.ask("GET", f"search?text=hello&before={first['before']}"))[1]
    assert len({one["message"] for one in (*first["found"], *rest["found"])}) == 13
    assert rest["before"] is None


async def test_only_harmless_addresses_lead_out_of_a_contacts_card(hub: Served, talk: int) -> None:
    bad, good = "javascript:alert(1)", "https://t.me/maria"
    known = tuple(IdentityView(AccountName("shop"), "Shop", "maria", False, address) for address in (bad, good))
    interests = tuple(Interest(InterestId(1), ContactId(7), "x", NOW, url=url) for url in (bad, good))
    page = findings.contact_page(ContactPage(Contact(ContactId(7)), known, (), interests), WIRE)
    assert [one["address"] for one in page["identities"]] == ["", good]
    assert [one["url"] for one in page["interests"]] == ["", good]
    dialog = hub.backend.talks[7].dialog
    files = tuple(FileFound(MessageId(1), dialog, "Shop", "Maria", NOW, url, url, "") for url in (bad, good))
    assert [one["url"] for one in findings.files(FilesPage(files), WIRE)["files"]] == ["", good]
