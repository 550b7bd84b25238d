"""The dialog hub: the core and its desks.

Doors in are `handlers`, ways out are `senders`; between them `actions` and `dialogs` decide in one transaction, with
the pure rules of `domain`. `delivery` sends what was committed. `ports` is what the core asks of the outside; `app`
plugs bridges, desks, CRMs and storage in there. docs/architecture.md draws it and says where a change belongs.
"""
