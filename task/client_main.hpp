// Everything of a client that is not its model: command line, narration, files, exit code.
#pragma once

#include "record/event_log.hpp"
#include "task/options.hpp"

namespace waitbench {

// A concurrency model: runs tasks 1 to options.tasks, returns when all have finished, and throws
// what made one fail.
using RunAllTasks = void(const Options& options, EventLog& log);

// The whole of a client program: parses the command line, runs `run_all_tasks`, writes the records.
// Returns the exit code. A failed run leaves the records it had.
int client_main(int argc, char** argv, RunAllTasks& run_all_tasks);

}  // namespace waitbench
