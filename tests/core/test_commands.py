"""Commands, buttons and reactions: how they are parsed, and their effects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Commanded, DeskName, Key, OperatorId, OperatorReacted, Place, RoleName, Status, ThreadId
from bot.handlers.desk_events import DeskEventHandler
from bot.ports import Forged
from bot.views.values import Ask, Silent, Whisper
from tests.core.helpers import accepted_dialog, card_of, open_dialog, thread_of, view_of
from tests.core.world import ANNA, BORIS, CLARA, DESK, World, button, form_of, member, whisper_text


async def test_stars_by_reaction_command_and_list(world: World) -> None:
    dialog = await accepted_dialog(world)
    post = world.desk.posts[thread_of(dialog)][0][0]
    await world.reacts(BORIS, dialog, post, "⭐")
    assert "Hello" in whisper_text(await world.commands(BORIS, "important all"))
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "⭐ Boris marked as important: “Hello”"
    await world.reacts(BORIS, dialog, post, "⭐", on=False)
    assert "No important messages" in whisper_text(await world.commands(BORIS, "important", dialog))
    form = form_of(await world.commands(BORIS, "star", dialog))
    await world.submits(BORIS, form, message=form.fields[0].options[0].value)
    assert "Important messages" in whisper_text(await world.commands(BORIS, "important", dialog))


async def test_sections_count_and_link(world: World) -> None:
    dialog = await open_dialog(world)
    answer = whisper_text(await world.commands(ANNA, "new"))
    assert f"#{dialog.id} · Vera" in answer
    assert "1 customer is waiting" in answer
    await world.commands(ANNA, "accept", dialog)
    assert whisper_text(await world.commands(ANNA, "new")).endswith("No dialogs here.")
    for word in ("work", "mine", "all", "all shop", "mine ver"):
        assert "Vera" in whisper_text(await world.commands(ANNA, word)), word
    assert "No dialogs here" in whisper_text(await world.commands(BORIS, "mine"))
    await world.commands(ANNA, "close done", dialog)
    assert "Vera" in whisper_text(await world.commands(ANNA, "closed"))


async def test_words_that_are_not_known(world: World) -> None:
    answer = whisper_text(await world.commands(ANNA, "acept"))
    assert "“accept”" in answer
    assert "There is no such dialog" in whisper_text(await world.commands(ANNA, "accept #999"))
    assert "accept the dialog" in whisper_text(await world.commands(ANNA, ""))


async def test_a_dialog_to_choose_where_none_is_named(world: World) -> None:
    dialog = await open_dialog(world)
    answer = await world.commands(ANNA, "accept")
    assert "Which dialog?" in whisper_text(answer)
    assert "Done: #1" in whisper_text(await world.presses(ANNA, button(view_of(answer), "accept")))
    assert (await world.dialog(dialog.id)).responsible is not None


async def test_a_button_works_in_its_own_thread_alone(world: World) -> None:
    dialog = await open_dialog(world)
    other = await world.customer_writes("other", chat="8", name="Gleb")
    await world.deliver()
    elsewhere = await world.dialog(other.dialog)
    with pytest.raises(Forged):
        await world.presses(ANNA, button(card_of(world, dialog), "accept"), elsewhere)
    assert (await world.dialog(dialog.id)).status is Status.NEW


async def test_hub_words_in_a_thread(world: World) -> None:
    dialog = await open_dialog(world)
    _, answer = await world.posts(ANNA, dialog, "@hub accept")
    assert answer == Silent()
    _, answer = await world.posts(ANNA, dialog, "@hub close")
    assert isinstance(answer, Ask)
    await world.deliver()
    assert world.customer_sees() == []


async def test_stars_on_what_is_no_dialog_s_mean_nothing(world: World) -> None:
    dialog = await open_dialog(world)
    place = replace(world.place(dialog, "p999"), thread=None)
    assert await world.desk_events.accept(OperatorReacted(Key("r1"), ANNA, place, "⭐", True)) == Silent()


async def test_a_bare_number_in_a_thread_is_a_word(world: World) -> None:
    other = await open_dialog(world)
    await world.customer_writes("Good day", chat="8")
    await world.deliver()
    dialog = await world.dialog(other.id + 1)
    assert await world.commands(ANNA, f"rename {other.id} chairs", dialog) == Silent()
    assert (await world.dialog(other.id)).title == ""
    assert (await world.dialog(dialog.id)).title == f"{other.id} chairs"
    assert f"Done: #{other.id}" in whisper_text(await world.commands(ANNA, f"rename #{other.id} chairs", dialog))
    assert (await world.dialog(other.id)).title == "chairs"


@pytest.mark.parametrize(
    "words", ["#", "close #", "close #99999999999999999999999", "close ²", "/", "redirect operator:²"]
)
async def test_odd_words_harm_nothing(world: World, words: str) -> None:
    dialog = await open_dialog(world)
    assert isinstance(await world.commands(ANNA, words), Whisper)
    assert (await world.dialog(dialog.id)).open


async def test_a_role_s_queue_is_pointed_at_outside_of_threads_too(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris"]}))
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "redirect sales", dialog)
    assert "👉" in whisper_text(await world.commands(BORIS, "new"))
    assert "👉" not in whisper_text(await world.commands(CLARA, "new"))


OTHER = member("U8", "anna.k", "Boris")


async def test_of_namesakes_it_is_asked_who_is_meant(world: World) -> None:
    """A user name may be freed and taken over, and everyone chooses their own display name."""
    dialog = await accepted_dialog(world)
    for actor in (BORIS, OTHER, member("U7", "boris", "Boris")):
        await world.commands(actor, "help")
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, replace(CLARA, title="boris")))
    form = form_of(await world.commands(ANNA, "redirect @boris please", dialog))
    assert "Who is “@boris”?" in form.intro
    who, comment = form.fields
    assert [one.label for one in who.options] == ["Boris (@boris) · main:U2", "Boris (@boris) · main:U7"]
    assert comment.value == "please"
    await world.submits(ANNA, form, who=who.options[1].value, comment="please")
    addressed = (await world.dialog(dialog.id)).addressee
    assert addressed is not None
    async with world.store.read() as unit:
        found = await unit.operators.get(addressed.operator or OperatorId(0))
    assert found is not None
    assert found.user == "U7"


@pytest.mark.parametrize("words", ["redirect @gone", "add @gone", "forward @gone", "assign @gone call tomorrow 15:00"])
async def test_whom_only_a_shown_name_fits_is_asked_about(world: World, words: str) -> None:
    """The display name may be the user name of a colleague whom the hub does not know."""
    dialog = await accepted_dialog(world)
    await world.commands(member("U8", "liar", "Gone"), "help")
    form = form_of(await world.commands(ANNA, words, dialog))
    assert [one.label for one in form.fields[0].options if "liar" in one.label] == ["Gone (@liar)"]
    assert "liar" not in form.fields[0].value
    assert (await world.dialog(dialog.id)).addressee is None


async def test_of_a_user_and_a_role_the_sign_tells_which(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris"]}))
    dialog = await accepted_dialog(world)
    await world.commands(member("U8", "sales", "Sam"), "help")
    await world.commands(ANNA, "redirect @sales", dialog)
    addressed = (await world.dialog(dialog.id)).addressee
    assert addressed is not None
    assert addressed.role is None
    await world.commands(ANNA, "redirect sales", dialog)
    addressed = (await world.dialog(dialog.id)).addressee
    assert addressed is not None
    assert addressed.role == "sales"


async def test_dialogs_to_choose_from_are_those_of_the_desk(world: World) -> None:
    await open_dialog(world)
    elsewhere = DeskEventHandler(world.hub, DeskName("elsewhere"))
    place = Place(DeskName("elsewhere"), "C9")
    answer = await elsewhere.accept(Commanded(Key("c1"), ANNA, place, "close"))
    assert "Which dialog?" in whisper_text(answer)


async def test_a_command_given_outside_of_the_thread_says_that_it_is_done(world: World) -> None:
    dialog = await open_dialog(world)
    answer = await world.commands(ANNA, f"accept #{dialog.id}")
    assert isinstance(answer, Whisper)
    (row,) = answer.view.rows
    assert row.text.characters.startswith(f"Done: #{dialog.id}")
    assert any(span.link.startswith("https://desk.test/") for span in row.text.spans)
    assert await world.commands(ANNA, "close sold", dialog) == Silent(), "the thread shows it"


async def test_a_form_opened_outside_of_the_thread_says_that_it_is_done(world: World) -> None:
    dialog = await open_dialog(world)
    form = form_of(await world.commands(ANNA, f"rename #{dialog.id}"))
    answer = await world.submits(ANNA, form, title="chairs")
    assert isinstance(answer, Whisper)
    assert "Done: #1 · chairs" in whisper_text(answer)
    assert answer.confirms
    within = form_of(await world.commands(ANNA, "rename", dialog))
    assert await world.submits(ANNA, within, title="tables") == Silent(), "the thread shows it"


async def test_a_button_of_a_list_or_a_direct_message_says_that_it_is_done(world: World) -> None:
    dialog = await open_dialog(world)
    listed = button(view_of(await world.commands(ANNA, "accept")), "accept")
    elsewhere = replace(dialog, thread=ThreadId("another dialog's"))
    assert "Done: #1" in whisper_text(await world.presses(ANNA, listed, elsewhere))
    assert (await world.dialog(dialog.id)).responsible is not None
