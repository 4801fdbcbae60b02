// The program `pitfalls`, on any table of pitfalls.
#pragma once

#include <span>

#include "pitfalls/pitfall.hpp"

namespace waitbench::pitfalls {

using Table = std::span<const Pitfall* const>;

// Does what the command line says, and returns the exit status. The program starts itself for each
// side of a pitfall (own_process.hpp): whoever calls this with "--side" in `argv` becomes a side.
int run_program_on(Table table, int argc, char** argv);

}  // namespace waitbench::pitfalls
