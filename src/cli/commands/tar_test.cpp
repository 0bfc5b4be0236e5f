#include "cli/commands/tar.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <vector>

namespace weighhouse::cli {
namespace {

class TarTest : public testing::Test {
 protected:
  std::string write(const std::vector<std::pair<std::string, std::string>>& files) {
    TarWriter tar{open_file(path, OpenMode::kCreateNew).take(), path};
    for (const auto& [name, text] : files) EXPECT_TRUE(tar.add(name, text));
    EXPECT_TRUE(tar.finish());
    return read_file(path).take();
  }
  static Result<std::vector<std::pair<std::string, std::string>>> read(const std::string& bytes) {
    std::vector<std::pair<std::string, std::string>> files;
    const MemoryAccess archive{bytes};
    TRY(read_tar(archive, [&](const TarEntry& entry) -> Result<bool> {
      files.emplace_back(entry.name, TRY(archive.read_exactly(entry.offset, entry.size_bytes)));
      return true;
    }));
    return files;
  }

  TemporaryDirectory folder = TemporaryDirectory::create().take();
  std::string path = join_path(folder.path(), "a.tar");
};

TEST_F(TarTest, ReadsWhatItWrote) {
  const std::vector<std::pair<std::string, std::string>> files{
      {"bundle.json", "{}"}, {"blobs/" + std::string(64, 'a'), std::string(1000, 'x')}, {"empty", ""}};
  EXPECT_EQ(read(write(files)).value(), files);
}

TEST_F(TarTest, IsWhatOtherProgramsRead) {
  write({{"bundle.json", "{}"}, {"blobs/b", std::string(513, 'x')}});
  EXPECT_EQ(std::system(("tar -C " + folder.path() + " -xf " + path + " 2>/dev/null").c_str()), 0);
  EXPECT_EQ(read_file(join_path(folder.path(), "blobs/b")).value(), std::string(513, 'x'));
}

TEST_F(TarTest, SaysThatAnArchiveWasCutShortOrDamaged) {
  const auto whole = write({{"bundle.json", "{}"}, {"b", std::string(2000, 'x')}});
  for (const std::size_t length : {0UL, 100UL, 512UL, 1500UL, 3000UL}) {
    EXPECT_EQ(read(whole.substr(0, length)).error().code, ErrorCode::kInvalidArgument) << length;
  }
  auto damaged = whole;
  damaged[130] = '7';
  EXPECT_EQ(read(damaged).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(TarTest, HoldsFilesOfMoreThanEightGibibytes) {
  struct Endless final : ByteSource {
    Result<std::size_t> read(std::span<std::byte>) override { return fail(ErrorCode::kCancelled, "enough"); }
  } endless;
  TarWriter tar{open_file(path, OpenMode::kCreateNew).take(), path};
  constexpr std::uint64_t kSize = std::uint64_t{9} << 30U;
  EXPECT_EQ(tar.add("large", endless, kSize).error().code, ErrorCode::kCancelled);
  struct Large final : RandomAccess {
    std::string head;
    std::uint64_t size_bytes() const override { return (std::uint64_t{9} << 30U) + 1536; }
    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
      std::fill(buffer.begin(), buffer.end(), std::byte{0});
      if (offset == 0) std::memcpy(buffer.data(), head.data(), std::min(buffer.size(), head.size()));
      return buffer.size();
    }
  } large;
  large.head = read_file(path).take();
  std::uint64_t seen = 0;
  EXPECT_TRUE(read_tar(large, [&](const TarEntry& entry) -> Result<bool> {
    seen = entry.size_bytes;
    return true;
  }));
  EXPECT_EQ(seen, kSize);
}

}  // namespace
}  // namespace weighhouse::cli
