// Makes and reads labels, and checks echoes.
#include "task/message.hpp"

#include <charconv>
#include <stdexcept>

namespace waitbench {
namespace {

constexpr std::string_view word = "task";

}  // namespace

std::string label_of(int id) {
  return std::string{word}.append(std::to_string(id));
}

int task_of(std::string_view label) {
  if (!label.starts_with(word)) return 0;
  int id = 0;
  std::from_chars(label.data() + word.size(), label.data() + label.size(), id);
  return id > 0 && label == label_of(id) ? id : 0;  // "task07" and "task7!" are nobody's
}

void check_echo(std::string_view sent, std::string_view echo) {
  if (echo != sent)
    throw std::runtime_error("sent '" + std::string{sent} + "', but the echo is '" +
                             std::string{echo} + "'");
}

}  // namespace waitbench
