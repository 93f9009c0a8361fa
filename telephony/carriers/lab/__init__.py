"""Phone Lab: a local carrier that speaks Twilio's REST subset and interprets TwiML.

It knows nothing about the application: it posts signed webhooks to the URLs configured on its numbers and serves
`/2010-04-01/…` to whoever points the `twilio` library at it.

    lab = Lab("AC…", "token", VirtualClock())
    with LabServer(lab) as server:                      # REST on an own loopback port: server.url
        lab.add_number("+16025550100", voice_url=…, voice_fallback_url=…, status_callback=…, sms_url=…)
        lab.set_callee("+16025550142", Callee.answers(after=4, presses="1"))
        call = lab.place_call("+16025550147", "+16025550100", caller=Caller.leaves_voicemail(8))
        lab.run_until_idle()                            # virtual time; real time: lab.start(), lab.stop()
        call.status, call.legs, call.heard, call.recordings, call.trace(), lab.handset("+16025550147").received

World: `Caller`, `Callee`, `Phone` (behaviours), `CallInfo`, `Geo`; `place_call`, `send_text`, `handset`; live:
`call.hang_up()`, `.press("1")`, `.speak(5)`, `.leave_voicemail(8)`, `lab.pick_up(leg)`, `lab.refuse(leg)`,
`lab.hang_up(leg)`.
Time: `lab.now`, `advance(seconds)`, `run_until_idle(limit)`, hooks `on_settle` and `next_wake`; `lab.clock` fits
`aesthetix.lib.clock.use`.
Trouble: `lab.faults` (`drop`, `duplicate`, `delay`, `refuse`, `lose_reply`, `shuffle`, `fail_rest`, `switches`),
`account.alerts` (the error log, also at /v1/Alerts), `lab.strict_failures` (unknown TwiML).
Reading along: `lab.log.since(n, call=sid)`, `lab.log.wait(n, seconds)`.
"""

from telephony.carriers.lab.accounts import Account, Alert, OwnedNumber
from telephony.carriers.lab.behaviours import Callee, Caller, CallInfo, Geo, Phone
from telephony.carriers.lab.calls import LabCall
from telephony.carriers.lab.clock import RealClock, VirtualClock
from telephony.carriers.lab.faults import Faults, Switches
from telephony.carriers.lab.lab import Lab
from telephony.carriers.lab.legs import Leg
from telephony.carriers.lab.log import Entry, Log
from telephony.carriers.lab.messages import Handset, Text
from telephony.carriers.lab.rest import lab_app
from telephony.carriers.lab.server import LabServer

__all__ = [
    "Account",
    "Alert",
    "CallInfo",
    "Callee",
    "Caller",
    "Entry",
    "Faults",
    "Geo",
    "Handset",
    "Lab",
    "LabCall",
    "LabServer",
    "Leg",
    "Log",
    "OwnedNumber",
    "Phone",
    "RealClock",
    "Switches",
    "Text",
    "VirtualClock",
    "lab_app",
]
