# What the project uses, in which version, from where, with which digest: the one place that says so.
include_guard(GLOBAL)
include(FetchContent)

# rectify_dependency_<name>: the versions accepted of an installed copy (a version file accepts its own major only, so each
# major is asked for), the archive, and its SHA-256. Debian's .orig archives are the same bytes as upstream's.
set(rectify_dependency_xsimd
    "14.2,15" https://github.com/xtensor-stack/xsimd/archive/refs/tags/14.3.0.tar.gz
    b3d50e7a73fbf4642ceef30131c93414901d69eee41c2a5302db650b03e2c792)
set(rectify_dependency_Catch2
    "3" https://github.com/catchorg/Catch2/archive/refs/tags/v3.7.1.tar.gz
    c991b247a1a0d7bb9c39aa35faf0fe9e19764213f28ffba3109388e62ee0269c)
set(rectify_dependency_benchmark
    "1.9" https://github.com/google/benchmark/archive/refs/tags/v1.9.1.tar.gz
    32131c08ee31eeff2c8968d7e874f3cb648034377dfc32a4c377fa8796d84981)

# rectify_require(<name>): the target <name> or <name>::<name>, from the project around us, from an installed copy, or from
# the pinned archive. The presets add a third road, cmake/offline.cmake: the machine's own apt.
macro(rectify_require name)
  list(GET rectify_dependency_${name} 0 _versions)
  list(GET rectify_dependency_${name} 1 _url)
  list(GET rectify_dependency_${name} 2 _digest)
  string(REPLACE "," ";" _versions "${_versions}")
  if(NOT TARGET ${name}
     AND NOT TARGET ${name}::${name}
     AND NOT FETCHCONTENT_TRY_FIND_PACKAGE_MODE STREQUAL NEVER)
    set(XSIMD_ENABLE_XTL_COMPLEX OFF) # Debian's package would pull in xtl otherwise
    foreach(_version IN LISTS _versions)
      if(NOT ${name}_FOUND)
        find_package(${name} ${_version} CONFIG QUIET)
      endif()
    endforeach()
  endif()
  if(NOT TARGET ${name} AND NOT TARGET ${name}::${name})
    # nothing of a dependency's own tests, documentation, warnings or install rules
    set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
    set(BENCHMARK_ENABLE_TESTING OFF)
    set(BENCHMARK_ENABLE_INSTALL OFF)
    set(BENCHMARK_ENABLE_WERROR OFF)
    set(CATCH_INSTALL_DOCS OFF)
    set(CATCH_INSTALL_EXTRAS OFF)
    # SYSTEM first: CMake 3.25.1 glues it to the digest otherwise
    FetchContent_Declare(${name} SYSTEM URL ${_url} URL_HASH SHA256=${_digest} DOWNLOAD_EXTRACT_TIMESTAMP OFF)
    set(CMAKE_UNITY_BUILD ON) # their small files include much: a third of the time
    set(CMAKE_UNITY_BUILD_BATCH_SIZE 30)
    FetchContent_MakeAvailable(${name})
    unset(CMAKE_UNITY_BUILD)
    unset(CMAKE_UNITY_BUILD_BATCH_SIZE)
    message(STATUS "${name}: from the pinned archive")
  else()
    message(STATUS "${name}: ${${name}_VERSION} ${${name}_DIR}")
  endif()
endmacro()
