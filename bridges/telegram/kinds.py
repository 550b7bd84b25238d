"""Names of the Bot API that decide what happens to an update or a message (Bot API 10.3, 2026)."""
# ruff: noqa: SIM905 - lists of words read best as words

from __future__ import annotations

ASKED = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")
"""Update types that the hub asks for (`allowed_updates`)."""

IGNORED = frozenset(
    """channel_post edited_channel_post business_connection business_message edited_business_message
    deleted_business_messages guest_message message_reaction_count inline_query chosen_inline_result
    shipping_query pre_checkout_query purchased_paid_media poll poll_answer chat_member chat_join_request
    chat_boost removed_chat_boost managed_bot subscription stopped_message_generation""".split()
)
"""Update types that a former owner of the bot may have asked for; customers do not write with them."""

SERVICE = frozenset(
    """new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo
    delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created
    message_auto_delete_timer_changed migrate_from_chat_id pinned_message connected_website write_access_allowed
    proximity_alert_triggered boost_added chat_background_set checklist_tasks_done checklist_tasks_added
    direct_message_price_changed forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened
    general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway_completed
    managed_bot_created paid_message_price_changed poll_option_added poll_option_deleted suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited
    community_chat_added community_chat_removed community_chat_joined""".split()
)
"""Service messages: nobody wrote them; `notices` says what they say."""

BESIDE = frozenset(
    """message_id date chat message_thread_id direct_messages_topic from sender_chat sender_boost_count
    sender_business_bot sender_tag guest_query_id guest_bot_caller_user guest_bot_caller_chat business_connection_id
    forward_origin forward_date forward_from forward_from_chat forward_from_message_id forward_sender_name
    forward_signature is_topic_message is_automatic_forward is_from_offline is_paid_post reply_to_message
    external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot edit_date
    has_protected_content has_media_spoiler media_group_id author_signature paid_star_count text entities caption
    caption_entities link_preview_options suggested_post_info effect_id show_caption_above_media migrate_to_chat_id
    reply_markup receiver_user ephemeral_message_id rich_message""".split()
)
"""Fields of a message that are no kind of content by themselves."""

REACTIONS = frozenset(
    """❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔
    🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊
    🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡""".split()
)
"""Emoji that a bot may react with (`ReactionTypeEmoji`)."""
