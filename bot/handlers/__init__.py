"""The four doors into the core: channel updates, desk events, operators' posts, the web desk."""
