from aesthetix.web.backoffice import show
from documents.models import Document, Folder

show(Document, "id", "contact", "name", "content_type", "size", "source", "uploaded_by", "created_at", "deleted_at")
show(Folder, "id", "contact", "parent", "name", "created_at")
