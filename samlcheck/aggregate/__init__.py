"""Large metadata aggregates, read in slices of some entities, with little memory."""

from typing import Final

#: From this size on a document is read slice by slice; below, it is faster to read it whole.
LARGE: Final = 4 * 1024 * 1024
