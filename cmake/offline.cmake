# A dependency provider for machines that cannot reach the release archives but have Debian's apt. The presets load it
# (CMAKE_PROJECT_TOP_LEVEL_INCLUDES); a project that uses the library never sees it. It first tries the pinned archive, then
# the mirror that this machine's apt already uses. Needs no root; writes to the build tree alone.
#   source:  Debian's <package>_<version>.orig.tar.gz is the release archive itself: the same SHA-256.
#   headers: for a header-only library the -dev package's usr/include; apt checks the signature.
include_guard(GLOBAL)
set(offline_from_xsimd headers libxsimd-dev/forky)
set(offline_from_catch2 source catch2/trixie)
set(offline_from_benchmark source benchmark/trixie)

# offline_apt(<directory> <apt-get arguments>...): apt-get with the indexes of newer suites, kept in the build tree
function(offline_apt directory)
  set(work ${CMAKE_BINARY_DIR}/_deps/apt)
  set(apt
      apt-get
      -qq
      -o Dir::Etc::SourceList=${work}/sources.list
      -o Dir::Etc::SourceParts=/dev/null
      -o Dir::State::Lists=${work}/lists
      -o Dir::Cache=${work}/cache
      -o APT::Sandbox::User=
      -o Acquire::Languages=none
      -o Acquire::Retries=3)
  if(NOT EXISTS ${work}/sources.list)
    file(MAKE_DIRECTORY ${work}/lists/partial ${work}/cache/archives/partial)
    file(GLOB lists /etc/apt/sources.list /etc/apt/sources.list.d/*)
    foreach(list IN LISTS lists)
      file(STRINGS ${list} lines REGEX "^(URIs:|deb )")
      foreach(line IN LISTS lines)
        if(NOT uri AND line MATCHES "([a-z+]+:/[^ ]*/debian)/?( |$)")
          set(uri ${CMAKE_MATCH_1})
        endif()
      endforeach()
    endforeach()
    if(NOT uri)
      message(FATAL_ERROR "neither the release archives nor a Debian archive in this machine's apt configuration can be reached")
    endif()
    set(archive "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${uri}")
    file(WRITE ${work}/sources.list "deb ${archive} forky main\ndeb-src ${archive} trixie main\n")
    message(STATUS "reading newer package indexes through this machine's apt")
    execute_process(COMMAND ${apt} update COMMAND_ERROR_IS_FATAL ANY)
    cmake_language(EVAL CODE "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL file REMOVE_RECURSE [[${work}]])")
  endif()
  execute_process(COMMAND ${apt} ${ARGN} WORKING_DIRECTORY ${directory} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# offline_fetch(...): puts the project's source at ${source}
function(offline_fetch name url digest source)
  string(TOLOWER ${name} lower)
  set(work ${CMAKE_BINARY_DIR}/_deps/${lower}-work)
  set(archive ${work}/archive.tar.gz)
  file(REMOVE_RECURSE ${work} ${source})
  file(MAKE_DIRECTORY ${work})
  file(DOWNLOAD ${url} ${archive} STATUS status INACTIVITY_TIMEOUT 20 TLS_VERIFY ON)
  if(NOT status MATCHES "^0;")
    file(REMOVE ${archive})
    list(GET offline_from_${lower} 0 kind)
    list(GET offline_from_${lower} 1 package)
    message(STATUS "${name}: the archive cannot be reached (${status}); taking Debian's ${package}")
    if(kind STREQUAL "headers")
      offline_apt(${work} download ${package})
      file(GLOB deb ${work}/*.deb)
      execute_process(COMMAND dpkg-deb -x ${deb} ${work} COMMAND_ERROR_IS_FATAL ANY)
      file(MAKE_DIRECTORY ${source})
      file(RENAME ${work}/usr/include ${source}/include)
      file(WRITE ${source}/CMakeLists.txt "add_library(${name} INTERFACE)\ntarget_include_directories(${name} INTERFACE include)\n")
    else()
      offline_apt(${work} source --download-only ${package})
      file(GLOB orig ${work}/*.orig.tar.gz)
      file(RENAME ${orig} ${archive})
    endif()
  endif()
  if(EXISTS ${archive})
    file(SHA256 ${archive} have)
    if(NOT digest STREQUAL "SHA256=${have}")
      message(FATAL_ERROR "${name}: the archive has SHA256=${have}, expected ${digest}")
    endif()
    file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${work}/tree)
    file(GLOB top ${work}/tree/*)
    file(RENAME ${top} ${source})
  endif()
  file(REMOVE_RECURSE ${work})
endfunction()

macro(offline_provide method name)
  cmake_parse_arguments(_offline "" "URL;URL_HASH" "" ${ARGN})
  string(TOLOWER ${name} _offline_lower)
  set(_offline_source ${CMAKE_BINARY_DIR}/_deps/${_offline_lower}-src)
  if(DEFINED offline_from_${_offline_lower})
    if(NOT EXISTS ${_offline_source}/CMakeLists.txt)
      offline_fetch(${name} ${_offline_URL} ${_offline_URL_HASH} ${_offline_source})
    endif()
    add_subdirectory(${_offline_source} ${CMAKE_BINARY_DIR}/_deps/${_offline_lower}-build EXCLUDE_FROM_ALL SYSTEM)
    FetchContent_SetPopulated(${name} SOURCE_DIR ${_offline_source} BINARY_DIR ${CMAKE_BINARY_DIR}/_deps/${_offline_lower}-build)
  endif()
endmacro()
cmake_language(SET_DEPENDENCY_PROVIDER offline_provide SUPPORTED_METHODS FETCHCONTENT_MAKEAVAILABLE_SERIAL)
