// What a side leaves on record: a report of how it ended and what it found, and the events of its
// time line. Writes and reads both.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pitfalls/pitfall.hpp"

namespace waitbench::pitfalls {

enum class Ending {
  finished,
  halted,  // the watchdog found that it could never have finished
  failed,  // an exception, a signal, or it took too long; `message` says which
};

// What a process told of itself before it ended.
struct Told {
  Ending ending = Ending::failed;
  std::string message;
  Clock::time_point start;  // of what it did; the epoch if it told nothing
  Duration took{};
  Outcome outcome;
  std::vector<Stretch> stretches;
};

struct RecordFiles {
  std::filesystem::path report;  // JSON
  std::filesystem::path events;  // CSV with the columns task,step,ns,thread: a stretch counts as a
                                 // task, and its steps are the name of its kind, and "ended"
};

// All but how long the process took, which only others know. Throws std::system_error that names
// the file.
void write_record(const RecordFiles& files, const Told& told);

// Throws std::exception if the files hold no record.
Told read_record(const RecordFiles& files);

}  // namespace waitbench::pitfalls
