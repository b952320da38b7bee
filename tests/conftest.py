"""How the tests draw their examples: the same ones in every run, and more of them when asked for."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "nnmath",
    max_examples=int(os.environ.get("NNMATH_EXAMPLES", "100")),
    derandomize=True,  # a red run is red again
    database=None,
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],  # the same
)
settings.load_profile("nnmath")
