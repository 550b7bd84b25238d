"""1C:CRM, and any configuration of 1C:Enterprise with partners and Interests, over its standard OData interface (v3).

    crm.py ──► contacts.py, interests.py, tasks.py ──► service.py (HTTP)
                      │                                  │
                      └──► wire.py (objects ⇄ values)     ├── odata.py (addresses, literals)
                                                         ├── edmx.py, schema.py ($metadata, and names missing in it)
                                                         └── errors.py

Names of objects and fields come from hub.toml, since configurations differ. Source: 1C:Enterprise Developer Guide,
"Standard OData interface".
"""

from __future__ import annotations

from bot.config.plugins import CrmKind
from bot.crm.onec.settings import OneCCrmSettings
from bot.ports import Tools
from bot.ports.crm import Crm


def build(settings: OneCCrmSettings, tools: Tools) -> Crm:
    from bot.crm.onec.crm import OneCCrm

    return OneCCrm(settings, tools)


KIND = CrmKind(settings=OneCCrmSettings, build=build)
