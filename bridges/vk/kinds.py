"""Names and numbers of the VK API that decide what happens with an event or a message."""
# ruff: noqa: SIM905 - lists of words read best as words

from __future__ import annotations

from collections.abc import Mapping

VERSION = "5.199"
"""Of the API, with each call; events that people have set to another version are read, too."""
OLDEST = (5, 80)
"""Events before this version lack the number of a message in its conversation."""

WANTED = (
    "message_new",
    "message_edit",
    "message_allow",
    "message_deny",
    "message_event",
    "message_read",
    "message_reaction_event",
)
"""The kinds of events that the hub reads."""

IGNORED = frozenset(
    """confirmation message_reply message_typing_state messages_edit group_leave group_join group_change_photo
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
"""Kinds of events that people may have switched on for others; no customer writes to us with them."""

CHATS = 2_000_000_000
"""Where the numbers of conversations of several people begin; below are people, below 0 communities."""

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
"""`reaction_id` → emoji, as messages.getReactionsAssets gives them (it answers to people alone; this is what it told
the authors of pfrankov/openclaw-vk, pull request 6)."""
UNKNOWN_REACTION = "❔"
