// A home on a file system of 32 MiB, of the test's own and gone with it.

#include <boost/json.hpp>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

#include "base/digest.h"
#include "base/file.h"
#include "base/json_fields.h"
#include "client/exchange.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

using testing::HasSubstr;

constexpr std::size_t kMiB = std::size_t{1} << 20U;

std::string some_bytes(std::size_t count, char seed) {
  std::string bytes(count, seed);
  for (std::size_t i = 0; i < count; i += 61) bytes[i] = static_cast<char>(i / 61 * 7);
  return bytes;
}

class DiskFull : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(home_);
    const Words inside{"/usr/bin/unshare",
                       "--mount",
                       "/bin/sh",
                       "-c",
                       "mount -t tmpfs -o size=32m weigh-test " + home_ + " && exec \"$@\"",
                       "sh"};
    Words probe = inside;
    probe.emplace_back("/bin/true");
    if (run_program(probe, {}, folder_.path()).code != 0)
      GTEST_SKIP() << "Mounting a small file system takes an administrator.";
    auto started = Server::start(home_, {}, inside);
    ASSERT_TRUE(started) << started.error().message;
    server_.emplace(std::move(started).take());
    transport_ = client::open_transport(server_->address()).take();
  }

  struct Answer {
    int status = 0;
    std::string text{};
    std::string upload_offset{};
  };
  Answer send(client::Call call) {
    auto reply = transport_->send(call);
    EXPECT_TRUE(reply) << call.target << ": " << (reply ? "" : reply.error().message);
    if (!reply) return {};
    return {reply->status, read_all(*reply->body, 64 * kMiB).value_or("(broken off)"),
            std::string{reply->find("Upload-Offset").value_or("")}};
  }
  Answer put_blob(const std::string& bytes) {
    MemorySource source{bytes};
    client::Call call{.method = "PUT", .target = "/api/blobs/" + Digest::of(bytes).to_string()};
    call.stream = &source;  // asks before it sends
    call.stream_bytes = bytes.size();
    return send(std::move(call));
  }
  Answer publish(const std::string& name, const std::string& bytes) {
    const boost::json::object file{{"path", "weights.bin"}, {"digest", Digest::of(bytes).to_string()}};
    return send({.method = "POST",
                 .target = "/api/models/" + name + "/versions",
                 .headers = {{"Content-Type", "application/json"}},
                 .body = boost::json::serialize(boost::json::object{{"files", boost::json::array{file}}})});
  }
  Answer append(const std::string& id, std::size_t offset, const std::string& bytes) {
    return send({.method = "PATCH",
                 .target = "/api/uploads/" + id,
                 .headers = {{"Content-Type", "application/partial-upload"},
                             {"Upload-Offset", std::to_string(offset)},
                             {"Upload-Complete", "?0"}},
                 .body = bytes});
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
  std::optional<Server> server_{};
  std::unique_ptr<client::Transport> transport_{};
  const std::string kept_ = some_bytes(4 * kMiB, 'k');
};

TEST_F(DiskFull, RefusesAFileThatHasNoRoomBeforeItsBytesCome) {
  ASSERT_EQ(put_blob(kept_).status, 201);
  ASSERT_EQ(publish("kept", kept_).status, 201);
  const std::string large = some_bytes(48 * kMiB, 'l');
  const Answer refused = put_blob(large);
  EXPECT_EQ(refused.status, 507);
  EXPECT_THAT(refused.text, HasSubstr("disk is full"));
  EXPECT_EQ(send({.target = "/api/blobs/" + Digest::of(large).to_string()}).status, 404);
  EXPECT_EQ(publish("large", large).status, 409);
  EXPECT_EQ(send({.target = "/api/models/large"}).status, 404);
  EXPECT_EQ(send({.target = "/api/models/kept/versions/1/files/weights.bin"}).text, kept_);
  const std::string next = some_bytes(4 * kMiB, 'n');
  EXPECT_EQ(put_blob(next).status, 201) << "what was refused takes no room";
  EXPECT_EQ(publish("next", next).status, 201);
}

