"""Which verbs, nouns and attributes TwiML knows. Derived from the signatures of Twilio's own helper library."""

_STATUS = "statusCallback statusCallbackEvent statusCallbackMethod"
_RECORDING = "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent trim"
_AMD = (
    "machineDetection machineDetectionTimeout machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold "
    "machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod"
)


def _words(*lists: str) -> frozenset[str]:
    return frozenset(" ".join(lists).split())


ATTRIBUTES = {
    "Dial": _words(
        "action method timeout hangupOnStar timeLimit callerId record recordingTrack recordingConfigurationId "
        "answerOnBridge ringTone sequential referUrl referMethod events passports callReason",
        _RECORDING,
    ),
    "Number": _words("sendDigits url method byoc", _STATUS, _AMD),
    "Client": _words("url method clientNotificationUrl", _STATUS),
    "Sip": _words("username password url method", _STATUS, _AMD),
    "Conference": _words(
        "muted beep startConferenceOnEnter endConferenceOnExit participantLabel waitUrl waitMethod maxParticipants "
        "record recordingConfigurationId coach region jitterBufferSize eventCallbackUrl",
        _STATUS,
        _RECORDING,
    ),
    "Identity": _words(),
    "Parameter": _words("name value"),
    "Gather": _words(
        "input action method timeout speechTimeout maxSpeechTime profanityFilter finishOnKey numDigits "
        "partialResultCallback partialResultCallbackMethod language hints bargeIn debug actionOnEmptyResult "
        "speechModel enhanced"
    ),
    "Record": _words(
        "action method timeout finishOnKey maxLength playBeep transcribe transcribeCallback recordingConfigurationId",
        _RECORDING,
    ),
    "Say": _words("voice loop language"),
    "Play": _words("loop digits"),
    "Pause": _words("length"),
    "Redirect": _words("method"),
    "Hangup": _words(),
    "Reject": _words("reason"),
    "Start": _words("action method"),
    "Stop": _words(),
    "Recording": _words("name track channels recordingConfigurationId", _RECORDING),
    "Leave": _words(),
    "Message": _words("to from action method statusCallback"),
    "Body": _words(),
    "Media": _words(),
}

_VERBS = _words("Dial Gather Record Say Play Pause Redirect Hangup Reject Start Stop Leave Message")

NESTED = {
    "Response": _VERBS,
    "Dial": _words("Number Client Sip Conference"),
    "Client": _words("Identity Parameter"),
    "Gather": _words("Say Play Pause"),
    "Start": _words("Recording"),
    "Stop": _words("Recording"),
    "Message": _words("Body Media"),
}

WAIT_VERBS = _words("Play Say Pause Redirect")
"""The only verbs of a waitUrl or holdUrl document (13238)."""

WHISPER_VERBS = _words("Play Say Gather Pause Hangup Redirect")
"""The verbs of a document that runs on a callee's leg before the bridge; Dial there is 13201."""
