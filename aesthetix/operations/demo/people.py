"""The invented people of the demo practice. Every number is from the fictitious 555-01xx block."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colleague:
    key: str
    name: str
    role: str
    data_access: str
    web_app: bool = True
    mobile_app: bool = False
    personal_number: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@glow.example"


@dataclass(frozen=True)
class Patient:
    name: str
    number: str
    tags: tuple[str, ...] = ()
    assigned_to: str = ""
    birthday: str = ""
    lead_source: str = ""
    email: str = ""


STAFF = [
    Colleague("maya", "Maya Chen", "admin", "all"),
    Colleague("jordan", "Jordan Lee", "staff", "all"),
    Colleague("priya", "Priya Nair", "staff", "assigned", web_app=False, mobile_app=True),
    Colleague("ada", "Dr. Ada Okafor", "staff", "all", web_app=False, mobile_app=True),
    Colleague("sam", "Sam Reyes", "staff", "assigned", web_app=False, personal_number="+16025550119"),
]

VIP, MEMBER, NEW, ACNE = "VIP", "Member", "New patient", "Acne program"
ADS, WEB, FRIEND = "Google Ads", "Website", "Referral"

PATIENTS = [
    Patient("Grace Park", "+16025550147", (MEMBER,), "maya", "1988-04-12", FRIEND),
    Patient("Dana Whitfield", "+16025550131", (VIP,), "ada", "1979-09-30", FRIEND),
    Patient("Lena Moritz", "+14805550118", (ACNE, NEW), "priya", "1996-01-22", ADS),
    Patient("Tara Bianchi", "+16025550122", (MEMBER,), "", "1990-07-03", WEB),
    Patient("Rosa Silva", "+14805550136", (), "jordan", "1984-12-15", FRIEND),
    Patient("Kim Osei", "+16025550139", (NEW,), "maya", "1992-06-08", ADS),
    Patient("Aline Haddad", "+14805550154", (VIP, MEMBER), "priya", "1975-03-27", FRIEND),
    Patient("Faye Brandt", "+16025550156", (), "jordan", "", WEB),
    Patient("Nina Vargas", "+14805550159", (NEW,), "maya", "1999-11-11", ADS),
    Patient("Graziella Alves", "+14805550121", (MEMBER,), "ada", "1986-02-19", FRIEND),
    Patient("Hannah Whitfield", "+16025550131", (), "ada", "2006-05-05", FRIEND),
    Patient("Owen Tanaka", "+16025550103", (NEW,), "", "1991-08-24", ADS),
    Patient("Bea Lindqvist", "+16025550104", (), "jordan", "1983-10-02", WEB),
    Patient("Camila Duarte", "+16025550105", (VIP,), "ada", "1977-01-17", FRIEND),
    Patient("Deepa Raman", "+16025550106", (ACNE,), "priya", "2001-03-09", WEB),
    Patient("Elif Aydin", "+16025550107", (NEW,), "", "", ADS),
    Patient("Freya Holm", "+16025550108", (MEMBER,), "maya", "1989-12-28", FRIEND),
    Patient("Gina Moretti", "+16025550109", (), "jordan", "1972-07-21", WEB),
    Patient("Holly Abrams", "+16025550110", (MEMBER,), "priya", "1994-09-14", ADS),
    Patient("Ines Castel", "+16025550111", (), "", "1987-05-30", WEB),
    Patient("Jade Nguyen", "+16025550112", (ACNE,), "priya", "2003-02-06", ADS),
    Patient("Kara Novak", "+16025550113", (VIP, MEMBER), "ada", "1981-11-19", FRIEND),
    Patient("Layla Haidari", "+16025550114", (NEW,), "maya", "1998-04-04", ADS),
    Patient("Mara Jensen", "+16025550115", (), "jordan", "1985-06-26", WEB),
    Patient("Noor Siddiqui", "+16025550116", (MEMBER,), "maya", "1993-08-08", FRIEND),
    Patient("Olive Fournier", "+16025550117", (), "", "1970-12-01", WEB),
    Patient("Paula Ruiz", "+14805550123", (NEW,), "jordan", "", ADS),
    Patient("Quinn Harper", "+14805550124", (MEMBER,), "priya", "1990-10-10", WEB),
    Patient("Renee Dubois", "+14805550125", (), "ada", "1968-03-15", FRIEND),
    Patient("Sofia Marin", "+14805550126", (ACNE,), "priya", "2000-01-29", ADS),
    Patient("Talia Stern", "+14805550127", (MEMBER,), "maya", "1982-09-09", FRIEND),
    Patient("Uma Krishnan", "+14805550128", (), "jordan", "1995-07-17", WEB),
    Patient("Vera Kowalski", "+14805550129", (NEW,), "", "1976-05-23", ADS),
    Patient("Willa Grant", "+14805550130", (), "maya", "1997-02-14", WEB),
    Patient("Xenia Petrova", "+14805550132", (VIP,), "ada", "1974-08-31", FRIEND),
    Patient("Yara Mansour", "+14805550133", (MEMBER,), "priya", "1988-06-18", ADS),
    Patient("Zoe Albright", "+14805550134", (NEW,), "jordan", "2002-10-25", ADS),
    Patient("Amara Obi", "+14805550135", (), "", "1991-12-12", WEB),
    Patient("Bianca Rossi", "+14805550137", (MEMBER,), "maya", "1984-04-20", FRIEND),
    Patient("Carmen Vidal", "+14805550138", (), "jordan", "1979-11-03", WEB),
    # The same people once more, as it happens: found under Contacts, Duplicates. The Whitfields are a household.
    Patient("Bea Lindquist", "+14805550139", (), "", "1983-10-02", ADS),
    Patient("Camilla Duarte", "+14805550140", (NEW,), "maya", "", WEB, email="camila.duarte@example.com"),
]
