from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        from aesthetix.web.assets import add_stylesheet
        from aesthetix.web.audit_words import name_objects
        from contacts.custom_fields import add_kind
        from contacts.panels import add_tool
        from contacts.whole_record.parts import add_part
        from documents import merging
        from documents.file_upload import FILE_UPLOAD
        from documents.views.management import MANAGEMENT
        from documents.views.tool import DOCUMENTS
        from documents.whole_record import PART, names_of

        add_stylesheet("documents/documents.css")
        add_tool(DOCUMENTS)
        add_tool(MANAGEMENT)
        add_part(PART)
        name_objects("documents.document", names_of)
        merging.register()
        add_kind(FILE_UPLOAD)
