"""The AWS estate of a payments company: one program, one stack per Region.

settings -> components -> outputs. `components/settings.py` lists what may be configured, `components/estate.py` what
each stack builds, `components/outputs.py` what it promises to those who consume it.
"""

from components.estate import build_primary, build_standby
from components.settings import load_settings

settings = load_settings()
outputs = build_primary(settings) if settings.is_primary else build_standby(settings)
outputs.export()
