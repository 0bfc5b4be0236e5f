// Stories of the command line over the real program: each once with a server that holds the home, and once without.

#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

#include "base/digest.h"
#include "base/file.h"
#include "base/json_fields.h"
#include "client/client.h"
#include "client/upload.h"
#include "db/testing/postgres_server.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

constexpr unsigned short kColumns = 80;

class CommandLine {
 protected:
  std::string at(std::string_view name) const { return join_path(folder_.path(), name); }

  void write(std::string_view name, std::string_view bytes) const {
    std::filesystem::create_directories(std::filesystem::path{at(name)}.parent_path());
    ASSERT_TRUE(replace_file(at(name), bytes));
  }
  std::string read(std::string_view name) const { return read_file(at(name)).value_or("(nothing)"); }

  static Words command(const Words& words) {
    Words all{weigh_path()};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }
  Outcome run(const Words& words) const { return run_program(command(words), variables_, folder_.path()); }

  // Expects success and gives the answer.
  std::string ok(const Words& words) const {
    const auto outcome = run(words);
    EXPECT_EQ(outcome.code, 0) << testing::PrintToString(words) << "\n" << outcome.output << outcome.error;
    return outcome.output;
  }
  boost::json::object json(Words words) const {
    words.push_back("--json");
    const auto text = ok(words);
    boost::json::error_code failure;
    auto value = boost::json::parse(text, failure);
    EXPECT_TRUE(!failure && value.is_object()) << testing::PrintToString(words) << "\n" << text;
    return value.is_object() ? value.get_object() : boost::json::object{};
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
  Variables variables_{{"WEIGH_HOME", home_}};
};

enum class Way : std::uint8_t { kAlone, kServed, kServedOnPostgres };

class Cli : public CommandLine, public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (GetParam() == Way::kServed) server_.emplace(Server::start(home_).value());
    if (GetParam() == Way::kServedOnPostgres) {
      auto* postgres = db::PostgresServer::instance();
      if (postgres == nullptr) GTEST_SKIP() << db::kPostgresMissing;
      server_.emplace(Server::start(home_, {"--database", postgres->new_database()}).value());
    }
  }

  std::optional<Server> server_;
};

INSTANTIATE_TEST_SUITE_P(Ways, Cli, testing::Values(Way::kAlone, Way::kServed, Way::kServedOnPostgres),
                         [](const auto& way) {
                           if (way.param == Way::kServedOnPostgres) return "Postgres";
                           return way.param == Way::kAlone ? "Alone" : "Served";
                         });

TEST_P(Cli, TakesFilesInShowsThemAndHandsThemOutWhole) {
  write("jarvis.pt", "weights of jarvis");
  write("jarvis.json", R"({"wake_word":"jarvis","threshold":0.65})");
  EXPECT_THAT(ok({"import", "jarvis.pt", "jarvis.json", "--name", "jarvis", "--kind", "wake-word", "--label", "v1.0",
                  "--metric", "f1=0.943"}),
              StartsWith("custom/jarvis@1 "));
  EXPECT_THAT(ok({"list"}), AllOf(HasSubstr("jarvis"), HasSubstr("wake-word")));
  EXPECT_THAT(ok({"show", "jarvis"}), AllOf(HasSubstr("custom/jarvis"), HasSubstr("v1.0")));
  EXPECT_THAT(ok({"show", "jarvis@v1.0"}), HasSubstr("jarvis.pt"));
  EXPECT_THAT(ok({"inspect", "jarvis"}), HasSubstr("jarvis.pt"));

  EXPECT_EQ(ok({"download", "jarvis", "-o", "out/"}), "out/jarvis.pt\nout/jarvis.json\n");
  EXPECT_EQ(read("out/jarvis.pt"), "weights of jarvis");
  EXPECT_EQ(boost::json::parse(read("out/jarvis.json")).at("threshold"), 0.65);
  EXPECT_THAT(ok({"import", "out", "jarvis"}), HasSubstr("already holds exactly these files"));
  EXPECT_THAT(run({"download", "jarvis", "-o", "out/"}).error, HasSubstr("already here"));
  EXPECT_EQ(ok({"download", "jarvis@1", "--zip"}), "jarvis_model.zip\n");
  EXPECT_THAT(ok({"verify", "--deep"}), HasSubstr("read and whole"));
}

