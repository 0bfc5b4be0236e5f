#include "features/folding_tables.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace weighhouse::features {
namespace {

using Points = std::vector<char32_t>;

// The three steps of the header, as any program would do them.
class ByTables {
 public:
  Points fold(const Points& word) const {
    Points apart;
    for (const char32_t c : word) take_apart(c, apart);
    for (std::size_t i = 0; i < apart.size(); ++i) {
      for (std::size_t at = i; at > 0 && mark(apart[at]) != 0 && mark(apart[at - 1]) > mark(apart[at]); --at) {
        std::swap(apart[at], apart[at - 1]);
      }
    }
    return joined(apart);
  }

 private:
  void take_apart(char32_t c, Points& out) const {
    if (const auto found = foldings_.find(c); found != foldings_.end()) {
      out.insert(out.end(), found->second.begin(), found->second.end());
    } else if (c >= 0xAC00 && c < 0xD7A4) {
      const char32_t syllable = c - 0xAC00;
      out.push_back(0x1100 + syllable / 588);
      out.push_back(0x1161 + syllable % 588 / 28);
      if (syllable % 28 != 0) out.push_back(0x11A7 + syllable % 28);
    } else {
      out.push_back(c);
    }
  }

  char32_t both(char32_t first, char32_t second) const {
    if (first >= 0x1100 && first < 0x1113 && second >= 0x1161 && second < 0x1176) {
      return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28;
    }
    if (first >= 0xAC00 && first < 0xD7A4 && (first - 0xAC00) % 28 == 0 && second > 0x11A7 && second < 0x11C3) {
      return first + (second - 0x11A7);
    }
    const auto found = compositions_.find({first, second});
    return found == compositions_.end() ? 0 : found->second;
  }

  Points joined(const Points& apart) const {
    Points out;
    std::size_t starter = 0;
    bool has_starter = false;
    int last = -1;
    for (const char32_t c : apart) {
      const int own = mark(c);
      const char32_t made = has_starter && (last < own || last == 0) ? both(out[starter], c) : 0;
      if (made != 0) {
        out[starter] = made;
        continue;
      }
      if (own == 0) {
        starter = out.size();
        has_starter = true;
      }
      last = own;
      out.push_back(c);
    }
    return out;
  }

  int mark(char32_t c) const {
    const auto found = marks_.find(c);
    return found == marks_.end() ? 0 : found->second;
  }

  using Foldings = std::map<char32_t, Points>;
  using Compositions = std::map<std::pair<char32_t, char32_t>, char32_t>;

  static Foldings foldings_of(const FoldingTables& tables) {
    Foldings map;
    for (const auto& folding : tables.foldings) map.emplace(folding.from, folding.to);
    return map;
  }
  static Compositions compositions_of(const FoldingTables& tables) {
    Compositions map;
    for (const auto& one : tables.compositions) map.emplace(std::pair{one.first, one.second}, one.both);
    return map;
  }

  const FoldingTables tables_ = folding_tables();
  const Foldings foldings_ = foldings_of(tables_);
  const std::map<char32_t, int> marks_{tables_.mark_classes.begin(), tables_.mark_classes.end()};
  const Compositions compositions_ = compositions_of(tables_);
};

Points by_icu(const Points& word) {
  Points out;
  append_folded(word, out);
  return out;
}

TEST(FoldingTables, FoldCodePointsAsWeDo) {
  const ByTables tables;
  // All that scripts have; of what is above, mostly empty, some.
  for (char32_t c = 0; c < 0x110000; c += c < 0x1FFFF || (c >= 0x2F000 && c < 0x30000) ? 1 : 61) {
    if (c >= 0xD800 && c < 0xE000) continue;
    ASSERT_EQ(tables.fold({c}), by_icu({c})) << std::hex << std::uint32_t{c};
  }
}

TEST(FoldingTables, OrderAndJoinMarksAsWeDo) {
  const ByTables tables;
  // Code points that others act on: marks, what composes, Hangul's parts, capitals, ligatures.
  Points lively{U'A', U'e', U's', U'ß', 0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0xFB01, 0x1E9B, 0x0344, 0xFDFA, 0x0345};
  const auto all = folding_tables();
  for (const auto& [mark, mark_class] : all.mark_classes) lively.push_back(mark);
  for (const auto& one : all.compositions) lively.insert(lively.end(), {one.first, one.second, one.both});
  std::mt19937_64 lot{7};
  for (int i = 0; i < 15'000; ++i) {
    Points word(1 + lot() % 6);
    for (char32_t& c : word) c = lively[lot() % lively.size()];
    ASSERT_EQ(tables.fold(word), by_icu(word)) << to_utf8(word);
  }
}

TEST(FoldingTables, HaveTheKindOfEveryCodePointOnFewPages) {
  const auto table = kind_table();
  for (char32_t c = 0; c < 0x110000; ++c) {
    ASSERT_EQ(table.kinds[table.pages[c / kKindPage] + c % kKindPage], kind_of(c)) << std::hex << std::uint32_t{c};
  }
  EXPECT_LT(table.kinds.size(), std::size_t{100'000});
}

}  // namespace
}  // namespace weighhouse::features
