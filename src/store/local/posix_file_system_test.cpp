#include <algorithm>
#include <gtest/gtest.h>
#include <new>

#include "base/file.h"
#include "store/local/file_system.h"
#include "store/testing/blobs.h"

namespace weighhouse::store {
namespace {

constexpr std::size_t kPage = 4096;

// Memory that begins `shift` bytes into a page, with the bytes of `text`.
class Shifted {
 public:
  Shifted(std::string_view text, std::size_t shift)
      : memory_(static_cast<std::byte*>(::operator new(text.size() + shift + 1, std::align_val_t{kPage}))),
        bytes_(memory_ + shift, text.size()) {
    std::ranges::copy(as_span(text), bytes_.begin());
  }
  Shifted(const Shifted&) = delete;
  Shifted& operator=(const Shifted&) = delete;
  ~Shifted() { ::operator delete(memory_, std::align_val_t{kPage}); }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::byte* memory_;
  std::span<std::byte> bytes_;
};

// In the working directory: the system's place for temporary files may be memory, which knows no direct way.
TEST(PosixFileSystemTest, WritesTheSameByWhateverWayItGoes) {
  const auto directory = TemporaryDirectory::create(".").value();
  const auto files = posix_file_system();
  for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, std::size_t{100}, kPage - 1, kPage, 3 * kPage + 7}) {
    for (const std::size_t size : {std::size_t{10}, 16 * kPage - 1, 16 * kPage, 17 * kPage + 5, 80 * kPage}) {
      for (const std::size_t shift : {offset % kPage, (offset + 1) % kPage}) {
        const auto path = directory.path() + "/file";
        const auto file = files->open(path, OpenMode::kCreateNew).value();
        const auto before = pattern(offset, 7);
        const auto bytes = pattern(size, size);
        ASSERT_TRUE(file->write_at(0, as_span(before)));
        ASSERT_TRUE(file->write_at(offset, Shifted{bytes, shift}.bytes()));
        ASSERT_TRUE(file->write_at(offset + size, as_span("end")));
        ASSERT_TRUE(file->sync());
        ASSERT_TRUE(read_whole(*files, path, 1U << 20U).value() == before + bytes + "end") << offset << " " << size;
        ASSERT_TRUE(files->remove_file(path));
      }
    }
  }
}

}  // namespace
}  // namespace weighhouse::store