TEST_P(Cli, TakesInAFolderWithItsPaths) {
  write("bert/config.json", "{}");
  write("bert/onnx/model.onnx", "graph");
  write("bert/.git/HEAD", "ref");
  ok({"import", "bert", "--namespace", "sentence-transformers"});
  EXPECT_EQ(ok({"download", "sentence-transformers/bert", "-o", "out"}), "out/config.json\nout/onnx/model.onnx\n");
}

TEST_P(Cli, SaysWhyNothingIsListed) {
  const std::string sentence =
      "Nothing is in `default`, where the models that ship with Weighhouse are. Yours are in `custom`.\n";
  EXPECT_EQ(ok({"list", "--type", "default"}), sentence);
  EXPECT_EQ(ok({"list"}), "No models yet. `weigh import FILE` takes one in.\n");
  EXPECT_THAT(json({"list", "--type", "default"}).at("models").as_array(), IsEmpty());
  write("a.pt", "weights");
  ok({"import", "a.pt"});
  EXPECT_EQ(ok({"list", "--type", "default"}), sentence) << "what one adds is not what ships";
  EXPECT_THAT(ok({"list", "--type", "custom"}), HasSubstr("a"));
  EXPECT_EQ(ok({"list", "--filter", "kind = 'detector'"}), "No model is like that.\n");
}

TEST_P(Cli, SaysThatEqualFilesChangeNothing) {
  write("a.pt", "same");
  ok({"import", "a.pt"});
  const auto again = run({"import", "a.pt", "--alias", "beta"});
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.output, "custom/a@1 already holds exactly these files; nothing was changed.\n");
  EXPECT_THAT(again.error, HasSubstr("--force"));
  EXPECT_THAT(ok({"import", "a.pt", "--force"}), StartsWith("custom/a@2 "));
}

TEST_P(Cli, SendsALargeFileAndItsBytesOnlyOnce) {
  std::string large(std::size_t{20} << 20U, '\0');
  for (std::size_t i = 0; i < large.size(); i += 97) large[i] = static_cast<char>(i);
  write("large.bin", large);
  ok({"import", "large.bin", "one"});
  ok({"import", "large.bin", "two"});
  EXPECT_EQ(json({"storage"}).at("stored_bytes").to_number<std::size_t>(), large.size());
  ok({"download", "two", "-o", "back.bin"});
  EXPECT_EQ(Digest::of(read("back.bin")), Digest::of(large));
}

TEST_P(Cli, MovesAliasesBackAndTellsWhereTheyPointed) {
  write("a.pt", "one");
  ok({"import", "a.pt", "--alias", "production"});
  write("a.pt", "two");
  ok({"import", "a.pt"});
  const auto before = json({"history", "a"}).at("events").at(0).at("at").as_string();
  EXPECT_EQ(ok({"alias", "set", "a@2", "production"}), "production of a is now version 2.\n");
  EXPECT_THAT(ok({"history", "a", "--alias", "production", "--at", std::string{before}}), HasSubstr("was version 1"));
  EXPECT_EQ(ok({"rollback", "a", "production"}), "production of a is back at version 1; it was 2.\n");
  EXPECT_THAT(ok({"history", "a", "--alias", "production"}), Not(HasSubstr("version.created")));
  EXPECT_THAT(ok({"alias", "list", "a"}), HasSubstr("production"));
  ok({"alias", "rm", "a", "production"});
  EXPECT_THAT(ok({"alias", "list", "a"}), Not(HasSubstr("production")));
}

