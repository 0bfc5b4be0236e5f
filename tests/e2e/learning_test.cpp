// Stories of text classifiers over the real programs: weigh, and the weigh-worker it starts.

#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

#include "base/bytes.h"
#include "base/file.h"
#include "client/client.h"
#include "client/exchange.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

namespace json = boost::json;

using testing::AllOf;
using testing::HasSubstr;

// Tickets of three sorts, in words of their own.
json::array tickets(int first, int count) {
  constexpr std::array kThings{"export",   "login",  "search", "upload", "invoice",
                               "calendar", "report", "editor", "filter", "printer"};
  constexpr std::array kBugs{"crashes when I click it", "shows an error and stops", "is broken since the update",
                             "hangs and never ends"};
  constexpr std::array kFeatures{"should support dark mode", "please add keyboard shortcuts",
                                 "would be nicer with an option to sort", "needs a new button, please add it"};
  constexpr std::array kQuestions{"how do I use it?", "where can I find it?", "what does it cost?", "who may open it?"};
  json::array examples;
  for (int i = first; i < first + count; ++i) {
    const std::string thing = kThings[static_cast<std::size_t>(i) % kThings.size()];
    const auto phrase = static_cast<std::size_t>(i / 3) % 4;
    examples.push_back(json::object{{"text", "The " + thing + " " + kBugs[phrase]}, {"label", "bug"}});
    examples.push_back(json::object{{"text", "The " + thing + " " + kFeatures[phrase]}, {"label", "feature"}});
    examples.push_back(json::object{{"text", "The " + thing + ", " + kQuestions[phrase]}, {"label", "question"}});
  }
  return examples;
}

std::string lines(const json::array& examples) {
  std::string text;
  for (const auto& one : examples) text += json::serialize(one) + "\n";
  return text;
}

class Learning : public testing::Test {
 protected:
  std::string at(std::string_view name) const { return join_path(folder_.path(), name); }
  void write(std::string_view name, std::string_view bytes) const { ASSERT_TRUE(replace_file(at(name), bytes)); }
  std::string read(std::string_view name) const { return read_file(at(name)).value(); }
  Outcome run(const Words& words) const {
    Words all{weigh_path()};
    all.insert(all.end(), words.begin(), words.end());
    return run_program(all, {{"WEIGH_HOME", home_}}, folder_.path(), std::chrono::seconds{120});
  }
  std::string ok(const Words& words) const {
    const auto outcome = run(words);
    EXPECT_EQ(outcome.code, 0) << testing::PrintToString(words) << "\n" << outcome.output << outcome.error;
    return outcome.output;
  }

