#include "cli/table.h"

#include <gtest/gtest.h>

#include "cli/width.h"

namespace weighhouse::cli {
namespace {

Table models() {
  Table table{{{"NAME", Align::kLeft, Yield::kShrinks},
               {"KIND", Align::kLeft, Yield::kGoes},
               {"SIZE", Align::kRight},
               {"NOTES", Align::kLeft, Yield::kShrinksOrGoes}}};
  table.add_row({"jarvis", "wake-word", "938 kB", "trained on the night recordings of March"});
  table.add_row({"你好", "wake-word", "1.2 MB", ""});
  return table;
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    widest = std::max(widest, display_width(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return widest;
}

TEST(Table, AlignsWideCharactersByTheColumnsTheyTake) {
  EXPECT_EQ(models().render(80),
            "NAME    KIND         SIZE  NOTES\n"
            "jarvis  wake-word  938 kB  trained on the night recordings of March\n"
            "你好    wake-word  1.2 MB\n");
}

TEST(Table, CutsNothingWhereNobodyLooks) {
  Table table{{{"NAME", Align::kLeft, Yield::kShrinks}}};
  table.add_row({std::string(300, 'x')});
  EXPECT_EQ(table.render(std::nullopt), "NAME\n" + std::string(300, 'x') + "\n");
}

TEST(Table, ShrinksTheWidestColumnFirst) {
  EXPECT_EQ(models().render(50),
            "NAME    KIND         SIZE  NOTES\n"
            "jarvis  wake-word  938 kB  trained on the night r…\n"
            "你好    wake-word  1.2 MB\n");
}

TEST(Table, LetsTheLastColumnsGoWhenShrinkingIsNotEnough) {
  EXPECT_EQ(models().render(30),
            "NAME    KIND         SIZE\n"
            "jarvis  wake-word  938 kB\n"
            "你好    wake-word  1.2 MB\n");
  EXPECT_EQ(models().render(20),
            "NAME      SIZE\n"
            "jarvis  938 kB\n"
            "你好    1.2 MB\n");
}

TEST(Table, LeavesOutAColumnThatHoldsNothingAndMayGo) {
  Table table{{{"NAME"}, {"NOTES", Align::kLeft, Yield::kGoes}, {"SIZE"}}};
  table.add_row({"jarvis", "", ""});
  EXPECT_EQ(table.render(80), "NAME    SIZE\njarvis\n");
}

TEST(Table, NeverIsWiderThanTheTerminal) {
  for (std::size_t width = 1; width < 90; ++width) EXPECT_LE(widest_line(models().render(width)), width) << width;
}

TEST(Table, ShowsControlCharactersInsteadOfSendingThem) {
  Table table{{{"NAME"}}};
  table.add_row({"evil\x1b[2Jname\nnext"});
  EXPECT_EQ(table.render(std::nullopt), "NAME\nevil\\x1b[2Jname\\x0anext\n");
}

}  // namespace
}  // namespace weighhouse::cli
