"""`python -m samlcheck`."""

import sys

from samlcheck.cli import main

sys.exit(main())
