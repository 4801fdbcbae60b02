# Finds the libraries that the suite stands on, and says what brings one that is missing or too old.
set(oldest_g++ 12)
set(oldest_clang 16)
foreach(kind IN ITEMS GNU/g++ Clang/clang)
  cmake_path(GET kind PARENT_PATH id)
  cmake_path(GET kind FILENAME name)
  if(CMAKE_CXX_COMPILER_ID STREQUAL id AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS oldest_${name})
    message(FATAL_ERROR "${name} ${CMAKE_CXX_COMPILER_VERSION} is too old: install ${name} "
                        "${oldest_${name}} or later, and name it with CXX=...")
  endif()
endforeach()

# require(PACKAGE OLDEST DEBIAN_PACKAGE)
macro(require package oldest debian_package)
  find_package(${package} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "${package} is missing: apt install ${debian_package}, or ./run_all.sh")
  elseif(${package}_VERSION VERSION_LESS ${oldest})
    message(FATAL_ERROR "${package} ${${package}_VERSION} is too old: install ${oldest} or later "
                        "(Debian 12 has it as ${debian_package})")
  endif()
endmacro()

find_package(Threads REQUIRED)
require(fmt 9 libfmt-dev)                        # formatting of every line that a person reads
require(CLI11 2.1 libcli11-dev)                  # command lines
require(nlohmann_json 3.11 nlohmann-json3-dev)   # results.json
require(GTest 1.12 libgtest-dev)                 # tests

# Repetition, statistics and benchmark.json. Debian has this library and fmt as shared ones only: for
# programs that load none, both are compiled here.
set(GOOGLE_BENCHMARK_SOURCE "" CACHE PATH "Sources of Google Benchmark, to link all programs statically")
add_library(formatting INTERFACE)
if(GOOGLE_BENCHMARK_SOURCE)
  if(NOT EXISTS ${GOOGLE_BENCHMARK_SOURCE}/CMakeLists.txt)
    message(FATAL_ERROR "GOOGLE_BENCHMARK_SOURCE: no sources of Google Benchmark in "
                        "${GOOGLE_BENCHMARK_SOURCE}: expected its CMakeLists.txt there")
  endif()
  foreach(option IN ITEMS TESTING GTEST_TESTS WERROR INSTALL)
    set(BENCHMARK_ENABLE_${option} OFF CACHE INTERNAL "")
  endforeach()
  set(BENCHMARK_INSTALL_DOCS OFF CACHE INTERNAL "")
  add_subdirectory(${GOOGLE_BENCHMARK_SOURCE} google_benchmark EXCLUDE_FROM_ALL SYSTEM)
  get_directory_property(benchmark_VERSION DIRECTORY ${GOOGLE_BENCHMARK_SOURCE}
                         DEFINITION PROJECT_VERSION)
  target_link_libraries(formatting INTERFACE fmt::fmt-header-only)
else()
  require(benchmark 1.7 libbenchmark-dev)
  target_link_libraries(formatting INTERFACE fmt::fmt)
endif()

find_path(ASIO_INCLUDE_DIR asio.hpp)             # sockets, timers, coroutines; Debian has no CMake file
if(NOT ASIO_INCLUDE_DIR)
  message(FATAL_ERROR "asio.hpp is missing: apt install libasio-dev, or ./run_all.sh")
endif()
file(STRINGS ${ASIO_INCLUDE_DIR}/asio/version.hpp asio_version REGEX "#define ASIO_VERSION ")
string(REGEX MATCH "[0-9]+" asio_version "${asio_version}")
if(asio_version LESS 102200)                     # 1.22.0
  message(FATAL_ERROR "Asio ${asio_version} is too old: install 1.22 (102200) or later "
                      "(Debian 12 has it as libasio-dev)")
endif()
add_library(asio INTERFACE)
target_include_directories(asio SYSTEM INTERFACE ${ASIO_INCLUDE_DIR})
# Whether Asio 1.22 sees std::aligned_alloc depends on the order of includes, and two files that differ
# in that break the one-definition rule.
target_compile_definitions(asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED
                           ASIO_DISABLE_STD_ALIGNED_ALLOC)
target_link_libraries(asio INTERFACE Threads::Threads)

# One model has Asio wait with io_uring.
find_path(URING_INCLUDE_DIR liburing.h)
find_library(URING_LIBRARY uring)
