"""Pictures of the workplace, for looking at: `python -m tests.screens FOLDER [en] [ru] [slack] [mattermost]`.

A whole hub works through a morning (`story`) between the fakes; everything it sends to Slack and Mattermost is drawn as
their clients draw it (`slack`, `mattermost`) and photographed (`camera`). The library that draws Block Kit is not ours:
npm fetches it into a temporary folder.
"""
