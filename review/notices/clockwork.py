"""What the console does by the clock: reminders, the courier's rounds, waiting cases, cases of a period.

Apart, so that a mail server that hangs holds up no reminder in the inbox.
"""

from functools import partial

from review.notices.courier import ROUND, Courier
from review.notices.parcel import Channel, ChannelName
from review.notices.rounds import Rounds
from review.notices.settings import MailSettings
from review.notices.smtp import SmtpChannel
from review.office import Office
from review.workflow import emergency_watch, proposing, retaining
from review.workflow.campaign_silence import hush
from review.workflow.emergency_minutes import chase
from review.workflow.packing import pack_over
from review.workflow.places import look_round
from review.workflow.recurring import begin_due
from review.workflow.reminding import remind

LOOK = 60.0
"""Seconds between two looks whether the day's turn, or the case of a period, is due."""

LOOK_FOR_PLACES = 300.0
"""Seconds between two looks whether a place has become free for a case that waits for one."""

LOOK_FOR_LEAVERS = 300.0
"""Seconds between two looks whether somebody's rights should go; a departure entered by hand is at once."""

LOOK_FOR_PURGES = 10.0
"""Seconds between two looks whether a purge is due, or the hub has dropped the rows of one."""

LOOK_FOR_EMERGENCIES = 5.0
"""Seconds between two looks whether a door let somebody in as an emergency."""


def clockwork(office: Office, mail: MailSettings | None) -> tuple[Rounds, ...]:
    """Give a console's threads, not started; without mail settings the courier only gives up old mail."""
    channels: dict[ChannelName, Channel] = {}
    if mail is not None:
        channels[ChannelName.EMAIL] = SmtpChannel(mail)
    courier = Courier(office, channels)
    if mail is not None:
        courier.console, courier.per_minute = mail.console, mail.per_minute
    return (
        Rounds("reminders", partial(remind, office), LOOK),
        Rounds("courier", courier.once, ROUND),
        Rounds("recurring", partial(begin_due, office), LOOK),
        Rounds("emergencies", partial(emergency_watch.look, office), LOOK_FOR_EMERGENCIES),
        Rounds("reviews", partial(hush, office), LOOK),
        Rounds("evidence", partial(pack_over, office), LOOK),
        Rounds("unfinished emergencies", partial(chase, office), LOOK),
        Rounds("leavers", partial(proposing.look, office), LOOK_FOR_LEAVERS),
        Rounds("retention", partial(retaining.look, office), LOOK_FOR_PURGES),
        Rounds("places", partial(look_round, office), LOOK_FOR_PLACES),
    )
