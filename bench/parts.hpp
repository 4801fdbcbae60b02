// Tells where the parts of the suite lie, in a build and where it has been installed.
#pragma once

#include <filesystem>
#include <string>

namespace waitbench {

// Where this program lies, and with it the server and the clients.
std::filesystem::path programs_dir();

// Where the recipes lie that come with the suite.
std::filesystem::path recipes_dir();

// The command that draws the charts and the page of the results in a directory.
std::string drawing_command(const std::filesystem::path& results);

}  // namespace waitbench
