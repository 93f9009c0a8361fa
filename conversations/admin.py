from aesthetix.web.backoffice import show
from conversations.models import Item, Message, MessageEvent, OptOut, Thread

show(Thread, "id", "contact", "last_item_at", "last_kind", "unread_count")
show(Item, "at", "kind", "thread", "message", "ref")
show(Message, "created_at", "channel", "inbound", "state", "origin", "label", "error_code", list_filter=("state",))
show(MessageEvent, "at", "message", "kind", "status", "error_code")
show(OptOut, "address", "channel", "source", "at", "ended_at", search=("address",))
