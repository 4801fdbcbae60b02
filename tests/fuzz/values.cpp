// Values of options, and labels. The first byte says which.
#include "support/values.hpp"

#include "task/message.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace waitbench {
namespace {

void read_items(std::string_view text) {
  std::string joined;
  for (const std::string_view item : items_of(text)) {
    expect(!item.empty() && !item.starts_with(' ') && !item.ends_with(' '));
    expect(item.find(',') == item.npos);
    joined.append(joined.empty() ? "" : ",").append(item);
  }
  expect(items_of(joined) == items_of(text));
}

}  // namespace

void read(std::string_view input) {
  if (input.empty()) return;
  const char kind = input.front();
  const std::string_view text = input.substr(1);
  switch (kind) {
    case 'd': {
      const auto duration = parse_duration(text);
      return expect(duration >= duration.zero() && duration <= longest_duration);
    }
    case 'r': {
      const double rate = parse_rate(text);
      return expect(rate > 0 && rate <= highest_rate);
    }
    case 'f': {
      const double factor = parse_factor(text);
      return expect(factor >= lowest_factor && factor <= highest_factor);
    }
    case 'c': {
      const int count = parse_count(text, -7, 1000);
      return expect(count >= -7 && count <= 1000 && std::to_string(count).size() <= text.size());
    }
    case 'e': {
      const auto endpoint = parse_endpoint(text);
      const auto host = endpoint.address().to_string();
      const auto written = endpoint.address().is_v6() ? "[" + host + "]" : host;
      return expect(endpoint.port() > 0 &&
                    parse_endpoint(written + ":" + std::to_string(endpoint.port())) == endpoint);
    }
    case 'i':
      return read_items(text);
    case 'l': {
      const int task = task_of(text);
      return expect(task == 0 || (task > 0 && label_of(task) == text));
    }
    default:
      return;
  }
}

}  // namespace waitbench
