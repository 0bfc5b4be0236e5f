#include "features/ngrams.h"

#include <algorithm>

namespace weighhouse::features {
namespace {

void sort_and_count(std::vector<Term>& terms) {
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.name < b.name; });
  auto last = terms.begin();
  for (auto term = terms.begin(); term != terms.end();) {
    Term counted{term->name, 0};
    for (; term != terms.end() && term->name == counted.name; ++term) ++counted.count;
    *last++ = counted;
  }
  terms.erase(last, terms.end());
}

}  // namespace

void count_terms(const Words& text, Terms& out) {
  out.words.clear();
  out.characters.clear();
  for_each_ngram(text, [&](NgramKind kind, std::uint64_t name, std::uint32_t, std::uint32_t) {
    (kind == NgramKind::kWords ? out.words : out.characters).push_back({name, 1});
  });
  sort_and_count(out.words);
  sort_and_count(out.characters);
}

}  // namespace weighhouse::features
