#include "settings.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "cli/process_environment.h"

namespace weighhouse::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class SettingsTest : public testing::Test {
 protected:
  Result<Settings> read(std::string_view file, const cli::ServeOptions& options = {}) const {
    EXPECT_TRUE(replace_file(join_path(home_, "weighhouse.toml"), file));
    return read_settings(home_, options);
  }
  std::string refusal(std::string_view file, const cli::ServeOptions& options = {}) const {
    const auto settings = read(file, options);
    EXPECT_FALSE(settings) << file;
    if (settings) return {};
    EXPECT_EQ(settings.error().code, ErrorCode::kInvalidArgument);
    return settings.error().message;
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = folder_.path();
};

TEST_F(SettingsTest, NothingNeedsToBeSet) {
  const auto settings = read_settings(home_, {}).value();
  EXPECT_EQ(settings.database, home_ + "/weighhouse.db");
  EXPECT_EQ(settings.library, home_ + "/models");
  EXPECT_TRUE(settings.with_library);
  EXPECT_THAT(settings.listen, SizeIs(0));
  EXPECT_FALSE(settings.open);
  EXPECT_EQ(settings.socket_mode, 0600);
  EXPECT_EQ(settings.keep_trash, std::chrono::days{30});
}

TEST_F(SettingsTest, TheFileSetsWhatItNames) {
  const auto settings = read(R"(
[server]
listen = ["127.0.0.1:9000", "[::1]:9001"]
hosts = ["models.example.org"]
socket_mode = "0660"
tokens_on_loopback = true
[home]
database = "postgresql://db/weighhouse"
library = "/srv/models"
[trash]
keep_days = 7
[limits]
connections = 12
drain_seconds = 5
[log]
level = "debug"
format = "json"
)")
                            .value();
  EXPECT_THAT(settings.listen, SizeIs(2));
  EXPECT_THAT(settings.hosts, ElementsAre("models.example.org"));
  EXPECT_EQ(settings.socket_mode, 0660);
  EXPECT_TRUE(settings.tokens_on_loopback);
  EXPECT_EQ(settings.database, "postgresql://db/weighhouse");
  EXPECT_EQ(settings.library, "/srv/models");
  EXPECT_EQ(settings.keep_trash, std::chrono::days{7});
  EXPECT_EQ(settings.limits.connections, 12U);
  EXPECT_EQ(settings.limits.drain_time, std::chrono::seconds{5});
  EXPECT_EQ(settings.log_form, log::Form::kJson);
}

TEST_F(SettingsTest, TheCommandLineWinsOverTheFile) {
  cli::ServeOptions options;
  options.listen = {"127.0.0.1:9100"};
  options.hosts = {"b.example.org"};
  options.library = "/elsewhere";
  options.no_library = true;
  options.socket_mode = "0600";
  const auto settings = read(R"(
[server]
listen = ["127.0.0.1:9000", "127.0.0.1:9001"]
hosts = ["a.example.org"]
socket_mode = "0660"
[home]
library = "/srv/models"
)",
                             options)
                            .value();
  ASSERT_THAT(settings.listen, SizeIs(1));
  EXPECT_EQ(settings.listen[0].port, 9100);
  EXPECT_THAT(settings.hosts, ElementsAre("a.example.org", "b.example.org"));
  EXPECT_EQ(settings.library, "/elsewhere");
  EXPECT_FALSE(settings.with_library);
  EXPECT_EQ(settings.socket_mode, 0600);
}

TEST_F(SettingsTest, AKeyThatDoesNotExistIsNamedWithItsFile) {
  EXPECT_THAT(refusal("[server]\nlisen = []\n"), AllOf(HasSubstr("server.lisen"), HasSubstr("weighhouse.toml")));
  EXPECT_THAT(refusal("[sever]\nopen = true\n"), HasSubstr("sever.open"));
  EXPECT_THAT(refusal("port = 8000\n"), HasSubstr("port"));
}

TEST_F(SettingsTest, ATableThatDoesNotExistIsNamedThoughItIsEmpty) {
  EXPECT_THAT(refusal("[sever]\n"), AllOf(HasSubstr("\"sever\""), HasSubstr("docs/settings.md")));
  EXPECT_THAT(refusal("[serve]\n"), HasSubstr("\"serve\""));
  EXPECT_THAT(refusal("[server]\n[server.listen2]\n"), HasSubstr("server.listen2"));
  EXPECT_TRUE(read("[server]\n[limits]\n"));
}

TEST_F(SettingsTest, AValueThatCannotBeIsNamedWithWhatWouldBeRight) {
  EXPECT_THAT(refusal("[server]\nopen = \"yes\"\n"), AllOf(HasSubstr("server.open"), HasSubstr("true or false")));
  EXPECT_THAT(refusal("[server]\nlisten = \"127.0.0.1:8000\"\n"), HasSubstr("list of texts"));
  EXPECT_THAT(refusal("[server]\nlisten = [8000]\n"), HasSubstr("list of texts"));
  EXPECT_THAT(refusal("[server]\nlisten = [\"127.0.0.1:99999\"]\n"), HasSubstr("99999"));
  EXPECT_THAT(refusal("[server]\nsocket_mode = \"0999\"\n"), HasSubstr("octal"));
  EXPECT_THAT(refusal("[limits]\nconnections = 0\n"), HasSubstr("limits.connections"));
  EXPECT_THAT(refusal("[limits]\nconnections = 1.5\n"), HasSubstr("whole number"));
  EXPECT_THAT(refusal("[log]\nformat = \"xml\"\n"), HasSubstr("xml"));
  EXPECT_THAT(refusal("[log]\nlevel = \"loud\"\n"), HasSubstr("loud"));
}

TEST_F(SettingsTest, AFileThatIsNoTomlNamesTheLine) {
  EXPECT_THAT(refusal("[server]\nopen = maybe\n"), HasSubstr("line 2"));
}

TEST_F(SettingsTest, AHomeIsTheOneGivenElseTheOneOfTheEnvironment) {
  class Variables final : public cli::ProcessEnvironment {
   public:
    std::optional<std::string> variable(std::string_view name) const override {
      if (name == "WEIGH_HOME") return weigh_home;
      if (name == "HOME") return "/home/ada";
      return std::nullopt;
    }
    Result<std::unique_ptr<client::Transport>> connect(const cli::ConnectOptions&) override {
      return fail(ErrorCode::kInternal, "nobody connects here");
    }
    Result<> serve(const cli::ServeOptions&) override { return {}; }
    std::optional<std::string> weigh_home{};
  };
  Variables environment;
  EXPECT_EQ(home_directory(environment, std::nullopt).value(), "/home/ada/.weighhouse");
  environment.weigh_home = "/srv/weigh";
  EXPECT_EQ(home_directory(environment, std::nullopt).value(), "/srv/weigh");
  EXPECT_EQ(home_directory(environment, "/tmp/other").value(), "/tmp/other");
  EXPECT_EQ(home_directory(environment, "").value(), "/srv/weigh");
}

}  // namespace
}  // namespace weighhouse::app
