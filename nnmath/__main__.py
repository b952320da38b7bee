"""`python -m nnmath`."""

import sys

from nnmath.commands.main import main

sys.exit(main())
