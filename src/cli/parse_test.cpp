#include "cli/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/text.h"
#include "cli/completion.h"
#include "cli/help.h"

namespace weighhouse::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Invocation invoked(const std::vector<std::string>& words) {
  auto parsed = parse(words);
  EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_TRUE(std::holds_alternative<Invocation>(*parsed));
  return std::get<Invocation>(*std::move(parsed));
}

std::string refusal(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  return parsed.error().message;
}

TEST(Parse, SplitsACommandFromItsOptions) {
  const auto list = invoked({"list", "--filter", "kind = 'wake-word'", "-n", "5", "--all"});
  EXPECT_EQ(list.command->path, "list");
  EXPECT_EQ(list.arguments.find("filter"), "kind = 'wake-word'");
  EXPECT_EQ(list.arguments.find_integer("length", 1, 10)->value(), 5);
  EXPECT_TRUE(list.arguments.has("all"));
  EXPECT_FALSE(list.arguments.has("search"));
}

TEST(Parse, KnowsCommandsOfTwoWords) {
  const auto set = invoked({"alias", "set", "jarvis@3", "production", "--hold"});
  EXPECT_EQ(set.command->path, "alias set");
  EXPECT_EQ(set.arguments.get("REF"), "jarvis@3");
  EXPECT_EQ(set.arguments.get("ALIAS"), "production");
}

TEST(Parse, TakesCommonOptionsBeforeAndBehindTheCommand) {
  for (const auto& words : {std::vector<std::string>{"--json", "list"}, {"list", "--json"}})
    EXPECT_TRUE(invoked(words).arguments.has("json"));
  EXPECT_EQ(invoked({"token", "list", "--home", "/x"}).arguments.find("home"), "/x");
}

TEST(Parse, TakesAModelThatIsCalledLikeACommand) {
  EXPECT_EQ(invoked({"show", "trash"}).arguments.get("REF"), "trash");
  EXPECT_EQ(invoked({"tag", "set", "pin", "a=b"}).arguments.get("NAME"), "pin");
}

TEST(Parse, KnowsTheUsualWordForTheVersion) { EXPECT_EQ(invoked({"--version"}).command->path, "version"); }

TEST(Parse, CollectsWhatMayBeGivenSeveralTimes) {
  const auto import = invoked({"import", "a.pt", "b.json", "--alias", "beta", "--name", "x", "--alias", "gamma"});
  EXPECT_THAT(import.arguments.list("PATH"), ElementsAre("a.pt", "b.json"));
  EXPECT_THAT(import.arguments.list("alias"), ElementsAre("beta", "gamma"));
}

TEST(Parse, TakesAnOptionsValueThatBeginsWithADash) {
  EXPECT_EQ(invoked({"list", "--order=-created_at"}).arguments.find("order"), "-created_at");
}

TEST(Parse, GivesHelpForWhatIsUnfinished) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {}, {"--help"}, {"alias"}, {"alias", "--help"}, {"show", "--help"}, {"alias", "set", "-h"}}) {
    const auto parsed = parse(words);
    ASSERT_TRUE(parsed.has_value()) << words.size();
    EXPECT_TRUE(std::holds_alternative<HelpText>(*parsed));
  }
}

TEST(Parse, NamesTheWordThatIsWrongAndTheWayOut) {
  EXPECT_EQ(refusal({"lst"}), "There is no command \"lst\". Did you mean `weigh list`? Try `weigh --help`.");
  EXPECT_EQ(refusal({"alias", "mov"}), "There is no command \"alias mov\". Try `weigh alias --help`.");
  EXPECT_EQ(refusal({"alias", "--json"}),
            "`weigh alias` is a group of commands. Name one of them before --json. Try `weigh alias --help`.");
  EXPECT_EQ(refusal({"show"}), "`weigh show` needs REF: a model or a version. Try `weigh show --help`.");
  EXPECT_EQ(refusal({"show", "a", "b"}),
            "`weigh show` does not take \"b\". It is used so: `weigh show REF`. Try `weigh show --help`.");
  EXPECT_EQ(refusal({"show", "a", "--colour"}),
            "`weigh show` does not take \"--colour\". It is used so: `weigh show REF`. Try `weigh show --help`.");
  EXPECT_EQ(refusal({"list", "--type", "odd"}),
            "--type takes one of all, custom, default, not \"odd\". Try `weigh list --help`.");
  EXPECT_THAT(refusal({"list", "--length"}), HasSubstr("Try `weigh list --help`."));
  EXPECT_THAT(refusal({"--colour"}), HasSubstr("There is no option \"--colour\"."));
}

TEST(Parse, RefusesANumberThatIsNone) {
  const auto list = invoked({"list", "--length", "many"});
  EXPECT_EQ(list.arguments.find_integer("length", 1, 1000).error().message,
            "--length takes a whole number from 1 to 1000, not \"many\".");
}

TEST(Commands, HaveDistinctNamesAndSummaries) {
  std::set<std::string_view> paths;
  for (const auto& command : all_commands()) {
    EXPECT_TRUE(paths.insert(command.path).second) << command.path;
    EXPECT_FALSE(command.summary.empty()) << command.path;
    EXPECT_NE(command.run, nullptr) << command.path;
    EXPECT_THAT(command_help(command), HasSubstr("Usage: weigh " + std::string{command.path}));
  }
}

TEST(Commands, OfTwoWordsBelongToAGroupWithASummary) {
  for (const auto& command : all_commands()) {
    const auto words = split(command.path, ' ');
    if (words.size() != 2) continue;
    EXPECT_THAT(group_help(words[0]), HasSubstr("Commands:")) << command.path;
  }
}

TEST(Commands, OfTheContractAreAllThere) {
  std::set<std::string_view> first;
  for (const auto& command : all_commands()) first.insert(split(command.path, ' ').front());
  for (const auto* word : {"serve", "import", "list", "show", "inspect", "diff", "download", "rm", "restore", "verify",
                           "gc", "alias", "tag", "pin", "history", "rollback", "token", "backup"}) {
    EXPECT_TRUE(first.contains(word)) << word;
  }
}

TEST(Completion, KnowsEveryCommandInEveryShell) {
  for (const auto& script : {bash_completion(), zsh_completion(), fish_completion()}) {
    for (const auto& command : all_commands())
      EXPECT_THAT(script, HasSubstr(std::string{split(command.path, ' ').back()}));
  }
}

}  // namespace
}  // namespace weighhouse::cli
