"""Entry points of the core: channel updates, desk events, operators' posts and edits, the web desk."""
