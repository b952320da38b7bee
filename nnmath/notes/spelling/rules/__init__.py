"""Rules of spelling in tables by topic, and the order in which the tables are applied."""

from nnmath.notes.spelling.rules.brackets_and_bars import BARS, BRACES
from nnmath.notes.spelling.rules.code import CODE
from nnmath.notes.spelling.rules.derivatives import DERIVATIVES
from nnmath.notes.spelling.rules.fonts_and_letters import FONTS, WORDS
from nnmath.notes.spelling.rules.functions_and_names import FUNCTIONS
from nnmath.notes.spelling.rules.indicators import INDICATORS
from nnmath.notes.spelling.rules.probability import PROBABILITY
from nnmath.notes.spelling.rules.relations import RELATIONS
from nnmath.notes.spelling.rules.rule import Rule
from nnmath.notes.spelling.rules.scripts_above_and_below import SCRIPTS
from nnmath.notes.spelling.rules.signs_of_products import PRODUCTS
from nnmath.notes.spelling.rules.sums_and_products import SUMS
from nnmath.notes.spelling.rules.transposes import TRANSPOSES

#: All rules. Names of code go first, for their underscores are no scripts. Bars and letters follow, so that all later
#: rules meet one bar and one command for each font. What names a function or a law stands before the scripts, whose
#: rules would change the numbers and arguments that those are known by. Indicators are found before the braces behind
#: them become brackets, transposes when no other mark is left in a script, and words last: a T in a font is no word.
RULES: tuple[Rule, ...] = (
    *CODE,
    *BARS,
    *FONTS,
    *DERIVATIVES,
    *PROBABILITY,
    *SUMS,
    *SCRIPTS,
    *FUNCTIONS,
    *RELATIONS,
    *INDICATORS,
    *TRANSPOSES,
    *WORDS,
    *BRACES,
    *PRODUCTS,
)