TEST_P(Cli, UndoesADeletion) {
  write("a.pt", "one");
  ok({"import", "a.pt"});
  write("a.pt", "two");
  ok({"import", "a.pt"});
  const auto deleted = json({"rm", "a@1"});
  EXPECT_EQ(run({"show", "a@1"}).code, 3);
  ok({"restore", std::string{deleted.at("trash_id").as_string()}});
  EXPECT_THAT(ok({"show", "a@1"}), HasSubstr("a.pt"));

  EXPECT_THAT(ok({"rm", "a"}), HasSubstr("weigh restore"));
  EXPECT_THAT(ok({"trash", "list"}), HasSubstr("custom/a"));
  EXPECT_EQ(ok({"restore", "a"}), "custom/a is back with 2 versions.\n");
  EXPECT_EQ(ok({"trash", "list"}), "The trash is empty.\n");
}

TEST_P(Cli, FreesTheBytesItSays) {
  write("a.pt", std::string(5000, 'a'));
  ok({"import", "a.pt"});
  EXPECT_THAT(run({"rm", "a", "--purge"}).error, HasSubstr("--yes"));
  EXPECT_EQ(json({"rm", "a", "--purge", "--yes"}).at("freed_bytes").to_number<int>(), 5000);
  EXPECT_EQ(ok({"gc", "--dry-run"}), "There is nothing to free.\n");
}

TEST_P(Cli, KeepsTagsPinsMetricsAndTexts) {
  write("a.pt", "one");
  ok({"import", "a.pt"});
  ok({"tag", "set", "a", "team=audio", "stage=beta"});
  ok({"tag", "rm", "a", "stage"});
  EXPECT_THAT(ok({"tag", "list", "a"}), AllOf(HasSubstr("audio"), Not(HasSubstr("beta"))));
  EXPECT_THAT(ok({"list", "--filter", "tag.team = 'audio'"}), HasSubstr("a "));
  ok({"metrics", "add", "a@1", "f1=0.9", "--class", "dog"});
  EXPECT_THAT(ok({"metrics", "list", "a@1"}), HasSubstr("dog"));
  ok({"pin", "a"});
  EXPECT_EQ(run({"rm", "a"}).code, 4);
  ok({"unpin", "a"});
  ok({"edit", "a@1", "--label", "v9", "--notes", "good"});
  ok({"edit", "a", "--rename", "b", "--licence", "MIT"});
  EXPECT_THAT(ok({"show", "b@v9"}), HasSubstr("good"));
}

TEST_P(Cli, FindsAFlippedByteAndNamesItsVersion) {
  write("a.pt", "precious weights");
  ok({"import", "a.pt"});
  const std::string hex = Digest::of("precious weights").hex();
  const std::string blob = home_ + "/store/blobs/sha256/" + hex.substr(0, 2) + "/" + hex;
  std::filesystem::permissions(blob, std::filesystem::perms::owner_all);
  {
    std::fstream file{blob, std::ios::in | std::ios::out | std::ios::binary};
    file.put('P');
  }
  const auto verified = run({"verify", "--deep"});
  EXPECT_EQ(verified.code, 8);
  EXPECT_THAT(verified.output, AllOf(HasSubstr(hex), HasSubstr("custom/a@1")));
  EXPECT_THAT(verified.error, HasSubstr("damaged"));
  EXPECT_NE(run({"download", "a", "-o", "back.pt"}).code, 0);
  EXPECT_FALSE(path_exists(at("back.pt")));
}

TEST_P(Cli, BacksUpAndBringsBackIntoAnotherHome) {
  write("a.pt", "one");
  ok({"import", "a.pt", "--alias", "production"});
  if (GetParam() == Way::kServedOnPostgres) {
    EXPECT_THAT(run({"backup", "kept"}).error, HasSubstr("pg_dump"));
    return;
  }
  EXPECT_THAT(ok({"backup", "kept"}), HasSubstr("1 version"));
  const std::string other = at("other");
  EXPECT_THAT(ok({"backup", "--restore", "kept", "--home", other}), HasSubstr("1 version"));
  ok({"download", "a@production", "-o", "back.pt", "--home", other});
  EXPECT_EQ(read("back.pt"), "one");
}

