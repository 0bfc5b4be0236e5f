#include "dialects/superb/words.h"

#include <algorithm>

#include "base/text.h"

namespace weighhouse::dialects::superb {

std::string to_ours(std::string_view shouted) {
  std::string word = to_lower(shouted);
  std::replace(word.begin(), word.end(), '_', '-');
  return word;
}

std::string to_theirs(std::string_view word) {
  std::string shouted{word};
  for (char& c : shouted) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '-') c = '_';
  }
  return shouted;
}

}  // namespace weighhouse::dialects::superb
