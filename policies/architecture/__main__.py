"""The `architecture` pack: every catalogue entry that lists it. Run by Pulumi's policy runner, never imported."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from policies.framework.pack import serve  # noqa: E402 - found only through the path set above

serve(HERE.name)