  void serve() { server_.emplace(Server::start(home_).value()); }
  struct Answer {
    int status = 0;
    json::object body{};
  };
  Answer ask(const std::string& method, const std::string& target, const json::value& body = nullptr) {
    auto transport = client::open_transport(server_->address(), {}).value();
    client::Call call{.method = method, .target = target};
    if (!body.is_null()) {
      call.body = json::serialize(body);
      call.headers = {{"Content-Type", "application/json"}};
    }
    auto reply = transport->send(call);
    EXPECT_TRUE(reply) << (reply ? "" : reply.error().message);
    if (!reply) return {};
    const auto text = reply->body ? read_all(*reply->body, std::size_t{16} << 20U).value() : std::string{};
    json::error_code error;
    auto value = json::parse(text, error);
    return {reply->status, !error && value.is_object() ? value.get_object() : json::object{}};
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
  std::optional<Server> server_;
};

TEST_F(Learning, AClassifierIsFittedAskedWeighedComparedAndRepeatedWithoutAServer) {
  write("few.jsonl", lines(tickets(0, 2)));
  write("many.jsonl", lines(tickets(0, 20)));
  write("test.jsonl", lines(tickets(20, 10)));
  EXPECT_THAT(ok({"fit", "tickets", "few.jsonl"}), AllOf(HasSubstr("custom/tickets@1"), HasSubstr("6 of 3 labels")));
  EXPECT_THAT(ok({"fit", "tickets", "many.jsonl", "--label", "more"}), HasSubstr("custom/tickets@2"));

  EXPECT_THAT(ok({"predict", "tickets", "The calendar crashes when I click it"}), HasSubstr("bug"));
  EXPECT_THAT(ok({"predict", "tickets@1", "The calendar, where can I find it?", "--explain"}),
              AllOf(HasSubstr("question"), HasSubstr("DECIDED BY")));
  EXPECT_THAT(ok({"evaluate", "tickets", "test.jsonl"}), AllOf(HasSubstr("accuracy"), HasSubstr("30 items")));
  EXPECT_EQ(run({"evaluate", "tickets", "test.jsonl", "--fail-below", "1.1"}).code, 4);
  EXPECT_THAT(ok({"compare", "tickets@1", "tickets@more", "test.jsonl", "--fail-if-worse"}), HasSubstr("VERDICT"));
  ok({"alias", "set", "tickets@more", "production"});
  ok({"gate", "set", "tickets", "production", "accuracy >= production on test.jsonl", "f1 >= 0.1"});
  const auto gated = run({"alias", "set", "tickets@1", "production"});
  EXPECT_EQ(gated.code, 4);
  EXPECT_THAT(gated.error, HasSubstr("from production (version 2) begins at -"));
  EXPECT_EQ(run({"gate", "test", "tickets@1", "production"}).code, 4);
  EXPECT_THAT(ok({"gate", "test", "tickets@2", "production"}), HasSubstr("production is this version"));
  ok({"gate", "rm", "tickets", "production"});
  ok({"alias", "set", "tickets@1", "production"});
  EXPECT_THAT(ok({"reproduce", "tickets@2"}), HasSubstr("every file came out equal"));
  EXPECT_THAT(ok({"show", "tickets@2"}), AllOf(HasSubstr("classifier.safetensors"), HasSubstr("training_data.jsonl")));
}

TEST_F(Learning, EvaluatingOnTheTrainingDataSaysSoAndIsNoHeadline) {
  write("train.jsonl", lines(tickets(0, 8)));
  write("test.jsonl", lines(tickets(20, 10)));
  ok({"fit", "tickets", "train.jsonl"});
  const auto accuracy = [&] {
    return json::parse(ok({"show", "tickets@1", "--json"})).at("metrics").at("accuracy").to_number<double>();
  };
  const double fitted = accuracy();
  const auto memory = run({"evaluate", "tickets", "train.jsonl"});
  EXPECT_EQ(memory.code, 0);
  EXPECT_THAT(memory.error, HasSubstr("warning: 24 of 24 test texts are in the training data"));
  EXPECT_EQ(accuracy(), fitted);
  // What was kept of it says so, too.
  const auto kept = json::parse(ok({"evaluate", "tickets", "train.jsonl", "--json"})).at("summary");
  EXPECT_EQ(kept.at("overlap").at("items"), 24);
  EXPECT_EQ(kept.at("warnings").at(0).at("code"), "overlap");

  const auto fair = json::parse(ok({"evaluate", "tickets", "test.jsonl", "--json"})).at("summary");
  EXPECT_EQ(fair.at("overlap").at("items"), 0);
  EXPECT_TRUE(fair.at("warnings").as_array().empty());
  const auto& interval = fair.at("intervals").at("macro_f1");
  EXPECT_LE(interval.at("lower").to_number<double>(), fair.at("macro_f1").to_number<double>());
  EXPECT_GE(interval.at("upper").to_number<double>(), fair.at("macro_f1").to_number<double>());
  EXPECT_EQ(accuracy(), fair.at("accuracy").to_number<double>());
  const auto evaluation = json::parse(ok({"evaluate", "tickets", "test.jsonl", "--json"})).at("evaluation");
  const std::string id{evaluation.as_string()};
  EXPECT_THAT(ok({"metrics", "list", "tickets@1"}),
              AllOf(HasSubstr("EVALUATION"), HasSubstr(id.substr(id.size() - 8))));
}

TEST_F(Learning, AFitRecordsWhatItRestedOnAndLeavesAnOnnxFileThatAgrees) {
  write("train.jsonl", lines(tickets(0, 8)));
  const auto fit = json::parse(ok({"fit", "tickets", "train.jsonl", "--time-budget", "5", "--json"})).at("result");
  EXPECT_THAT(json::serialize(fit.at("warnings")), HasSubstr("The time budget is recorded, and changes nothing"));
  EXPECT_EQ(fit.at("metrics_on"), "cross-validation on the training data, in 5 parts");
  const auto version = json::parse(ok({"show", "tickets@1", "--json"}));
  const auto& record = version.at("metadata");
  EXPECT_EQ(record.at("metrics_on"), fit.at("metrics_on"));
  EXPECT_EQ(record.at("training").at("seed"), 42);
  EXPECT_EQ(record.at("training").at("seed_given"), false);
  for (const char* library : {"compiler", "icu", "openblas"}) {
    EXPECT_FALSE(record.at("training").at("libraries").at(library).as_string().empty()) << library;
  }
  EXPECT_EQ(record.at("onnx_parity").at("texts"), 24);
  EXPECT_LT(record.at("onnx_parity").at("max_difference").to_number<double>(), 1e-5);
  EXPECT_FALSE(version.at("metrics").as_object().contains("f1_score"));
  EXPECT_THAT(ok({"show", "tickets@1"}), HasSubstr("classifier.onnx"));
  EXPECT_THAT(ok({"inspect", "tickets@1"}), HasSubstr("Softmax"));
  EXPECT_THAT(ok({"reproduce", "tickets@1"}),
              AllOf(HasSubstr("classifier.onnx"), HasSubstr("every file came out equal")));
}

TEST_F(Learning, ManyTextsAreJudgedFromAFileWithWhatStoodBesideThem) {
  write("train.jsonl", lines(tickets(0, 8)));
  ok({"fit", "tickets", "train.jsonl"});
  write("mails.jsonl", lines(tickets(20, 400)));  // more than one request
  write("mails.csv", "id,text\n7,\"The calendar, it crashes\nwhen I click it\"\n8,please add dark mode\n");
  ok({"predict", "tickets", "--file", "mails.jsonl", "-o", "out.jsonl"});
  const auto written = read("out.jsonl");
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 1200);
  const auto first = json::parse(written.substr(0, written.find('\n'))).as_object();
  EXPECT_EQ(first.at("text"), tickets(20, 1).at(0).at("text"));
  EXPECT_EQ(first.at("input_label"), tickets(20, 1).at(0).at("label"));
  EXPECT_EQ(first.at("scores").as_array().size(), 3U);