TEST_P(Cli, TellsWhatDiffersBetweenVersions) {
  write("m/a.json", R"({"threshold":0.5,"labels":["cat"]})");
  write("m/a.txt", "one");
  ok({"import", "m"});
  write("m/a.json", R"({"threshold":0.6,"labels":["cat","dog"]})");
  ok({"import", "m"});
  const auto text = ok({"diff", "m@1", "@2"});
  EXPECT_THAT(text, AllOf(HasSubstr("a.json"), HasSubstr("changed"), Not(HasSubstr("a.txt"))));
  EXPECT_THAT(ok({"diff", "m@1", "@2", "--all"}), HasSubstr("a.txt"));
}

TEST_P(Cli, ListsAsManyTensorsOfADifferenceAsAsked) {
  const auto tensors = [](char value) {
    std::string header = "{";
    for (int i = 0; i < 30; ++i) {
      header += (i == 0 ? "" : ",") + std::string{"\"t"} + std::to_string(i) +
                R"(":{"dtype":"U8","shape":[1],"data_offsets":[)" + std::to_string(i) + "," + std::to_string(i + 1) +
                "]}";
    }
    header += "}";
    std::string size(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) size[i] = static_cast<char>((header.size() >> (8 * i)) & 0xffU);
    return size + header + std::string(30, value);
  };
  write("m.safetensors", tensors('a'));
  ok({"import", "m.safetensors"});
  write("m.safetensors", tensors('b'));
  ok({"import", "m.safetensors"});
  EXPECT_THAT(ok({"diff", "m@1", "m@2"}), AllOf(HasSubstr("t19"), Not(HasSubstr("t20")), HasSubstr("10 more")));
  EXPECT_THAT(ok({"diff", "m@1", "m@2", "--tensors", "all"}), AllOf(HasSubstr("t29"), Not(HasSubstr("more;"))));
  EXPECT_THAT(ok({"inspect", "m@2", "--search", "t2"}), AllOf(HasSubstr("t29"), Not(HasSubstr("more;"))));
}

TEST_P(Cli, AnswersEveryReadingCommandWithOneJsonObject) {
  write("a.pt", "one");
  ok({"import", "a.pt"});
  for (const Words& words : std::vector<Words>{{"list"},
                                               {"list", "--all"},
                                               {"show", "a"},
                                               {"show", "a@1"},
                                               {"versions", "a"},
                                               {"inspect", "a"},
                                               {"inspect", "a.pt"},
                                               {"diff", "a@1", "a@1"},
                                               {"trash", "list"},
                                               {"verify"},
                                               {"gc", "--dry-run"},
                                               {"alias", "list", "a"},
                                               {"tag", "list", "a"},
                                               {"metrics", "list", "a"},
                                               {"history"},
                                               {"history", "a"},
                                               {"history", "a", "--at", "2020-01-01"},
                                               {"token", "list"},
                                               {"storage"},
                                               {"jobs", "list"},
                                               {"health"},
                                               {"version"},
                                               {"library", "problems"},
                                               {"download", "a", "-o", "b.pt"}}) {
    EXPECT_FALSE(json(words).empty()) << testing::PrintToString(words);
  }
}

TEST_P(Cli, ExitsWithACodeThatTellsAScriptWhatToDo) {
  write("a.pt", "one");
  ok({"import", "a.pt", "--kind", "wake-word"});
  EXPECT_EQ(run({"show", "nobody"}).code, 3);
  EXPECT_EQ(run({"show", "../etc"}).code, 2);
  EXPECT_EQ(run({"list", "--filter", "metric.f1 >>= 1"}).code, 2);
  EXPECT_EQ(run({"import", "missing.pt"}).code, 3);
  EXPECT_EQ(run({"import", "a.pt", "--name", "a/b/c"}).code, 2);
  write("b.pt", "two");
  EXPECT_EQ(run({"import", "b.pt", "a", "--kind", "detector"}).code, 4);
  EXPECT_EQ(run({"jobs", "show", "01KEXAMPLE0000000000000000"}).code, 3);
}

TEST_P(Cli, RefusesInOneLineOrAsJson) {
  const auto plain = run({"show", "nobody"});
  EXPECT_THAT(plain.output, IsEmpty());
  EXPECT_THAT(plain.error, MatchesRegex("weigh: .*nobody.*\n"));
  const auto refused = run({"show", "nobody", "--json"});
  EXPECT_THAT(refused.output, IsEmpty());
  EXPECT_EQ(boost::json::parse(refused.error).at("error"), "not_found");
}

TEST_P(Cli, GoesOnWithADownloadThatWasInterrupted) {
  const std::string bytes(300'000, 'w');
  write("a.pt", bytes);
  ok({"import", "a.pt"});
  write("back.pt." + Digest::of(bytes).hex().substr(0, 12) + ".part", bytes.substr(0, 200'000));
  ok({"download", "a", "-o", "back.pt"});
  EXPECT_EQ(read("back.pt"), bytes);
}

TEST_P(Cli, RefusesToReplaceOtherFiles) {
  write("a.pt", "one");
  ok({"import", "a.pt"});
  write("back.pt", "mine");
  EXPECT_EQ(run({"download", "a", "-o", "back.pt"}).code, 4);
  EXPECT_EQ(read("back.pt"), "mine");
  ok({"download", "a", "-o", "back.pt", "--force"});
  EXPECT_EQ(read("back.pt"), "one");
}

TEST_P(Cli, AsksOnATerminalAndTakesNoForAnAnswer) {
  write("a.pt", "one");
  ok({"import", "a.pt"});
  const auto no = run_on_terminal(command({"rm", "a"}), variables_, folder_.path(), "n\n", kColumns);
  EXPECT_EQ(no.code, 130);
  EXPECT_THAT(no.output, AllOf(HasSubstr("Move custom/a (1 version, 3 B) to the trash? [y/N]"),
                               HasSubstr("Nothing was removed.")));
  ok({"show", "a"});
  EXPECT_EQ(run_on_terminal(command({"rm", "a"}), variables_, folder_.path(), "y\n", kColumns).code, 0);
  EXPECT_EQ(run({"show", "a"}).code, 3);
}

TEST_P(Cli, FitsItsTablesToTheTerminal) {
  write("a.pt", "one");
  ok({"import", "a.pt", "--name", "a-model-with-a-name-that-is-rather-long-for-a-terminal", "--alias", "production",
      "--metric", "f1=0.5"});
  const auto screen = run_on_terminal(command({"list"}), variables_, folder_.path(), "", kColumns).output;
  const auto follows = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };  // of UTF-8
  for (std::size_t begin = 0; begin < screen.size();) {
    const auto end = std::min(screen.find("\r\n", begin), screen.size());
    const std::string line = screen.substr(begin, end - begin);
    EXPECT_LE(line.size() - static_cast<std::size_t>(std::count_if(line.begin(), line.end(), follows)), kColumns)
        << line;
    begin = end + 2;
  }
}

class CliAlone : public CommandLine, public testing::Test {};

TEST_F(CliAlone, InspectsAFileWithoutAnyHome) {
  write("x.json", R"({"threshold":0.5})");
  EXPECT_THAT(ok({"inspect", "x.json"}), HasSubstr("threshold"));
  EXPECT_FALSE(path_exists(home_));
}

// How long a verification takes is the disk's to say, so Ctrl-C comes later and later until it falls inside one.
TEST_F(CliAlone, CtrlCCancelsAJobThatRunsInTheCommandItself) {
  for (int i = 0; i < 150; ++i) write("many/f" + std::to_string(i), "weights " + std::to_string(i));
  ok({"import", "many"});
  for (const char* const seconds : {"0.2", "0.4", "0.8", "1.6", "3.2"}) {
    const auto outcome =
        run_program({"/usr/bin/timeout", "--preserve-status", "-s", "INT", seconds, weigh_path(), "verify", "--deep"},
                    variables_, folder_.path());
    if (outcome.error.find("was cancelled") == std::string::npos) continue;
    EXPECT_EQ(outcome.code, 130);
    const auto jobs = json({"jobs", "list"});
    EXPECT_EQ(jobs.at("jobs").at(0).at("state"), "cancelled");
    return;
  }
  GTEST_SKIP() << "this disk verifies faster than one can press Ctrl-C";
}

TEST_F(CliAlone, SaysWhenNoServerAnswers) {
  const auto outcome = run({"list", "--server", "http://127.0.0.1:1"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_THAT(outcome.error, HasSubstr("127.0.0.1:1"));
}

TEST_F(CliAlone, CompletesInBash) {
  const std::string script = ok({"completion", "bash"});
  write("complete.bash", script + R"(
COMP_WORDS=(weigh "$@") COMP_CWORD=$#
_weigh; printf '%s\n' "${COMPREPLY[@]}"
)");
  const auto offered = [&](Words words) {
    words.insert(words.begin(), {"/bin/bash", at("complete.bash")});
    return run_program(words, variables_, folder_.path()).output;
  };
  EXPECT_EQ(offered({"impo"}), "import\n");
  EXPECT_EQ(offered({"alias", ""}), "list\nset\nrm\n");
  EXPECT_THAT(offered({"list", "--fi"}), HasSubstr("--filter"));
  EXPECT_EQ(offered({"list", "--type", "cu"}), "custom\n");
}

class CliServed : public CommandLine, public testing::Test {};

TEST_F(CliServed, TalksToAServerElsewhereWithAToken) {
  const auto server = Server::start(home_, {"--tokens-on-loopback"}).value();
  const auto refused = run({"list", "--server", server.address()});
  EXPECT_EQ(refused.code, 5);
  const std::string secret = ok({"token", "create", "reader"});
  EXPECT_THAT(secret, MatchesRegex("wh_[A-Za-z0-9_-]{43}\n"));
  write("token", secret);
  EXPECT_EQ(ok({"list", "--server", server.address(), "--token-file", "token"}),
            "No models yet. `weigh import FILE` takes one in.\n");
  write("a.pt", "one");
  EXPECT_EQ(run({"import", "a.pt", "--server", server.address(), "--token-file", "token"}).code, 5);
  ok({"token", "rm", "reader"});
  EXPECT_EQ(run({"list", "--server", server.address(), "--token-file", "token"}).code, 5);
}

TEST_F(CliServed, GoesOnWithAnImportThatWasKilled) {
  const auto server = Server::start(home_).value();
  const auto transport = client::open_transport(server.address()).value();
  const client::Client api{*transport};
  std::string large(std::size_t{128} << 20U, '\0');
  for (std::size_t i = 0; i < large.size(); i += 97) large[i] = static_cast<char>(i * 31);
  write("large.bin", large);
  run_until(command({"import", "large.bin"}), variables_, folder_.path(), [&] {
    const auto uploads = api.list_uploads();
    if (!uploads || list_at(*uploads, "uploads").empty()) return false;
    const auto& upload = as_object(list_at(*uploads, "uploads")[0]);
    return count_at(upload, "offset") > 0;
  });
  ok({"import", "large.bin"});
  EXPECT_THAT(api.list_uploads()->at("uploads").as_array(), IsEmpty());
  ok({"download", "large", "-o", "back.bin"});
  EXPECT_EQ(client::hash_file(at("back.bin"), "", {})->digest, Digest::of(large));
}

TEST_F(CliServed, FindsWhatAServerThatIsGoneKept) {
  write("a.pt", "one");
  {
    auto server = Server::start(home_).value();
    ok({"import", "a.pt"});
    server.stop(SIGKILL);
  }
  EXPECT_THAT(ok({"list"}), HasSubstr("a "));
}

TEST_F(CliServed, RefusesASecondServerOnOneHome) {
  const auto server = Server::start(home_).value();
  const auto second = run({"serve", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.code, 4);
  EXPECT_THAT(second.error, HasSubstr(home_));
}

}  // namespace
}  // namespace weighhouse::e2e
