# Every function of the library by its name: its header is include/rectify/functions/<name>.hpp, its test
# tests/functions/<name>.cpp. A test compares this list with include/rectify/catalogue.hpp.
set(rectify_functions
    identity
    relu
    leaky_relu
    prelu
    relu6
    hard_tanh
    thresholded_relu
    hard_sigmoid
    hard_swish
    softsign
    elu
    selu
    celu
    sigmoid
    log_sigmoid
    softplus
    tanh
    silu
    gelu
    gelu_tanh
    mish)
