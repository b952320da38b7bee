"""The figures of the pages of layers: what they say, and what draws them."""

from nnmath.site import layer_pictures as pictures
from nnmath.site import sequence_pictures
from nnmath.site.picture_style import Picture

#: One for each, at the opening of the page of its name.
LAYER_FIGURES = (
    Picture(
        "leaky_relu",
        "",
        "Leaky ReLU is the diagonal for positive inputs and a line with the slope one tenth for the others. Its slope "
        "jumps at 0, from one tenth to 1.",
        "Leaky ReLU with the factor 0.1, and its slope.",
        pictures.draw_leaky_relu,
    ),
    Picture(
        "swiglu",
        "",
        "What comes out by the number that opens the gate, for three numbers that are let through: nearly 0 where the "
        "gate is closed, and nearly the product of the two where it is open.",
        "SwiGLU by the number z that opens the gate, for three numbers x that pass it.",
        pictures.draw_swiglu,
    ),
    Picture(
        "log_softmax",
        "",
        "Three logarithms of probabilities as the first logit goes from −6 to 6: the first rises along a diagonal to "
        "0, the others fall along diagonals once the first is the largest.",
        "Logarithms of probabilities as one logit moves. They are nearly straight lines, where the probabilities "
        "themselves would be too small to be seen.",
        pictures.draw_log_softmax,
    ),
    Picture(
        "layer_norm",
        "",
        "The eight entries of a row, with a mean of 8.4, and the same row after layer normalization: the same shape, "
        "around 0.",
        "A row before and after layer normalization: its mean becomes 0, its variance 1, its shape stays.",
        pictures.draw_layer_norm,
    ),
    Picture(
        "rms_norm",
        "",
        "Points of a plane, each joined by a line through the origin with its place on a circle.",
        "Rows of two entries before and after RMS normalization. All go to one circle, along the line through the "
        "origin: the direction stays, the length is lost.",
        pictures.draw_rms_norm,
    ),
    Picture(
        "batch_norm",
        "",
        "A batch of two columns as points: before, a flat cloud away from the origin; after, a round one around it.",
        "A batch of two columns before and after batch normalization: each column has mean 0 and variance 1.",
        pictures.draw_batch_norm,
    ),
    Picture(
        "residual",
        "",
        "The size of the gradient in forty layers, on a logarithmic scale. Where layers add to what they were given it "
        "stays between 1 and 5; where they replace it, it falls to less than a millionth of a millionth.",
        "The size of the gradient in forty layers of random weights and tanh: with the sums, and without them.",
        pictures.draw_residual,
    ),
    Picture(
        "dropout",
        "",
        "A row of eight numbers, a mask of zeros and twos, and their product.",
        "Half of the numbers are dropped, the others doubled, so that the mean stays. The gradient is multiplied by "
        "the same mask.",
        pictures.draw_dropout,
    ),
    Picture(
        "conv2d",
        "",
        "An image of zeros and ones, a window of two by two weights, and the output: 2 where the image goes from 0 to "
        "1 in both rows of the window, 1 where it does in one, otherwise 0.",
        "A window that finds edges. One place of it is marked, with the output that it gives.",
        pictures.draw_conv2d,
    ),
    Picture(
        "max_pool",
        "",
        "An image in four windows of two by two, the largest entry of each, an upstream gradient, and the gradient of "
        "the image: each number of the upstream gradient at the place of the largest entry, zeros elsewhere.",
        "Maximum of each window, and the gradient: it goes to the entry that was the largest.",
        pictures.draw_max_pool,
    ),
    Picture(
        "average_pool",
        "",
        "An image in four windows of two by two, the mean of each, an upstream gradient, and the gradient of the "
        "image: a quarter of the upstream gradient in all places of each window.",
        "Mean of each window, and the gradient: it goes to all entries in equal shares.",
        pictures.draw_average_pool,
    ),
    Picture(
        "rnn",
        "",
        "The size of a gradient by the steps that it has gone back, on a logarithmic scale: with weights of size 1 it "
        "stays, with 1.1 it grows to 300 times in sixty steps, with 0.9 it falls to less than a hundredth.",
        "How a gradient changes through time, near a state of 0. The weights of the state are a rotation, times 0.9, 1 "
        "and 1.1.",
        sequence_pictures.draw_rnn,
    ),
    Picture(
        "lstm",
        "",
        "The size of the gradient of a cell by the steps that it has gone back, on a logarithmic scale: with a bias of "
        "5 of the forget gate two thirds are left after sixty steps, with a bias of 0 one half after each step.",
        "How much of a cell's gradient is left, for three biases of the forget gate.",
        sequence_pictures.draw_lstm,
    ),
    Picture(
        "gru",
        "",
        "A state over sixty steps while the input is 1 in the steps 10 to 30. With a bias of 0 it follows at once, "
        "with 2 and 4 more and more slowly, and it fades as slowly after that.",
        "How fast a state follows its input and forgets it, for three biases of the update gate.",
        sequence_pictures.draw_gru,
    ),
    Picture(
        "causal_attention",
        "",
        "On the left weights as a triangle of shaded squares, one row a position that looks. On the right the values "
        "of eight positions and the means of them.",
        "The weights with which eight positions look at those up to them, and the means of values that follow.",
        sequence_pictures.draw_causal_attention,
    ),
    Picture(
        "multi_head_attention",
        "",
        "The weights of two heads over the same eight positions: in one each position looks at the one before it, in "
        "the other at all earlier ones alike.",
        "Two heads over the same positions. Each has weights of its own, and finds something else.",
        sequence_pictures.draw_multi_head_attention,
    ),
    Picture(
        "rotary",
        "",
        "The first entries of three pairs by position: the first pair turns once in six positions, the second once in "
        "about 130, the third hardly at all.",
        "Three pairs that are turned, each more slowly than the one before: the first tell near positions apart, the "
        "last far ones.",
        sequence_pictures.draw_rotary,
    ),
)
