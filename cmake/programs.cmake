# What the project's own programs (tests, benchmarks, examples) are built with. Users of the targets meet none of it.
include_guard(GLOBAL)

# rectify_program(<target>...): warnings for each of the targets
function(rectify_program)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wdouble-promotion)
    if(RECTIFY_WERROR)
      target_compile_options(${target} PRIVATE -Werror)
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE --param=ggc-min-heapsize=1000000) # a gigabyte, before it looks for what is free: a tenth
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(arm|aarch64)")
      target_compile_options(${target} PRIVATE -Wno-psabi) # g++ tells how arrays of registers are passed, which are inlined here
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      # g++ 12 reports its own AVX-512 intrinsics (_mm512_undefined_ps), also from system headers; clang warns of what is ours
      target_compile_options(${target} PRIVATE -Wno-uninitialized -Wno-maybe-uninitialized)
    endif()
  endforeach()
endfunction()
