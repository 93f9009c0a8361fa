"""Invented papers of the demo's patients: a page that looks scanned, and words in a text file."""

import datetime as dt
import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice, Staff
from contacts.models import Contact
from contacts.services.custom_fields import FieldFacts, add_field
from documents.file_upload import FILE_UPLOAD
from documents.models import Document
from documents.services.keeping import add_folder
from documents.services.storing import store_file

CONSENT = """Consent to treatment

Patient: Grace Park

I agree to treatment of the forehead with botulinum toxin
and have been told of bruising, drooping and headache.

Allergy: lidocaine. No numbing cream.

Signed, Grace Park"""
INTAKE = """Intake

Patient: Grace Park

Allergies: lidocaine
Medicines: none
Treatments of interest: Botox"""
AFTERCARE = """Aftercare

Do not lie down for four hours. No sport today.
Do not rub the treated area for two days.
Call us when a lid droops or the headache stays."""


def keep_papers(practice: Practice, staff: dict[str, Staff], contacts: dict[str, Contact], now: dt.datetime) -> None:
    grace, maya = contacts["Grace Park"], Actor(practice=practice, staff=staff["maya"])
    folder = add_folder(actor=maya, contact=grace, name="Consents")
    papers = [
        (ContentFile(_scan(CONSENT, "PDF"), "Consent to treatment.pdf"), folder, 80),
        (ContentFile(_scan(AFTERCARE, "PNG"), "Aftercare card.png"), None, 40),
        (ContentFile(AFTERCARE.encode(), "Aftercare.txt"), None, 2),
    ]
    for upload, where, days in papers:
        document = store_file(actor=maya, contact=grace, upload=upload, folder=where)
        at = now - dt.timedelta(days=days)
        Document.objects.for_practice(practice).filter(pk=document.pk).update(created_at=at)
    intake = {"formats": ["pdf", "jpeg", "png", "heic"], "most_files": 3, "most_mb": 20}
    facts = FieldFacts("Intake file", "Additional Info", settings=intake)
    field = add_field(actor=maya, kind=FILE_UPLOAD.slug, facts=facts)
    store_file(actor=maya, contact=grace, upload=ContentFile(_scan(INTAKE, "PDF"), "intake-2025.pdf"), field=field)


def _scan(words: str, kind: str) -> bytes:
    page = Image.new("RGB", (850, 1100), "#fdfcf8")
    ImageDraw.Draw(page).multiline_text((90, 110), words, fill="#23252b", font=ImageFont.load_default(24), spacing=14)
    out = io.BytesIO()
    page.save(out, kind)
    return out.getvalue()