TEST_F(DiskFull, TellsAClientThatDoesNotAskBeforeItSends) {
  const std::string curl = "/usr/bin/curl";
  if (!path_exists(curl)) GTEST_SKIP() << "curl is not installed.";
  const std::string large = some_bytes(48 * kMiB, 'l');
  const std::string file = join_path(folder_.path(), "large.bin");
  ASSERT_TRUE(replace_file(file, large));
  const std::string target = server_->address() + "/api/blobs/" + Digest::of(large).to_string();
  const auto told = run_program({curl, "-sS", "-H", "Expect:", "-T", file, target}, {}, folder_.path());
  EXPECT_EQ(told.code, 0) << told.error;
  EXPECT_THAT(told.output, HasSubstr("disk is full"));
}

TEST_F(DiskFull, LeavesRoomToDeleteWhatFillsTheDisk) {
  for (const char* name : {"first", "second"}) {
    const std::string bytes = some_bytes(8 * kMiB, name[0]);
    ASSERT_EQ(put_blob(bytes).status, 201);
    ASSERT_EQ(publish(name, bytes).status, 201);
  }
  std::vector<std::string> fillers;
  std::size_t size = 4 * kMiB;
  while (size >= kMiB / 4) {
    fillers.push_back(some_bytes(size, static_cast<char>('A' + fillers.size())));
    if (put_blob(fillers.back()).status == 201) continue;
    fillers.pop_back();
    size /= 2;
  }
  ASSERT_FALSE(fillers.empty());
  ASSERT_EQ(put_blob(some_bytes(kMiB / 2, 'z')).status, 507) << "the disk is as full as it gets";

  EXPECT_EQ(publish("filler", fillers.front()).status, 201) << "rows find room";
  const auto deleted = send({.method = "DELETE", .target = "/api/models/first"});
  ASSERT_EQ(deleted.status, 200) << deleted.text;
  const auto entry = text_at(boost::json::parse(deleted.text).as_object(), "trash_id");
  const auto purged = send({.method = "DELETE", .target = "/api/trash/" + entry});
  ASSERT_EQ(purged.status, 200) << purged.text;
  EXPECT_EQ(put_blob(some_bytes(4 * kMiB, 'n')).status, 201);
}

TEST_F(DiskFull, StopsAnUploadOfUnknownLengthAndGoesOnOnceThereIsRoom) {
  ASSERT_EQ(put_blob(kept_).status, 201);
  ASSERT_EQ(publish("kept", kept_).status, 201);
  const auto begun = send({.method = "POST", .target = "/api/uploads"});
  ASSERT_EQ(begun.status, 201) << begun.text;
  const std::string id = text_at(boost::json::parse(begun.text).as_object(), "id");
  std::size_t offset = 0;
  Answer answer{.status = 200};
  while (answer.status == 200 && offset < 40 * kMiB) {
    answer = append(id, offset, some_bytes(2 * kMiB, static_cast<char>(offset / kMiB)));
    if (answer.status == 200) offset += 2 * kMiB;
  }
  EXPECT_EQ(answer.status, 507);
  EXPECT_THAT(answer.text, HasSubstr("disk is full"));

  // All that is shown is what was there before, and it is whole; the upload knows how far it came.
  EXPECT_EQ(send({.target = "/api/models/kept/versions/1/files/weights.bin"}).text, kept_);
  EXPECT_EQ(boost::json::parse(send({.target = "/api/models"}).text).at("total"), 1);
  const auto state = send({.method = "HEAD", .target = "/api/uploads/" + id});
  EXPECT_EQ(state.status, 200);
  EXPECT_GE(std::stoull("0" + state.upload_offset), offset);

  EXPECT_EQ(send({.method = "DELETE", .target = "/api/uploads/" + id}).status, 204);
  const std::string next = some_bytes(4 * kMiB, 'n');
  EXPECT_EQ(put_blob(next).status, 201);
  EXPECT_EQ(publish("next", next).status, 201);
}

}  // namespace
}  // namespace weighhouse::e2e
