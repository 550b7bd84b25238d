"""The bridge to Telegram. Its tests use the SDK as the hub does: with models that are built when first used."""

from bridges.telegram.sdk import import_aiogram

import_aiogram()
