#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "features/unicode.h"

namespace weighhouse::features {

// What `kind_of` and `append_folded` know, as plain tables: for programs elsewhere that read texts as we do and have no
// ICU.
//
// A word folds in three steps. Each code point gives its `foldings`, or itself where it has none (Hangul syllables are
// taken apart by arithmetic); runs of marks are put in the order of their classes; and neighbours are joined by
// `compositions`, as Unicode's canonical composition has it (and Hangul, again by arithmetic).
struct FoldingTables {
  struct Folding {
    char32_t from;
    std::vector<char32_t> to;  // taken apart as far as it goes; perhaps nothing
  };
  struct Composition {
    char32_t first;
    char32_t second;
    char32_t both;
  };
  std::vector<Folding> foldings{};                                // rising by `from`
  std::vector<std::pair<char32_t, std::uint8_t>> mark_classes{};  // rising; those that are not 0
  std::vector<Composition> compositions{};                        // rising by `both`
};

FoldingTables folding_tables();

// The kinds of all code points: that of `c` is `kinds[pages[c / kKindPage] + c % kKindPage]`. Equal pages are there
// once.
inline constexpr std::size_t kKindPage = 256;
struct KindTable {
  std::vector<std::uint32_t> pages{};
  std::vector<CharKind> kinds{};
};
KindTable kind_table();

}  // namespace weighhouse::features
