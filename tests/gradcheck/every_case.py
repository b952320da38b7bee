"""All cases: right backward passes, and broken ones with what is wrong with them."""

from tests.gradcheck import (
    awkward_nets,
    awkward_passes,
    broken_habits,
    broken_layers,
    broken_manners,
    broken_passes,
    broken_places,
    correct_passes,
)

RIGHT = [*correct_passes.ALL, *awkward_passes.ALL, *awkward_nets.RIGHT]
BROKEN = [
    *broken_passes.SIGN, *broken_passes.SCALE, *broken_passes.TRANSPOSE, *broken_passes.AXIS, *broken_passes.UPSTREAM,
    *broken_places.ALL, *broken_manners.ALL, *broken_habits.ALL, *broken_layers.ALL, *awkward_nets.BROKEN,
]  # fmt: skip
