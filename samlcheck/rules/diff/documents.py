"""The rules on whether the two files are metadata at all."""

from __future__ import annotations

from samlcheck.rules.metadata.entity import wrong_root
from samlcheck.rules.pair.evidence import wrong_artefact

RULES = (wrong_artefact, wrong_root)
