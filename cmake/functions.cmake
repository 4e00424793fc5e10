# Every function of the library by its name: its header is include/rectify/functions/<name>.hpp, its test
# tests/functions/<name>.cpp. A test compares this list with include/rectify/catalogue.hpp.
set(rectify_functions
    relu
    leaky_relu
    prelu
    elu
    sigmoid
    tanh)
