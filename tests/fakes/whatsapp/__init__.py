"""A strict, stateful Cloud API with one number.

    async with FakeWhatsApp() as whatsapp:
        await whatsapp.use_webhook(url)         # as entered in the App Dashboard
        nick = whatsapp.customer("Nick", phone="79990000001")
        nick.writes("hello")                    # sent to the webhook, signed
        await whatsapp.settled()                # every response was 200
        await whatsapp.wait_for(lambda: nick.reads == ["hello, Nick"])

`whatsapp.url` is the `api_url`; `whatsapp.faults` are planned by operation: "messages", "media" (an upload),
"media_url", "download", "number", "templates", "apps".
"""

from tests.fakes.whatsapp.people import FakeCustomer, Seen
from tests.fakes.whatsapp.server import FakeWhatsApp
from tests.fakes.whatsapp.state import Request

__all__ = ["FakeCustomer", "FakeWhatsApp", "Request", "Seen"]
