"""Names and numbers of the VK API that decide what happens to an event or a message."""
# ruff: noqa: SIM905 - lists of words read best as words

from __future__ import annotations

from collections.abc import Mapping

VERSION = "5.199"
"""API version sent with each call. Events of other versions, as administrators may have set, are read too."""
OLDEST = (5, 80)
"""Minimum version of events: earlier ones lack a message's number in its conversation."""

WANTED = (
    "message_new",
    "message_reply",
    "message_edit",
    "message_allow",
    "message_deny",
    "message_event",
    "message_read",
    "message_reaction_event",
)
"""Event types that the hub reads."""

IGNORED = frozenset(
    """confirmation message_typing_state messages_edit group_leave group_join group_change_photo
    group_change_settings group_officers_edit user_block user_unblock photo_new photo_comment_new photo_comment_edit
    photo_comment_restore photo_comment_delete audio_new video_new video_comment_new video_comment_edit
    video_comment_restore video_comment_delete wall_post_new wall_repost wall_reply_new wall_reply_edit
    wall_reply_restore wall_reply_delete wall_schedule_post_new wall_schedule_post_delete board_post_new
    board_post_edit board_post_restore board_post_delete market_comment_new market_comment_edit market_comment_restore
    market_comment_delete market_order_new market_order_edit poll_vote_new vkpay_transaction app_payload like_add
    like_remove lead_forms_new donut_subscription_create donut_subscription_prolonged donut_subscription_expired
    donut_subscription_cancelled donut_subscription_price_changed donut_money_withdraw
    donut_money_withdraw_error""".split()
)
"""Event types that may be on for other programs; customers do not write with them."""

CHATS = 2_000_000_000
"""Lowest id of a group conversation; smaller ids are people, negative ones communities."""

RENAMED = frozenset({"chat_create", "chat_title_update"})
JOINED = frozenset({"chat_invite_user", "chat_invite_user_by_link", "chat_invite_user_by_message_request"})
LEFT = frozenset({"chat_kick_user"})
"""Service messages that concern a conversation as a whole. The others (pins, pictures, members, styles, screenshots)
say nothing to the community."""

REACTIONS: Mapping[int, str] = {
    1: "❤",
    2: "🔥",
    3: "😂",
    4: "👍",
    5: "💩",
    6: "⁉",
    7: "😭",
    8: "😡",
    9: "👎",
    10: "👌",
    11: "😄",
    12: "🤔",
    13: "🙏",
    14: "😘",
    15: "😍",
    16: "🎉",
}
"""`reaction_id` → emoji, as returned by messages.getReactionsAssets, which only users may call (taken from
pfrankov/openclaw-vk, pull request 6)."""
UNKNOWN_REACTION = "❔"
