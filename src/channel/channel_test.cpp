#include "channel/channel.h"

#include <cstring>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "channel/frame.h"
#include "channel/testing/fuzz_checks.h"

namespace weighhouse::channel {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

struct Ends {
  Channel left;
  Channel right;
  explicit Ends(Limits of_right = {}) : Ends(make_pair().value(), of_right) {}
  Ends(std::pair<FileDescriptor, FileDescriptor> pair, Limits of_right)
      : left(std::move(pair.first), {.files = kMaxFiles, .patience = milliseconds{300}}),
        right(std::move(pair.second), of_right) {}
  void write_raw(std::string_view bytes) const {
    ASSERT_EQ(::write(left.descriptor(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
};

FileDescriptor file_with(std::string_view text) {
  FileDescriptor file{::memfd_create("input", MFD_CLOEXEC)};
  EXPECT_TRUE(write_all(file.get(), text));
  return file;
}

std::string text_of(const FileDescriptor& file) {
  char buffer[64];
  const auto count = ::pread(file.get(), buffer, sizeof buffer, 0);
  return {buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

std::size_t open_descriptors() { return list_directory("/proc/self/fd").value().size(); }

std::string prefix_of(const Prefix& prefix) {
  const auto bytes = encode(prefix);
  return {bytes.data(), bytes.size()};
}

TEST(Channel, CarriesHeaderBodyAndFilesWhole) {
  Ends ends{{.files = 2}};
  const auto one = file_with("the first");
  const auto two = file_with("the second");
  const int files[] = {one.get(), two.get()};
  const std::string body{"\0bytes\xff", 7};
  ASSERT_TRUE(ends.left.send({{"type", "order"}}, body, files));
  ASSERT_TRUE(ends.left.send({{"type", "cancel"}}));

  auto first = ends.right.receive().value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->header.at("type"), "order");
  EXPECT_EQ(first->body, body);
  ASSERT_EQ(first->files.size(), 2U);
  EXPECT_EQ(text_of(first->files[0]), "the first");
  EXPECT_EQ(text_of(first->files[1]), "the second");
  EXPECT_NE(::fcntl(first->files[0].get(), F_GETFD) & FD_CLOEXEC, 0);
  const auto second = ends.right.receive().value();
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->files.empty());
}

TEST(Channel, CarriesBodiesLargerThanTheSocketHolds) {
  Ends ends;
  const std::string body(20'000'000, 'x');
  std::jthread sender{[&] { EXPECT_TRUE(ends.left.send({{"type", "answer"}}, body)); }};
  const auto message = ends.right.receive();
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((*message)->body, body);
}

TEST(Channel, KeepsMessagesOfManySendersApart) {
  Ends ends;
  constexpr int kSenders = 4;
  constexpr int kEach = 200;
  std::vector<std::jthread> senders;
  for (int sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender] {
      const std::string body(3000, static_cast<char>('a' + sender));
      for (int i = 0; i < kEach; ++i) ASSERT_TRUE(ends.left.send({{"sender", sender}}, body));
    });
  }
  for (int i = 0; i < kSenders * kEach; ++i) {
    const auto message = ends.right.receive();
    ASSERT_TRUE(message && *message);
    const auto sender = static_cast<char>('a' + (*message)->header.at("sender").as_int64());
    ASSERT_EQ((*message)->body, std::string(3000, sender));
  }
}

TEST(Channel, TellsAnEndBetweenMessagesFromAnEndWithinOne) {
  {
    Ends ends;
    ends.left.shut();
    const auto end = ends.right.receive();
    ASSERT_TRUE(end);
    EXPECT_FALSE(end->has_value());
  }
  Ends ends;
  ends.write_raw(prefix_of({.header_bytes = 100}) + "{");
  ends.left.shut();
  EXPECT_EQ(ends.right.receive().error().code, ErrorCode::kUnavailable);
}

TEST(Channel, RefusesMoreThanItsLimitsBeforeAnythingIsRead) {
  for (const auto& prefix :
       {Prefix{.header_bytes = 65'537}, Prefix{.header_bytes = 2, .body_bytes = (64ULL << 20U) + 1},
        Prefix{.header_bytes = 2, .files = 1}}) {
    Ends ends;
    ends.write_raw(prefix_of(prefix));
    EXPECT_EQ(ends.right.receive().error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Channel, ClosesFilesThatItDoesNotTake) {
  Ends ends{{.files = 0}};
  const auto before = open_descriptors();
  const auto file = file_with("unasked");
  const int files[] = {file.get(), file.get()};
  ASSERT_TRUE(ends.left.send({{"type", "beat"}}, {}, files));
  EXPECT_EQ(ends.right.receive().error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(open_descriptors(), before + 1);
}

TEST(Channel, RefusesBytesThatAreNoMessage) {
  for (const std::string_view bytes : {"sixteen bytes ab", "0123456789abcdefgh"}) {
    Ends ends;
    ends.write_raw(bytes);
    EXPECT_EQ(ends.right.receive().error().code, ErrorCode::kInvalidArgument);
  }
  const std::string deep = "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";
  for (const std::string& header : {std::string{"[]"}, std::string{"{\"a\":"}, std::string{"{\"a\":\"\xff\"}"}, deep}) {
    Ends ends;
    ends.write_raw(prefix_of({.header_bytes = static_cast<std::uint32_t>(header.size())}) + header);
    EXPECT_EQ(ends.right.receive().error().code, ErrorCode::kInvalidArgument) << header;
  }
}

TEST(Channel, GivesUpOnAMessageThatStallsHalfWay) {
  Ends ends{{.patience = milliseconds{100}}};
  ends.write_raw(prefix_of({.header_bytes = 10}) + "{");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(ends.right.receive().error().code, ErrorCode::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{5});
}

TEST(Channel, GivesUpOnAReaderThatDoesNotRead) {
  Ends ends;
  const auto sent = ends.left.send({}, std::string(10'000'000, 'x'));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kUnavailable);
}

TEST(Channel, RefusesToSendWhatNobodyWouldTake) {
  Ends ends;
  EXPECT_EQ(ends.left.send({{"a", std::string(70'000, 'x')}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ends.left.send({}, std::string((64U << 20U) + 1, 'x')).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(ends.left.send({{"type", "cancel"}}));
}

TEST(Channel, SurvivesTheCorpusOfStrangeBytes) {
  const std::string folder = WEIGH_CORPUS;
  const auto names = list_directory(folder).value();
  ASSERT_FALSE(names.empty());
  for (const auto& name : names) testing::check_channel(read_file(join_path(folder, name)).value());
}

}  // namespace
}  // namespace weighhouse::channel
