# Installs programs, sources and docs, and makes an archive of them. Where they go: cmake/layout.cmake.
get_property(clients DIRECTORY clients PROPERTY BUILDSYSTEM_TARGETS)
list(FILTER clients INCLUDE REGEX "^client_")
install(TARGETS ${clients} echo_server waitbench pitfalls primitives idle_memory ping_pong
        RUNTIME DESTINATION ${programs_dir})

if(TARGET file_on_io_uring)
  install(TARGETS file_on_io_uring RUNTIME DESTINATION ${programs_dir})
endif()

function(install_link command program)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/install)
  file(CREATE_LINK ${programs_from_bin}/${program} ${PROJECT_BINARY_DIR}/install/${command} SYMBOLIC)
  install(FILES ${PROJECT_BINARY_DIR}/install/${command} DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
install_link(waitbench waitbench)
install_link(waitbench-pitfalls pitfalls)
install_link(waitbench-primitives primitives)
configure_file(cmake/waitbench-plots.in install/waitbench-plots @ONLY)
install(PROGRAMS ${PROJECT_BINARY_DIR}/install/waitbench-plots DESTINATION ${CMAKE_INSTALL_BINDIR})

install(FILES support/diagnosis/stall_detector.hpp support/diagnosis/pending_operations.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/waitbench)
install(DIRECTORY bench clients docs exercises pitfalls plots recipes record server support task
        DESTINATION ${data_dir} PATTERN __pycache__ EXCLUDE PATTERN CMakeLists.txt EXCLUDE)
install(FILES CHANGELOG.md LICENSE README.md DESTINATION ${data_dir})

# An archive runs everywhere only if its programs load no libraries.
if(GOOGLE_BENCHMARK_SOURCE)
  set(CPACK_GENERATOR TGZ)
  set(CPACK_PACKAGE_FILE_NAME
      waitbench-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
  set(CPACK_STRIP_FILES ON)
  include(CPack)
else()
  add_custom_target(package
    COMMAND ${CMAKE_COMMAND} -E echo "package: the archive's programs are to load no libraries: unpack the \
sources of Google Benchmark, configure with -D GOOGLE_BENCHMARK_SOURCE=DIRECTORY, and try again"
    COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
endif()
