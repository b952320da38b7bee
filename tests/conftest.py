"""How the tests draw their examples: the same in every run, and more when asked for; and how wide they are told of."""

import os

from hypothesis import HealthCheck, settings

os.environ.pop("COLUMNS", None)  # whatever terminal the tests are started from, what is printed is the same

settings.register_profile(
    "nnmath",
    max_examples=int(os.environ.get("NNMATH_EXAMPLES", "100")),
    derandomize=True,  # a red run is red again
    database=None,
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],  # the same
)
settings.load_profile("nnmath")
