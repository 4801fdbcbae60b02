// Makes labels and checks echoes.
#include "task/message.hpp"

#include <stdexcept>

namespace waitbench {

std::string label_of(int id) {
  return "task" + std::to_string(id);
}

void check_echo(std::string_view sent, std::string_view echo) {
  if (echo != sent)
    throw std::runtime_error("sent '" + std::string{sent} + "', but the echo is '" +
                             std::string{echo} + "'");
}

}  // namespace waitbench
