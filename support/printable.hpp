// Makes text of what a stranger said.
#pragma once

#include <string>
#include <string_view>

namespace waitbench {

// The text as it may be shown on a terminal and written as JSON: UTF-8 without control characters,
// each of which, like each byte that is no UTF-8, becomes '?'. What is longer than 1,000 bytes is
// cut, and "..." says so.
std::string printable(std::string_view text);

}  // namespace waitbench