  const auto document = json::parse(ok({"predict", "tickets", "--file", "mails.csv", "--json"}));
  EXPECT_EQ(document.at("model"), "custom/tickets");
  EXPECT_EQ(document.at("version"), 1);
  EXPECT_EQ(document.at("predictions").as_array().size(), 2U);
  EXPECT_EQ(document.at("predictions").at(0).at("id"), "7");
  EXPECT_EQ(document.at("predictions").at(0).at("label"), "bug");
  EXPECT_EQ(
      json::parse(ok({"predict", "tickets", "--file", "mails.jsonl", "--json"})).at("predictions").as_array().size(),
      1200U);

  // One bad line, and nothing is written; what is there is kept.
  write("torn.jsonl", lines(tickets(0, 300)) + "\n{\"text\":\"after a blank line\"}\n");
  const auto torn = run({"predict", "tickets", "--file", "torn.jsonl", "-o", "torn-out.jsonl"});
  EXPECT_EQ(torn.code, 2);
  EXPECT_THAT(torn.error, HasSubstr("Line 901"));
  EXPECT_EQ(run({"predict", "tickets", "--file", "mails.csv", "-o", "out.jsonl"}).code, 4);
  EXPECT_EQ(read("out.jsonl"), written);
  EXPECT_EQ(run({"predict", "nobody", "--file", "mails.csv", "-o", "none.jsonl"}).code, 3);
  EXPECT_EQ(run({"predict", "tickets", "--file", "absent.csv"}).code, 3);
  for (const auto& entry : std::filesystem::directory_iterator{folder_.path()}) {
    EXPECT_THAT(entry.path().filename().string(), testing::Not(HasSubstr("unfinished")));
    EXPECT_THAT(entry.path().filename().string(),
                testing::AllOf(testing::Ne("torn-out.jsonl"), testing::Ne("none.jsonl")));
  }
}

