# Says how targets are compiled and linked: what is measured for speed, the rest for a short build.

# What no measurement runs needs no -O3: compiling takes half of the time.
function(compile_quickly)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  endforeach()
endfunction()

function(compile_files_quickly)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O1>)
endfunction()

# A program that loads no libraries starts two milliseconds earlier, which would count as a model's
# overhead, and the server serves more. Sanitizers need the shared libraries.
set(CMAKE_REQUIRED_LINK_OPTIONS -static)
check_cxx_source_compiles("#include <iostream>\nint main() { std::cout << 1; }" CAN_LINK_STATICALLY)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
function(link_statically target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CAN_LINK_STATICALLY)
    target_link_options(${target} PRIVATE -static)
  endif()
endfunction()

# The other programs load libraries, as far as Debian has no static ones, unless they go into an archive.
function(link_for_archive)
  if(GOOGLE_BENCHMARK_SOURCE)
    foreach(target IN LISTS ARGN)
      link_statically(${target})
    endforeach()
  endif()
endfunction()
