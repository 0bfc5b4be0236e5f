#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <mutex>

#include "base/file.h"
#include "base/text.h"
#include "client/download.h"
#include "client/error_body.h"
#include "client/upload.h"
#include "client/upload_all.h"
#include "wire/json_text.h"

namespace weighhouse::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// As much of a server's intake as transfers see, with a line to it that breaks after so many bytes.
class BreakingServer final : public Transport {
 public:
  Result<Reply> send(const Call& call) override {
    const std::lock_guard lock{mutex_};
    log_.push_back(call.method + " " + call.target.substr(0, call.target.find('?')));
    if (refuse_calls_ > 0) {
      --refuse_calls_;
      return fail(ErrorCode::kUnavailable, "Nobody answers.");
    }
    if (call.method == "PUT") return put(call);
    if (call.method == "PATCH") return append(call);
    if (call.method == "POST") return begin(call);
    if (call.target == "/api/uploads") return list();
    if (call.target.starts_with("/api/uploads/")) return json(200, upload_body());
    return download(call);
  }

  std::map<std::string, std::string> blobs_;  // by digest
  std::string served_;                        // what downloads give
  std::vector<std::string> log_;
  std::vector<std::string> ranges_;
  std::size_t break_after_ = SIZE_MAX;  // bytes of one body, either way
  int breaks_left_ = 0;
  int refuse_calls_ = 0;
  bool knows_ranges_ = true;
  std::string unfinished_;
  std::string unfinished_name_;

 private:
  static Reply json(int status, const Object& body) {
    return {.status = status, .headers = {}, .body = std::make_unique<MemorySource>(wire::to_text(body))};
  }

  bool breaks_now() { return breaks_left_ > 0 && breaks_left_-- > 0; }

  // Reads the body of a call until its end or until the line breaks.
  Result<> receive(const Call& call, std::string& into) {
    const bool breaks = breaks_now();
    std::vector<std::byte> buffer(1000);
    for (std::size_t taken = 0;;) {
      const std::size_t count = TRY(call.stream->read(buffer));
      if (count == 0) return {};
      if (breaks && taken + count > break_after_) return fail(ErrorCode::kUnavailable, "The connection broke.");
      taken += count;
      into.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
  }

  Result<Reply> put(const Call& call) {
    std::string body;
    TRY(receive(call, body));
    const std::string digest = *decode_percent(call.target.substr(call.target.rfind('/') + 1));
    if (Digest::of(body).to_string() != digest)
      return json(400, error_body({.code = ErrorCode::kInvalidArgument, .message = "The digest does not match."}));
    blobs_[digest] = body;
    return json(201, {{"digest", digest}});
  }

  Result<Reply> begin(const Call& call) {
    unfinished_name_ = *decode_percent(call.target.substr(call.target.find("name=") + 5));
    unfinished_.clear();
    size_ = 0;
    for (const auto& [name, value] : call.headers) {
      if (name == "Upload-Length") size_ = static_cast<std::size_t>(*parse_int(value));
    }
    return json(201, upload_body());
  }

  Result<Reply> append(const Call& call) {
    for (const auto& [name, value] : call.headers) {
      if (name == "Upload-Offset" && value != std::to_string(unfinished_.size())) {
        return json(409, error_body({.code = ErrorCode::kFailedPrecondition, .message = "Another offset."}));
      }
    }
    TRY(receive(call, unfinished_));
    const std::string digest = Digest::of(unfinished_).to_string();
    blobs_[digest] = unfinished_;
    Object body = upload_body();
    body["digest"] = digest;
    unfinished_name_.clear();
    return json(200, body);
  }

  Object upload_body() const {
    return {{"id", "U1"}, {"name", unfinished_name_}, {"offset", unfinished_.size()}, {"size_bytes", size_}};
  }

  Result<Reply> list() const {
    boost::json::array uploads;
    if (!unfinished_name_.empty()) uploads.push_back(upload_body());
    return json(200, {{"uploads", std::move(uploads)}});
  }

  class BreakingSource final : public ByteSource {
   public:
    BreakingSource(std::string bytes, std::size_t limit) : bytes_(std::move(bytes)), limit_(limit) {}
    Result<std::size_t> read(std::span<std::byte> buffer) override {
      if (offset_ >= limit_) return fail(ErrorCode::kUnavailable, "The connection broke.");
      const std::size_t count = std::min({buffer.size(), bytes_.size() - offset_, limit_ - offset_});
      std::copy_n(reinterpret_cast<const std::byte*>(bytes_.data()) + offset_, count, buffer.begin());
      offset_ += count;
      return count;
    }

   private:
    std::string bytes_;
    std::size_t limit_;
    std::size_t offset_ = 0;
  };

  Result<Reply> download(const Call& call) {
    Reply reply{.status = 200, .headers = {{"ETag", "\"e\""}}, .body = nullptr};
    std::string bytes = served_;
    for (const auto& [name, value] : call.headers) {
      if (name != "Range") continue;
      ranges_.push_back(value);
      if (!knows_ranges_) continue;
      const auto offset = static_cast<std::size_t>(*parse_int(value.substr(6, value.size() - 7)));
      bytes = served_.substr(offset);
      reply.status = 206;
      reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(offset) + "-" +
                                                      std::to_string(served_.size() - 1) + "/" +
                                                      std::to_string(served_.size()));
    }
    reply.headers.emplace_back("Content-Length", std::to_string(bytes.size()));
    reply.body = std::make_unique<BreakingSource>(std::move(bytes), breaks_now() ? break_after_ : SIZE_MAX);
    return reply;
  }

