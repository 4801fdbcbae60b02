// Lays out text in columns, each as wide as the widest text in it.
#pragma once

#include <string>
#include <vector>

namespace waitbench {

class Columns {
 public:
  struct Column {
    std::string head;
    bool is_left = false;  // names stand at the left, figures at the right
  };

  explicit Columns(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One text per column.
  void add(std::vector<std::string> cells);

  // A line between the rows, as it is.
  void add_line(std::string line);

  // The head, and what was added, in lines without spaces at their ends.
  std::string text() const;

 private:
  struct Line {
    std::vector<std::string> cells;  // none: a line as it is
    std::string text;
  };

  std::vector<Column> columns_;
  std::vector<Line> lines_;
};

}  // namespace waitbench
