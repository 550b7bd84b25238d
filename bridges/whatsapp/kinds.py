"""Names of the Cloud API that decide what happens to an update (Graph API v24.0, 2026)."""
# ruff: noqa: SIM905 - lists of words read best as words

from __future__ import annotations

import re

from bot.domain import MediaKind

BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
"""A business-scoped user id: Meta's "Business-scoped user IDs"."""
PHONE = re.compile(r"[0-9]{5,20}")

MEDIA = {
    "image": MediaKind.PHOTO,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "document": MediaKind.FILE,
    "sticker": MediaKind.STICKER,
}
RECEIVED = {**MEDIA, "voice": MediaKind.VOICE}
"""Types of messages with a file. Providers pass on recordings under the older name, too."""

UNSUPPORTED = {
    "button": "form",
    "contacts": "contact",
    "document": "doc",
    "ephemeral": "",
    "errors": "",
    "event": "event",
    "gif": "animation",
    "group_invite": "invitation",
    "hsm": "business",
    "image": "image",
    "interactive": "form",
    "keep_in_chat": "kept",
    "link_preview": "share",
    "list": "form",
    "location": "location",
    "media_placeholder": "unavailable",
    "order": "order",
    "pin": "pin",
    "poll_creation": "poll",
    "poll_update": "vote",
    "product": "market",
    "reaction": "reaction",
    "system": "",
    "text": "",
    "unknown": "",
    "unsupported": "",
    "view_once": "once",
}
"""Types of `unsupported` messages, and of messages in which nothing was found → kinds of `bot.views.words`."""
UNAVAILABLE = 131060
"""Error of a message that is kept from the Cloud API and can be read in the WhatsApp Business app."""
WORDLESS = frozenset({131051, UNAVAILABLE})
"""Errors whose text says no more than that a message is not supported."""
WORDY = frozenset({"body", "caption", "description", "name", "question", "text", "title"})
"""Keys that hold a customer's words in messages of any kind."""
AROUND = frozenset({"context", "errors", "identity", "referral"})
"""Keys of a message that are not its own content."""

REQUESTED = "contact_request"
"""Origin of a contact card by which customers give their own number."""
CALLBACK = "biz_opaque_callback_data"
"""Field of a message that its statuses give back as it was."""

QUIET = frozenset({"request_welcome"})
"""Message types of no use to operators."""

IGNORED = frozenset(
    """account_alerts account_review_update account_settings_update account_update automatic_events
    business_capability_update business_status_update flows group_lifecycle_update group_participants_update
    group_settings_update group_status_update history message_echoes message_template_components_update
    message_template_quality_update message_template_status_update partner_solutions payment_configuration_update
    phone_number_name_update phone_number_quality_update security smb_app_state_sync
    template_category_update template_correct_category_detection tracking_events user_preferences""".split()
)
"""Fields of a webhook that the app may be subscribed to and that carry nothing from customers."""
