"""`python -m localcloud`; see `localcloud.cli.main`."""

import sys

from localcloud.cli.main import main

sys.exit(main())
