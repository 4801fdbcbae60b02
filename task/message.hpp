// Makes and reads what a task sends, and checks what comes back.
#pragma once

#include <string>
#include <string_view>

namespace waitbench {

// "task1", "task2", ...
std::string label_of(int id);

// The task whose label that is; 0 if it is nobody's.
int task_of(std::string_view label);

// Throws std::runtime_error if the echo is not what was sent.
void check_echo(std::string_view sent, std::string_view echo);

}  // namespace waitbench
