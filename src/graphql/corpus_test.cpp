#include <gtest/gtest.h>
#include <random>

#include "base/file.h"
#include "graphql/testing/fuzz_checks.h"

// What the fuzzer begins with and what it once found, in every build and with every compiler.
namespace weighhouse::graphql {
namespace {

std::vector<std::string> corpus() {
  const auto folder = join_path(WEIGH_FUZZ_CORPUS, "graphql");
  std::vector<std::string> texts;
  for (const auto& name : list_directory(folder).take()) texts.push_back(read_file(join_path(folder, name)).take());
  return texts;
}

TEST(GraphqlCorpus, HoldsEveryPromise) {
  const auto texts = corpus();
  EXPECT_FALSE(texts.empty());
  for (const auto& text : texts) testing::check_document(text);
}

TEST(GraphqlCorpus, HoldsEveryPromiseWhenPiecesAreCutOutSwappedOrRepeated) {
  const auto texts = corpus();
  std::mt19937 random{20'250'104};
  const auto below = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>{0, most}(random); };
  for (int round = 0; round < 3'000; ++round) {
    std::string text = texts[below(texts.size() - 1)];
    for (auto changes = 1 + below(3); changes > 0 && !text.empty(); --changes) {
      const auto from = below(text.size() - 1);
      const auto piece = text.substr(from, 1 + below(30));
      const auto& other = texts[below(texts.size() - 1)];
      if (below(2) == 0) text.erase(from, piece.size());
      if (below(2) == 0) text.insert(below(text.size()), piece);
      if (below(2) == 0 && !other.empty())
        text.insert(below(text.size()), other.substr(below(other.size() - 1), below(40)));
    }
    testing::check_document(text);
  }
}

}  // namespace
}  // namespace weighhouse::graphql
