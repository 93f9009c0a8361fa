"""How REST requests are refused: Twilio-shaped errors, and no answer at all."""

MESSAGES = {
    16022: "The conference does not exist or is over",
    20001: "Invalid parameter",
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21201: "No 'To' number is specified",
    21205: "Url is not a valid URL",
    21210: "The source phone number provided is not yet verified for your account",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21213: "Missing 'From' number",
    21218: "Invalid ApplicationSid",
    21220: "Call is not in-progress. Cannot redirect.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid message-capable phone number for this destination",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21408: "Permission to send an SMS has not been enabled for the region",
}


class RestError(Exception):
    """An HTTP status with one of Twilio's error codes."""

    def __init__(self, code: int, status: int = 400, message: str = "") -> None:
        super().__init__(code)
        self.code, self.status = code, status
        self.message = message or MESSAGES.get(code, "Bad request")

    def body(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def not_found() -> RestError:
    return RestError(20404, 404)


class Stalled(Exception):
    """The API never answers this request."""
