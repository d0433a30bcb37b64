"""Each step of setting Webex up with Entra ID, gone wrong: all of them in their order."""

from __future__ import annotations

from tests.webex.logins import LOGINS
from tests.webex.settings import SETTINGS
from tests.webex.step import Step
from tests.webex.uploads import UPLOADS

STEPS: tuple[Step, ...] = tuple(sorted((*UPLOADS, *LOGINS, *SETTINGS), key=lambda step: step.file))
