// pitfalls: runs what goes wrong in practice, and its cure beside it.
#include "pitfalls/runner/program.hpp"
#include "pitfalls/table.hpp"

int main(int argc, char** argv) {
  return waitbench::pitfalls::run_program_on(waitbench::pitfalls::all_pitfalls, argc, argv);
}
