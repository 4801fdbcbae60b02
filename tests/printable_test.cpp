// What strangers say, as it may be shown and written.
#include "support/printable.hpp"

#include <gtest/gtest.h>

namespace waitbench {
namespace {

TEST(Printable, LeavesTextAsItIs) {
  EXPECT_EQ(printable("task 7: can't connect: \"ü€😀\""), "task 7: can't connect: \"ü€😀\"");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, ShowsNoControlCharacter) {
  EXPECT_EQ(printable("a\x1b[2J\tb\nc\x7f"), "a?[2J?b?c?");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "?31m")
      << "a C1 control";
}

TEST(Printable, ShowsNoByteThatIsNoText) {
  EXPECT_EQ(printable("a\xff\xfe"
                      "b"),
            "a??b");
  EXPECT_EQ(printable("\xc3"), "?") << "cut off";
  EXPECT_EQ(printable("\xc0\xaf"), "??") << "longer than it need be";
  EXPECT_EQ(printable("\xed\xa0\x80"), "???") << "half of a pair";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????") << "beyond the last character";
  EXPECT_EQ(printable(std::string_view{"\0", 1}), "?");
}

TEST(Printable, CutsWhatIsTooLongBetweenTwoCharacters) {
  std::string text(999, 'a');
  EXPECT_EQ(printable(text + "b"), text + "b");
  EXPECT_EQ(printable(text + "bc"), text + "b...");
  EXPECT_EQ(printable(text + "ü"), text + "...");
}

}  // namespace
}  // namespace waitbench