  std::mutex mutex_;
  std::size_t size_ = 0;
};

class TransferTest : public testing::Test {
 protected:
  TransferTest() {
    options_.resumable_from_bytes = 50'000;
    options_.tries = 3;
    options_.pause = [this](std::chrono::milliseconds span) { pauses_.push_back(span.count()); };
    options_.on_bytes = [this](std::int64_t bytes) { moved_ += bytes; };
    for (std::size_t i = 0; i < 100'000; ++i) large_ += static_cast<char>(i * 7 % 251);
  }
  std::string at(std::string_view name) const { return join_path(folder_.path(), name); }
  LocalBlob blob_of(std::string_view name, std::string_view bytes) {
    EXPECT_TRUE(replace_file(at(name), bytes));
    return hash_file(at(name), std::string{name}, {}).take();
  }
  Fetch fetch() {
    return [this](const ResumePoint& from) {
      return api_.download_file(registry::Reference::parse("jarvis@3").value(), "jarvis.pt", from);
    };
  }
  Expected expected(std::string_view bytes) { return {.digest = Digest::of(bytes), .size_bytes = bytes.size()}; }
  std::vector<std::string> files() { return list_directory(folder_.path()).take(); }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  BreakingServer server_;
  Client api_{server_};
  TransferOptions options_;
  std::vector<std::int64_t> pauses_;
  std::atomic<std::int64_t> moved_{0};
  std::string large_;
};

TEST_F(TransferTest, SendsASmallFileInOneGo) {
  const auto blob = blob_of("a", "weights");
  ASSERT_TRUE(upload_blob(api_, blob, options_));
  EXPECT_EQ(server_.blobs_.at(blob.digest.to_string()), "weights");
  EXPECT_EQ(server_.log_.size(), 1U);
  EXPECT_EQ(moved_, 7);
}

TEST_F(TransferTest, SendsASmallFileAgainWhenTheConnectionBreaks) {
  server_.refuse_calls_ = 2;
  ASSERT_TRUE(upload_blob(api_, blob_of("a", "weights"), options_));
  EXPECT_THAT(pauses_, ElementsAre(200, 400));
  EXPECT_EQ(moved_, 7);
}

TEST_F(TransferTest, GivesUpWhenNobodyAnswersForLong) {
  server_.refuse_calls_ = 100;
  for (const auto& bytes : {std::string{"weights"}, large_}) {
    const auto sent = upload_blob(api_, blob_of("a", bytes), options_);
    ASSERT_FALSE(sent.has_value());
    EXPECT_EQ(sent.error().code, ErrorCode::kUnavailable);
  }
}

TEST_F(TransferTest, TakesALargeUploadUpWhereTheServerStopped) {
  server_.break_after_ = 30'000;
  server_.breaks_left_ = 3;
  const auto blob = blob_of("large", large_);
  ASSERT_TRUE(upload_blob(api_, blob, options_));
  EXPECT_EQ(server_.blobs_.at(blob.digest.to_string()), large_);
  EXPECT_EQ(std::count(server_.log_.begin(), server_.log_.end(), "PATCH /api/uploads/U1"), 4);
  EXPECT_EQ(moved_, 100'000);
}

TEST_F(TransferTest, GoesOnWithAnUploadOfAnEarlierRun) {
  server_.break_after_ = 60'000;
  server_.breaks_left_ = 1;
  auto hasty = options_;
  hasty.tries = 1;
  const auto blob = blob_of("large", large_);
  ASSERT_FALSE(upload_blob(api_, blob, hasty));
  ASSERT_EQ(server_.unfinished_.size(), 60'000U);
  server_.log_.clear();
  moved_ = 0;
  ASSERT_TRUE(upload_blob(api_, blob, options_));
  EXPECT_THAT(server_.log_, ElementsAre("GET /api/uploads", "PATCH /api/uploads/U1"));
  EXPECT_EQ(moved_, 100'000);
}

TEST_F(TransferTest, DoesNotGoOnWithAnUploadOfOtherBytes) {
  server_.break_after_ = 60'000;
  server_.breaks_left_ = 1;
  auto hasty = options_;
  hasty.tries = 1;
  ASSERT_FALSE(upload_blob(api_, blob_of("large", large_), hasty));
  const std::string other = std::string(100'000, 'x');
  const auto blob = blob_of("large", other);
  ASSERT_TRUE(upload_blob(api_, blob, options_));
  EXPECT_EQ(server_.blobs_.at(blob.digest.to_string()), other);
}

TEST_F(TransferTest, NoticesAFileThatChangedAfterItWasHashed) {
  for (const auto* bytes : {"other weights", "heights"}) {
    const auto blob = blob_of("a", "weights");
    ASSERT_TRUE(replace_file(at("a"), bytes));
    const auto sent = upload_blob(api_, blob, options_);
    ASSERT_FALSE(sent.has_value());
    EXPECT_EQ(sent.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_THAT(sent.error().message, HasSubstr("changed"));
  }
  EXPECT_THAT(server_.blobs_, IsEmpty());
}

TEST_F(TransferTest, SendsSeveralFilesAndReportsTheFirstFailure) {
  std::vector<LocalBlob> blobs;
  for (int i = 0; i < 5; ++i)
    blobs.push_back(blob_of("f" + std::to_string(i), std::string(static_cast<std::size_t>(i + 1), 'x')));
  ASSERT_TRUE(upload_all(api_, blobs, options_));
  EXPECT_EQ(server_.blobs_.size(), 5U);
  ASSERT_TRUE(remove_file(at("f2")));
  const auto sent = upload_all(api_, blobs, options_);
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().code, ErrorCode::kNotFound);
}

TEST_F(TransferTest, ReceivesAFileWholeAndVerified) {
  server_.served_ = large_;
  ASSERT_TRUE(receive_file(fetch(), expected(large_), at("out"), options_));
  EXPECT_EQ(read_file(at("out")).value(), large_);
  EXPECT_THAT(files(), ElementsAre("out"));
  EXPECT_EQ(moved_, 100'000);
}

TEST_F(TransferTest, GoesOnWithADownloadWhereTheConnectionBroke) {
  server_.served_ = large_;
  server_.break_after_ = 40'000;
  server_.breaks_left_ = 2;
  ASSERT_TRUE(receive_file(fetch(), expected(large_), at("out"), options_));
  EXPECT_EQ(read_file(at("out")).value(), large_);
  EXPECT_THAT(server_.ranges_, ElementsAre("bytes=40000-", "bytes=80000-"));
}

TEST_F(TransferTest, GoesOnWithADownloadOfAnEarlierRun) {
  server_.served_ = large_;
  server_.break_after_ = 40'000;
  server_.breaks_left_ = 1;
  auto hasty = options_;
  hasty.tries = 1;
  ASSERT_FALSE(receive_file(fetch(), expected(large_), at("out"), hasty));
  EXPECT_FALSE(path_exists(at("out")));
  moved_ = 0;
  ASSERT_TRUE(receive_file(fetch(), expected(large_), at("out"), options_));
  EXPECT_EQ(read_file(at("out")).value(), large_);
  EXPECT_THAT(server_.ranges_, ElementsAre("bytes=40000-"));
  EXPECT_EQ(moved_, 100'000);
}

TEST_F(TransferTest, BeginsAgainWhenTheServerSendsTheWhole) {
  server_.served_ = large_;
  server_.break_after_ = 40'000;
  server_.breaks_left_ = 1;
  server_.knows_ranges_ = false;
  ASSERT_TRUE(receive_file(fetch(), expected(large_), at("out"), options_));
  EXPECT_EQ(read_file(at("out")).value(), large_);
}

TEST_F(TransferTest, KeepsNothingOfBytesThatAreNotTheOnes) {
  ASSERT_TRUE(replace_file(at("out"), "old"));
  server_.served_ = std::string(large_.size(), 'x');
  const auto received = receive_file(fetch(), expected(large_), at("out"), options_);
  ASSERT_FALSE(received.has_value());
  EXPECT_EQ(received.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(files(), ElementsAre("out"));
  EXPECT_EQ(read_file(at("out")).value(), "old");
}

TEST_F(TransferTest, RefusesMoreBytesThanTheFileHas) {
  server_.served_ = large_ + "more";
  EXPECT_EQ(receive_file(fetch(), expected(large_), at("out"), options_).error().code, ErrorCode::kDataLoss);
}

TEST_F(TransferTest, ReceivesAnArchiveOfWhichOnlyTheLengthIsKnown) {
  server_.served_ = large_;
  server_.break_after_ = 40'000;
  server_.breaks_left_ = 1;
  ASSERT_TRUE(receive_file(fetch(), {}, at("out.zip"), options_));
  EXPECT_EQ(read_file(at("out.zip")).value(), large_);
}

TEST_F(TransferTest, ReceivesAnEmptyFile) {
  ASSERT_TRUE(receive_file(fetch(), expected(""), at("out"), options_));
  EXPECT_EQ(read_file(at("out")).value(), "");
}

TEST_F(TransferTest, LetsOnlyOneProgramReceiveAFile) {
  server_.served_ = large_;
  const Fetch nested = [&](const ResumePoint& from) {
    EXPECT_EQ(receive_file(fetch(), expected(large_), at("out"), options_).error().code,
              ErrorCode::kFailedPrecondition);
    return fetch()(from);
  };
  ASSERT_TRUE(receive_file(nested, expected(large_), at("out"), options_));
}

}  // namespace
}  // namespace weighhouse::client
