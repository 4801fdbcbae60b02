# Says where things lie once they are installed, and how to get there from each other.
#
# The programs find each other because they lie together; what a user calls are links to them in bin/. The
# Python part, private to the suite, lies beside the sources that the page shows.
include(GNUInstallDirs)
set(programs_dir ${CMAKE_INSTALL_LIBEXECDIR}/waitbench)
set(data_dir ${CMAKE_INSTALL_DATADIR}/waitbench)
file(RELATIVE_PATH data_from_programs /${programs_dir} /${data_dir})
file(RELATIVE_PATH bin_from_programs /${programs_dir} /${CMAKE_INSTALL_BINDIR})
file(RELATIVE_PATH data_from_bin /${CMAKE_INSTALL_BINDIR} /${data_dir})
file(RELATIVE_PATH programs_from_bin /${CMAKE_INSTALL_BINDIR} /${programs_dir})
