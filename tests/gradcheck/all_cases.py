"""All cases: right backward passes, and wrong ones with what is wrong with them."""

from tests.gradcheck import (
    common_mistake_cases,
    right_cases,
    rounding_cases,
    saturated_net_cases,
    side_effect_cases,
    subtle_cases,
    wrong_cases,
    wrong_entry_cases,
    wrong_layer_cases,
)

RIGHT = [*right_cases.ALL, *rounding_cases.ALL, *saturated_net_cases.RIGHT, *subtle_cases.RIGHT]
WRONG = [
    *wrong_cases.SIGN, *wrong_cases.SCALE, *wrong_cases.TRANSPOSE, *wrong_cases.AXIS, *wrong_cases.UPSTREAM,
    *wrong_entry_cases.ALL, *side_effect_cases.ALL, *common_mistake_cases.ALL, *wrong_layer_cases.ALL,
    *saturated_net_cases.WRONG, *subtle_cases.WRONG,
]  # fmt: skip
