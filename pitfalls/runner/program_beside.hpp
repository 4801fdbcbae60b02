// Programs of a pitfall's own, for what has to be built otherwise than the rest. They lie beside
// this program, where what they are built with is there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waitbench::pitfalls {

// All that the program writes, to either stream, without the end of the last line; how it ended, if
// it writes nothing. Nothing where it was not built. A program that takes longer than ten seconds
// is ended.
std::optional<std::string> what_says(std::string_view program,
                                     const std::vector<std::string>& arguments);

}  // namespace waitbench::pitfalls