TEST_F(Learning, WhatCannotBeFittedSaysWhyAndLeavesNothing) {
  write("one.jsonl", R"({"text":"it crashes","label":"bug"})"
                     "\n"
                     R"({"text":"it is broken","label":"bug"})"
                     "\n");
  write("bad.csv", "text,label\nit crashes,bug\n,feature\n");
  write("notes.txt", "nothing");
  EXPECT_EQ(run({"fit", "tickets", "one.jsonl"}).code, 2);
  const auto empty_text = run({"fit", "tickets", "bad.csv"});
  EXPECT_EQ(empty_text.code, 2);
  EXPECT_THAT(empty_text.error, HasSubstr("line 3"));
  EXPECT_EQ(run({"fit", "tickets", "notes.txt"}).code, 2);
  const auto base = run({"fit", "tickets", "one.jsonl", "--base", "BAAI/bge-base-en-v1.5"});
  EXPECT_EQ(base.code, 2);
  EXPECT_THAT(base.error, HasSubstr("weigh import"));
  EXPECT_EQ(run({"show", "tickets"}).code, 3);
}

TEST_F(Learning, LlamafarmsDocumentsAreServedAsWritten) {
  serve();
  auto fitted = ask("POST", "/v1/classifier/fit",
                    json::object{{"model_name", "ticket_classifier_v1"}, {"training_data", tickets(0, 8)}});
  ASSERT_EQ(fitted.status, 200) << fitted.body;
  EXPECT_EQ(fitted.body.at("status"), "trained");
  EXPECT_EQ(fitted.body.at("labels"), (json::array{"bug", "feature", "question"}));
  EXPECT_EQ(fitted.body.at("num_examples"), 24);
  EXPECT_GT(fitted.body.at("training_time_seconds").to_number<double>(), 0);

  auto said = ask("POST", "/v1/classifier/predict",
                  json::object{{"model_name", "ticket_classifier_v1"}, {"text", "The export is broken"}});
  EXPECT_EQ(said.body.at("label"), "bug");
  EXPECT_TRUE(said.body.at("scores").as_object().contains("feature"));

  auto list = ask("GET", "/v1/classifier/models");
  ASSERT_EQ(list.body.at("models").as_array().size(), 1U);
  EXPECT_EQ(list.body.at("models").at(0).at("name"), "ticket_classifier_v1");
  EXPECT_EQ(list.body.at("models").at(0).at("base_model"), "builtin/ngram-v1");

  // Survives a restart.
  server_.reset();
  serve();
  said = ask("POST", "/v1/classifier/predict",
             json::object{{"model_name", "ticket_classifier_v1"}, {"text", "please add an option"}});
  EXPECT_EQ(said.body.at("label"), "feature");

  const auto deleted = ask("DELETE", "/v1/classifier/models/ticket_classifier_v1");
  EXPECT_EQ(deleted.body.at("status"), "deleted");
  EXPECT_EQ(deleted.body.at("model_name"), "ticket_classifier_v1");
  EXPECT_EQ(ask("DELETE", "/v1/classifier/models/ticket_classifier_v1").status, 404);
  EXPECT_EQ(
      ask("POST", "/v1/classifier/predict", json::object{{"model_name", "ticket_classifier_v1"}, {"text", "x"}}).status,
      404);
}

TEST_F(Learning, LlamafarmsServerKeepsVersionsByNameAndFindsTheLatest) {
  serve();
  ASSERT_EQ(ask("POST", "/v1/ml/classifier/fit", json::object{{"model", "tickets"}, {"training_data", tickets(0, 3)}})
                .body.at("status"),
            "fitted");
  const auto second = ask("POST", "/v1/ml/classifier/fit",
                          json::object{{"model", "tickets"},
                                       {"training_data", tickets(0, 8)},
                                       {"overwrite", false},
                                       {"description", "eight of each"}});
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(second.body.at("base_name"), "tickets");
  const std::string name{second.body.at("versioned_name").as_string()};
  EXPECT_THAT(name, testing::MatchesRegex("tickets_[0-9]{8}_[0-9]{6}"));

  const auto latest = ask("POST", "/v1/ml/classifier/predict",
                          json::object{{"model", "tickets-latest"}, {"texts", json::array{"it crashes", "how do I?"}}});
  EXPECT_EQ(latest.body.at("model").as_string(), name);
  EXPECT_EQ(latest.body.at("total_count"), 2);
  EXPECT_EQ(latest.body.at("data").at(0).at("label"), "bug");
  const auto list = ask("GET", "/v1/ml/classifier/models");
  EXPECT_EQ(list.body.at("total"), 2);
  EXPECT_EQ(list.body.at("data").at(0).at("description"), "eight of each");
}

