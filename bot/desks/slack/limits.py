"""Slack's limits, in characters and items. https://docs.slack.dev/reference/block-kit"""

from __future__ import annotations

POST = 3900  # characters of one post; Slack advises to stay under 4 000
NOTICE = 3000  # characters of the text that notifications show
MESSAGE_BLOCKS = 50
MESSAGE_SIZE = 12_000  # characters of all blocks as JSON; Slack refuses a message somewhere above 13 200
PICKER = 10_000  # characters of a list as JSON, which has to share a message with words and other buttons
VIEW_BLOCKS = 100
VIEW_SIZE = 200_000  # bytes of a view as JSON; Slack refuses above 250 KB
HEADER = 150
SECTION = 3000
FIELDS = 10  # per section
CONTAINED = 10  # blocks in a container
CONTEXT = 2000
ALT = 100  # characters of a picture's description; Slack takes 2 000
LABEL = 75
ACTION_ID = 255
PLACEHOLDER = 150
OPTION_VALUE = 150
OVERFLOW = 5
TABLE_ROWS = 100
TABLE_COLUMNS = 20
ELEMENTS = 25  # per actions block
OPTIONS = 100  # per list, and lists per menu
NAME = 80  # characters of the author's name above a post
TITLE = 24  # characters of a window's title and of its buttons
INPUT = 3000
PEOPLE = 25  # users picked in one input: each may have to be looked up before Slack's three seconds are over
HINT = 2000
METADATA = 3000
URL = 3000
