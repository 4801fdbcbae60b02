// The report that a child left of itself, as JSON.
#include <fstream>

#include "bench/run/child_files.hpp"
#include "support/temporary_directory.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace waitbench {

void read(std::string_view input) {
  static const TemporaryDirectory directory{"/dev/shm"};
  const ChildFiles files{directory.path(), "child"};
  std::ofstream{directory.path() / "child.json"} << input;
  const Report report = files.report();
  expect(report.started >= 0);
  expect(report.peak_rss_bytes > 0);
}

}  // namespace waitbench
