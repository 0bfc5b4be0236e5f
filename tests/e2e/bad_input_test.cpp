// Bad input gets a sentence that names the thing and the way out, and changes nothing: names, files and homes.

#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <sqlite3.h>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "client/exchange.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Everything below a folder, with sizes: what a refusal must leave as it was.
std::vector<std::string> tree(const std::string& folder) {
  std::vector<std::string> entries;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    const std::string path = entry.path().string();
    if (path.find("weighhouse.db") != std::string::npos || !entry.is_regular_file()) continue;
    entries.push_back(path + " " + std::to_string(entry.file_size()));
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

class BadInput : public testing::Test {
 protected:
  void serve() {
    auto started = Server::start(home_);
    ASSERT_TRUE(started) << started.error().message;
    server_.emplace(std::move(started).take());
    transport_ = client::open_transport(server_->address()).take();
    // The last file that a server of an empty home makes of its own, shortly after it answers.
    const std::string register_path = join_path(home_, "models/registry.json");
    for (int turn = 0; turn < 500 && !std::filesystem::exists(register_path); ++turn) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
  }

  Outcome run(Words words) const {
    words.insert(words.begin(), weigh_path());
    return run_program(words, {{"WEIGH_HOME", home_}}, folder_.path());
  }
  std::string at(std::string_view name) const { return join_path(folder_.path(), name); }

  struct Answer {
    int status = 0;
    std::string text{};
  };
  Answer send(client::Call call) {
    auto reply = transport_->send(call);
    EXPECT_TRUE(reply) << call.target << ": " << (reply ? "" : reply.error().message);
    if (!reply) return {};
    return {reply->status, read_all(*reply->body, std::size_t{1} << 20U).value_or("(broken off)")};
  }
  Answer publish(const std::string& encoded_name, const std::string& path) {
    const boost::json::object file{{"path", path}, {"digest", Digest::of(bytes_).to_string()}};
    return send({.method = "POST",
                 .target = "/api/models/" + encoded_name + "/versions",
                 .headers = {{"Content-Type", "application/json"}},
                 .body = boost::json::serialize(boost::json::object{{"files", boost::json::array{file}}})});
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
  std::optional<Server> server_{};
  std::unique_ptr<client::Transport> transport_{};
  const std::string bytes_ = "weights";
};

// As a path carries them, and as a person types them.
const std::vector<std::pair<std::string, std::string>> kBadNames{
    {"..", ".."},
    {"%2E%2E", ".."},
    {"a%2Fb%2Fc", "a/b/c"},
    {"%2E%2E%2Fetc", "../etc"},
    {"a%5Cb", "a\\b"},
    {"..%5C..%5Cwindows", "..\\..\\windows"},
    {"a%0Ab", "a\nb"},
    {"a%00b", std::string{"a\x01"
                          "b"}},
    {"a%7Fb",
     "a\x7f"
     "b"},
    {"a%20b", "a b"},
    {".hidden", ".hidden"},
    {"-rf", "-rf"},
    {"%F0%9F%90%88", "\xF0\x9F\x90\x88"},
    {"%FF%FE", "\xFF\xFE"},
    {std::string(129, 'a'), std::string(129, 'a')},
    {std::string(5000, 'a'), std::string(5000, 'a')},
    {"list", "list"},
};

TEST_F(BadInput, ANameThatIsNoneIsRefusedByTheServerAndNothingIsMade) {
  serve();
  const auto put = send({.method = "PUT", .target = "/api/blobs/" + Digest::of(bytes_).to_string(), .body = bytes_});
  ASSERT_EQ(put.status, 201) << put.text;
  const auto before = tree(home_);
  for (const auto& [name, shown] : kBadNames) {
    const auto answer = publish(name, "a.bin");
    EXPECT_THAT(answer.status, AnyOf(400, 404, 405)) << name << ": " << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("\"message\"")) << name;
    EXPECT_THAT(send({.target = "/api/models/" + name + "/versions"}).status, AnyOf(400, 404, 405)) << name;
    EXPECT_THAT(send({.method = "DELETE", .target = "/api/models/" + name}).status, AnyOf(400, 404, 405)) << name;
  }
  EXPECT_THAT(publish("", "a.bin").status, AnyOf(400, 404, 405));
  EXPECT_EQ(boost::json::parse(send({.target = "/api/models"}).text).at("total"), 0);
  EXPECT_EQ(tree(home_), before);
}

TEST_F(BadInput, APathThatLeavesItsVersionIsRefused) {
  serve();
  ASSERT_EQ(send({.method = "PUT", .target = "/api/blobs/" + Digest::of(bytes_).to_string(), .body = bytes_}).status,
            201);
  const auto before = tree(home_);
  for (const std::string& path :
       std::vector<std::string>{"", ".", "..", "../a", "/etc/passwd", "a/../../b", "a//b", "a/", "a\\b", "C:\\a",
                                "a\nb", std::string{"a\0b", 3}, "a/./b", std::string(5000, 'a')}) {
    const auto answer = publish("jarvis", path);
    EXPECT_EQ(answer.status, 400) << printable(path, 60) << ": " << answer.text;
  }
  EXPECT_EQ(send({.target = "/api/models/jarvis"}).status, 404);
  EXPECT_EQ(tree(home_), before);
}

TEST_F(BadInput, ANameThatIsNoneIsRefusedByTheCommandLine) {
  ASSERT_TRUE(replace_file(at("a.pt"), bytes_));
  ASSERT_EQ(run({"list"}).code, 0);
  const auto before = tree(home_);
  for (const auto& [encoded, name] : kBadNames) {
    const auto outcome = run({"import", "a.pt", "--name=" + name});
    EXPECT_EQ(outcome.code, 2) << printable(name, 60) << ": " << outcome.output << outcome.error;
    EXPECT_THAT(outcome.error, AllOf(HasSubstr("weigh: "), Not(HasSubstr("\x7f")))) << printable(name, 60);
  }
  EXPECT_THAT(run({"import", "a.pt", "--name="}).error, Not(IsEmpty()));
  EXPECT_EQ(tree(home_), before);
}

TEST_F(BadInput, BytesThatAreNotWhatTheirNameSaysAreNotKept) {
  serve();
  const auto before = tree(home_);
  const std::string digest = Digest::of("other bytes").to_string();
  const auto lied = send({.method = "PUT", .target = "/api/blobs/" + digest, .body = bytes_});
  EXPECT_EQ(lied.status, 400);
  EXPECT_THAT(lied.text, HasSubstr(digest));
  EXPECT_EQ(send({.target = "/api/blobs/" + digest}).status, 404);
  EXPECT_EQ(send({.target = "/api/blobs/" + Digest::of(bytes_).to_string()}).status, 404);
  EXPECT_EQ(tree(home_), before);
}

TEST_F(BadInput, AScriptIsToldOfWhatInspectSawWhereItAsks) {
  ASSERT_TRUE(replace_file(at("text.json"), "{}"));
  ASSERT_TRUE(replace_file(at("evil.pkl"), "cos\nsystem\n(S'true'\ntR."));
  ASSERT_TRUE(replace_file(at("cut.gguf"), std::string{"GGUF\x03\0\0\0\xFF\xFF", 10}));
  EXPECT_EQ(run({"inspect", "text.json", "--fail-on", "warning"}).code, 0);
  EXPECT_EQ(run({"inspect", "evil.pkl"}).code, 0) << "looking is no failure by itself";
  const auto evil = run({"inspect", "evil.pkl", "--fail-on", "danger"});
  EXPECT_EQ(evil.code, 4);
  EXPECT_THAT(evil.error, AllOf(HasSubstr("evil.pkl"), HasSubstr("danger"), HasSubstr("system")));
  EXPECT_EQ(run({"inspect", "cut.gguf", "--fail-on", "danger"}).code, 4);
  EXPECT_EQ(run({"inspect", "cut.gguf", "--fail-on", "everything"}).code, 2);
}

TEST_F(BadInput, ATruncatedOrLyingFileIsNamedAsWhatItIs) {
  const std::string header = R"({"w":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]}})";
  const std::string length{static_cast<char>(header.size()), 0, 0, 0, 0, 0, 0, 0};
  const std::string lying = length + header + std::string(16, 'w');           // 4000 bytes promised, 16 there
  const std::string absurd = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F" + header;     // a header of 8 EiB
  const std::string zip = std::string{"PK\x03\x04"} + std::string(40, '\0');  // and no directory at its end
  for (const auto& [name, bytes] :
       {std::pair{"lying.safetensors", lying}, std::pair{"absurd.safetensors", absurd}, std::pair{"cut.pt", zip},
        std::pair{"cut.onnx", std::string{"\x08\x08\x12\xFF\xFF\xFF\xFF\x0F"}},
        std::pair{"cut.gguf", std::string{"GGUF\x03\0\0\0\xFF\xFF", 10}}, std::pair{"empty.pt", std::string{}}}) {
    ASSERT_TRUE(replace_file(at(name), bytes));
    const auto outcome = run({"inspect", name});
    EXPECT_THAT(outcome.code, AnyOf(0, 2)) << name << outcome.error;
    EXPECT_THAT(outcome.output + outcome.error,
                AnyOf(HasSubstr("truncated"), HasSubstr("warning"), HasSubstr("error"), HasSubstr("nothing known"),
                      HasSubstr("empty"), HasSubstr("unknown"), HasSubstr("danger"), HasSubstr("damaged")))
        << name;
  }
}

// As if a later program had changed the database.
void age(const std::string& database) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(database.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, "INSERT INTO schema_migrations VALUES (9999, '9999_later.sql', 'x', '2030')", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
}

TEST_F(BadInput, AHomeFromANewerProgramIsDeclinedAndLeftAsItIs) {
  ASSERT_EQ(run({"list"}).code, 0);
  const std::string database = home_ + "/weighhouse.db";
  age(database);
  const auto before = Digest::of(read_file(database).value());
  for (const Words& words : {Words{"list"}, Words{"serve", "--listen", "127.0.0.1:0"}}) {
    const auto outcome = run(words);
    EXPECT_EQ(outcome.code, 4) << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr("newer"));
  }
  EXPECT_EQ(Digest::of(read_file(database).value()), before);
}

TEST_F(BadInput, ASettingThatDoesNotExistIsNamed) {
  std::filesystem::create_directories(home_);
  ASSERT_TRUE(replace_file(home_ + "/weighhouse.toml", "[server]\nlisen = [\"127.0.0.1:8000\"]\n"));
  const auto outcome = run({"serve"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, AllOf(HasSubstr("server.lisen"), HasSubstr("weighhouse.toml")));
}

}  // namespace
}  // namespace weighhouse::e2e
