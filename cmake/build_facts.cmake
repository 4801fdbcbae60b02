# What results.json tells of how the suite was built: commit, compiler, flags, library versions.
execute_process(COMMAND git describe --always --dirty --abbrev=12
                WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
elseif(EXISTS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)  # configure anew when the commit changes
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)
endif()

string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
string(TOLOWER "${CMAKE_BUILD_TYPE}" build_type)
string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${config}}" flags)
set_source_files_properties(run/environment.cpp PROPERTIES COMPILE_DEFINITIONS
  "WAITBENCH_VERSION=\"${PROJECT_VERSION}\";WAITBENCH_COMMIT=\"${commit}\";WAITBENCH_FLAGS=\"${flags}\";\
WAITBENCH_BUILD_TYPE=\"${build_type}\";\
WAITBENCH_COMPILER=\"${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}\";\
WAITBENCH_BENCHMARK_VERSION=\"${benchmark_VERSION}\"")
