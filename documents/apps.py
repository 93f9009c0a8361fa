from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        from aesthetix.web.assets import add_stylesheet
        from contacts.panels import add_tool
        from documents.views.management import MANAGEMENT
        from documents.views.tool import DOCUMENTS

        add_stylesheet("documents/documents.css")
        add_tool(DOCUMENTS)
        add_tool(MANAGEMENT)