TEST_F(Learning, EveryListShowsTheSameFiguresOfAClassifier) {
  serve();
  ASSERT_EQ(ask("POST", "/v1/classifier/fit", json::object{{"model_name", "tickets"}, {"training_data", tickets(0, 8)}})
                .status,
            200);
  ASSERT_EQ(ask("POST", "/api/models/tickets/versions/1/metrics",
                json::object{{"metrics", json::array{json::object{{"name", "accuracy"}, {"value", 0.125}}}}})
                    .status /
                100,
            2);
  const auto body = [&](const char* path) { return ask("GET", path).body; };
  const auto native = body("/api/models").at("models").at(0);
  EXPECT_EQ(native.at("accuracy"), 0.125);
  EXPECT_FALSE(native.at("metrics").as_object().contains("f1_score"));
  const auto foreign = body("/api/models/list").at("models").at(0).at("metrics");
  EXPECT_EQ(foreign.at("accuracy"), 0.125);
  EXPECT_EQ(foreign.at("f1"), native.at("metrics").at("f1"));
}

TEST_F(Learning, TheRoutesThatOnlyLookAreThereForTheirClients) {
  serve();
  const auto health = ask("GET", "/v1/ml/health");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.body.at("status"), "healthy");
  EXPECT_EQ(health.body.at("pid"), server_->process_id());
  EXPECT_EQ(ask("GET", "/api/test/models").body, json::parse(R"({"models":[],"total":0})").as_object());
}

TEST_F(Learning, LlamafarmsErrorsAreThoseItsClientsKnow) {
  serve();
  EXPECT_EQ(ask("POST", "/v1/classifier/fit", json::object{{"model_name", "t"}}).status, 422);
  EXPECT_EQ(
      ask("POST", "/v1/classifier/fit", json::object{{"model_name", "t"}, {"training_data", json::array{}}}).status,
      400);
  EXPECT_EQ(ask("POST", "/v1/classifier/fit",
                json::object{{"model_name", "t"}, {"training_data", tickets(0, 3)}, {"base_model", "nobody/nothing"}})
                .status,
            400);
  EXPECT_EQ(ask("POST", "/v1/classifier/fit",
                json::object{{"model_name", "t"},
                             {"training_data", json::array{json::object{{"text", "a"}, {"label", "x"}},
                                                           json::object{{"text", "b"}, {"label", "x"}}}}})
                .status,
            400);
  EXPECT_EQ(ask("POST", "/v1/classifier/predict", json::object{{"model_name", "../t"}, {"text", "x"}}).status, 400);
  const auto judged = ask("POST", "/v1/classify", json::object{{"text", "x"}, {"labels", json::array{"a", "b"}}});
  EXPECT_EQ(judged.status, 400);
  EXPECT_THAT(std::string{judged.body.at("message").as_string()}, HasSubstr("weigh import FOLDER --kind encoder"));
}

TEST_F(Learning, AWorkerThatIsKilledIsReplacedAndTheServerGoesOn) {
  serve();
  ASSERT_EQ(ask("POST", "/v1/classifier/fit", json::object{{"model_name", "tickets"}, {"training_data", tickets(0, 4)}})
                .status,
            200);
  const auto predict = [&] {
    return ask("POST", "/v1/classifier/predict", json::object{{"model_name", "tickets"}, {"text", "it crashes"}});
  };
  ASSERT_EQ(predict().status, 200);
  // The workers of this server: children of its process.
  int killed = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    std::ifstream status{entry.path() / "stat"};
    std::string line;
    if (!std::getline(status, line) || line.find("(weigh-worker)") == std::string::npos) continue;
    const auto rest = line.substr(line.rfind(')') + 4);
    if (std::stoi(rest) != server_->process_id()) continue;
    ASSERT_EQ(::kill(std::stoi(entry.path().filename()), SIGKILL), 0);
    ++killed;
  }
  EXPECT_GE(killed, 1);
  EXPECT_EQ(predict().status, 200);
}

}  // namespace
}  // namespace weighhouse::e2e
