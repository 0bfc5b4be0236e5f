#include "sources/kept_pages.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace weighhouse::sources {
namespace {

class KeptPagesTest : public testing::Test {
 protected:
  TemporaryDirectory directory = TemporaryDirectory::create().take();
  std::string folder = join_path(directory.path(), "lists");
  KeptPages pages{folder};
};

TEST_F(KeptPagesTest, AreWhatTheyWereAndTheLatestOfAnAddress) {
  EXPECT_TRUE(pages.find("http://s/a").tag.empty());
  pages.keep("http://s/a", {"\"1\"", "first\nlist"});
  pages.keep("http://s/b", {"\"1\"", "other"});
  pages.keep("http://s/a", {"\"2\"", "second\nlist"});
  const auto page = KeptPages{folder}.find("http://s/a");
  EXPECT_EQ(page.tag, "\"2\"");
  EXPECT_EQ(page.text, "second\nlist");
}

TEST_F(KeptPagesTest, AreForgottenWhenSomebodyChangedThem) {
  pages.keep("http://s/a", {"\"1\"", "list"});
  const auto name = list_directory(folder).value().at(0);
  const auto path = join_path(folder, name);
  ASSERT_TRUE(replace_file(path, read_file(path).value() + " of another"));
  EXPECT_TRUE(pages.find("http://s/a").tag.empty());
  ASSERT_TRUE(replace_file(path, ""));
  EXPECT_TRUE(pages.find("http://s/a").tag.empty());
}

TEST_F(KeptPagesTest, AreNotKeptWithoutATagNorWithoutEnd) {
  pages.keep("http://s/a", {"", "list"});
  EXPECT_FALSE(path_exists(folder));
  for (int i = 0; i < 100; ++i) pages.keep("http://s/" + std::to_string(i), {"\"1\"", "list"});
  EXPECT_EQ(list_directory(folder)->size(), 32U);
}

}  // namespace
}  // namespace weighhouse::sources
