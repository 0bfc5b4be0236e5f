#include "services/auditor.h"
#include "services/bulk.h"
#include "services/contents.h"
#include "services/datasets.h"
#include "services/lineage.h"
#include "services/testing/house_fixture.h"
#include "services/trainings.h"

namespace weighhouse::services {
namespace {

using registry::TrainingClass;
using registry::TrainingStatus;

class DataTest : public HouseFixture {
 protected:
  void SetUp() override {
    streets = datasets.create(alice, "streets", "of Bremen").take();
    night = datasets.create_slice(alice, "streets", "night", "").take();
    day = datasets.create_slice(alice, "streets", "day", "").take();
  }
  RecordChange yolo(const std::string& name = "YOLOv8 Detection Model v1") {
    return {.display_name = name,
            .training = {.dataset = "streets",
                         .baseline = "yolov8n",
                         .classes = std::vector<TrainingClass>{{"car", "box", 0.85, 1500, 300}},
                         .training_slices = std::vector<std::string>{"night"},
                         .validation_slices = std::vector<std::string>{day.id.text}}};
  }
  std::vector<std::string> actions() {
    std::vector<std::string> found;
    for (const auto& event : catalog.list_events(alice, std::nullopt, {}).take()) found.push_back(event.action);
    return found;
  }
  registry::Filter filter(std::string_view text) { return registry::parse_filter(text).take(); }
  std::size_t count(std::string_view text) {
    return catalog.list_models(alice, {.filter = filter(text)}).take().items.size();
  }

  Datasets datasets{{*metadata, blobs, clock}, intake};
  Contents contents{{*metadata, blobs, clock}};
  Trainings trainings{*metadata, clock};
  Auditor auditor{*metadata};
  Lineage lineage{*metadata};
  Bulk bulk{*metadata, clock};
  registry::Dataset streets{};
  registry::Slice night{}, day{};
};

TEST_F(DataTest, ItemsNeedBytesThatTheCallerUploadedAndKeepThemAfterwards) {
  const NewItem unknown{.key = "a.wav", .digest = Digest::of("nobody uploaded this")};
  EXPECT_EQ(datasets.add_items(alice, "streets", {unknown}, {}).error().code, ErrorCode::kFailedPrecondition);
  const auto blob = take("bytes", alice);
  const auto added = datasets.add_items(alice, "streets", {{.key = "a/1.wav", .digest = blob.digest}}, {"night"});
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->items[0].media_type, "audio/wav");
  EXPECT_EQ(added->items[0].size_bytes, 5U);
  EXPECT_EQ(datasets.get_slice(alice, "streets", "night")->item_count, 1);
  clock.advance(std::chrono::hours{24 * 30});
  EXPECT_TRUE(collector.collect(DryRun::kNo)->digests.empty());
  EXPECT_EQ(datasets.find_bytes(alice, "streets", "a/1.wav")->blob.digest, blob.digest);
}

TEST_F(DataTest, AnItemAddedAgainIsRefusedOrChangedAndOtherwiseLeftAlone) {
  const auto blob = take("bytes", alice);
  const NewItem item{.key = "a.txt", .digest = blob.digest, .annotations = R"({"label":"dog"})"};
  ASSERT_TRUE(datasets.add_items(alice, "streets", {item}, {}));
  take("bytes", alice);
  EXPECT_EQ(datasets.add_items(alice, "streets", {item}, {}).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(datasets.add_items(alice, "streets", {item}, {}, Existing::kUpdate)->unchanged, 1);
  NewItem other = item;
  other.annotations = R"({"label":"cat"})";
  const auto changed = datasets.add_items(alice, "streets", {other}, {"day"}, Existing::kUpdate);
  EXPECT_EQ(changed->changed, 1);
  EXPECT_EQ(datasets.get_item(alice, "streets", "a.txt")->annotations, R"({"label":"cat"})");
  EXPECT_EQ(datasets.get_slice(alice, "streets", "day")->item_count, 1);
}

TEST_F(DataTest, TextsComeWithTheirItemsAndEachIsStoredOnce) {
  const std::vector<NewItem> items{
      {.key = "t#2", .text = "hello"}, {.key = "t#3", .text = "bye"}, {.key = "t#4", .text = "hello"}};
  const auto added = datasets.add_items(alice, "streets", items, {"day"}).take();
  EXPECT_EQ(added.added, 3);
  EXPECT_EQ(added.items[0].media_type, "text/plain");
  EXPECT_EQ(added.items[0].digest, Digest::of("hello"));
  EXPECT_EQ(added.items[2].digest, added.items[0].digest);
  EXPECT_EQ(added.items[1].size_bytes, 3U);
  EXPECT_EQ(datasets.find_bytes(alice, "streets", "t#3")->blob.digest, Digest::of("bye"));
  EXPECT_EQ(datasets.add_items(alice, "streets", items, {}, Existing::kUpdate)->unchanged, 3);
  clock.advance(std::chrono::hours{48});
  EXPECT_TRUE(collector.collect(DryRun::kNo)->digests.empty());
}

TEST_F(DataTest, ATextAndADigestOrATextThatIsTooLongIsRefusedAndNothingIsKept) {
  const auto both = datasets.add_items(alice, "streets", {{.key = "x", .digest = Digest::of("a"), .text = "a"}}, {});
  EXPECT_EQ(both.error().code, ErrorCode::kInvalidArgument);
  const auto large = datasets.add_items(
      alice, "streets", {{.key = "ok", .text = "a"}, {.key = "long", .text = std::string((1U << 20U) + 1, 'x')}}, {});
  EXPECT_EQ(large.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(large.error().message.find("\"long\""), std::string::npos) << large.error().message;
  EXPECT_EQ(datasets.get(alice, "streets")->item_count, 0);
  const auto twice = datasets.add_items(alice, "streets", {{.key = "k", .text = "a"}, {.key = "k", .text = "b"}}, {},
                                        Existing::kUpdate);
  EXPECT_EQ(twice.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(datasets.add_items(alice, "nowhere", {{.key = "k", .text = "kept by nobody"}}, {}).error().code,
            ErrorCode::kNotFound);
  EXPECT_FALSE(blobs.find(Digest::of("kept by nobody")).take());
}

TEST_F(DataTest, WhatATrainedModelLearnedFromIsCountedOnce) {
  const auto fill = [&](const std::string& key) {
    ASSERT_TRUE(datasets.add_items(alice, "streets", {{.key = key, .text = key}}, {"night"}));
  };
  fill("1");
  auto record = yolo();
  record.training.trained = false;
  const auto model = trainings.create(alice, record).take().model.id;
  const auto learned = [&] { return trainings.get(alice, model)->training->items(registry::Purpose::kTraining); };
  EXPECT_EQ(learned(), 1);
  fill("2");
  EXPECT_EQ(learned(), 2);  // not trained yet: what the slice holds
  ASSERT_TRUE(trainings.update(alice, model, {.training = {.trained = true}}));
  fill("3");
  ASSERT_TRUE(datasets.remove_item(alice, "streets", "1"));
  ASSERT_TRUE(trainings.update(alice, model, {.training = {.baseline = "yolov9"}}));
  EXPECT_EQ(learned(), 2);
  EXPECT_EQ(datasets.get_slice(alice, "streets", "night")->item_count, 2);
  ASSERT_TRUE(datasets.remove_slice(alice, "streets", "night"));
  EXPECT_EQ(learned(), 2);
}

TEST_F(DataTest, ADeletedSliceIsStillLookedAtByItsIdAndKeptByWhoWasTrainedOnIt) {
  auto record = yolo();
  const auto model = trainings.create(alice, record).take().model.id;
  ASSERT_TRUE(datasets.remove_slice(alice, "streets", "night"));
  const auto tombstone = datasets.get_slice(alice, "streets", night.id.text);
  ASSERT_TRUE(tombstone) << tombstone.error().message;
  EXPECT_TRUE(tombstone->deleted_at);
  EXPECT_EQ(datasets.list_users(alice, "streets", night.id.text)->size(), 1U);
  EXPECT_TRUE(lineage.of_slice(alice, "streets", night.id.text));
  EXPECT_EQ(count("slice = 'night'"), 1U);
  EXPECT_EQ(datasets.get_slice(alice, "streets", "night").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(datasets.add_items(alice, "streets", {{.key = "x"}}, {night.id.text}).error().code, ErrorCode::kNotFound);
  RecordChange same{};
  same.training.training_slices = std::vector<std::string>{night.id.text};
  EXPECT_EQ(trainings.update(alice, model, same)->training->trained_on.size(), 2U);
  EXPECT_EQ(trainings.create(alice, record).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(datasets.create_slice(alice, "streets", "unused", ""));
  const auto unused = datasets.get_slice(alice, "streets", "unused").take().id;
  ASSERT_TRUE(datasets.remove_slice(alice, "streets", "unused"));
  EXPECT_EQ(datasets.get_slice(alice, "streets", unused.text).error().code, ErrorCode::kNotFound);
}

TEST_F(DataTest, WhoMaySeeSomeNamespacesSeesTheDatasetsTheyMade) {
  EXPECT_EQ(datasets.get(bob, "streets").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(datasets.add_items(bob, "streets", {{.key = "x"}}, {}).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(datasets.create(bob, "bob's", ""));
  EXPECT_TRUE(datasets.get(bob, "bob's"));
  EXPECT_EQ(datasets.list(bob, {})->items.size(), 1U);
  EXPECT_EQ(datasets.list(alice, {})->items.size(), 2U);
}

TEST_F(DataTest, WhatIsTooLargeOrTooDeepIsRefusedAndNothingIsChanged) {
  auto record = yolo();
  record.meta = "\"" + std::string(std::size_t{10} << 20U, 'x') + "\"";
  const auto large = trainings.create(alice, record);
  EXPECT_EQ(large.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(large.error().message.find("1 MiB"), std::string::npos) << large.error().message;
  record.meta = std::string(1'000, '[') + std::string(1'000, ']');
  EXPECT_NE(trainings.create(alice, record).error().message.find("32"), std::string::npos);
  record.meta = "{\"a\":";
  EXPECT_EQ(trainings.create(alice, record).error().code, ErrorCode::kInvalidArgument);
  record = yolo();
  record.training.classes->front().ap = 1.2;
  EXPECT_EQ(trainings.create(alice, record).error().code, ErrorCode::kInvalidArgument);
  record.training.classes->front().ap = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(trainings.create(alice, record).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(count(""), 0U);
}

TEST_F(DataTest, AMissingSliceIsRefusedByName) {
  auto record = yolo();
  record.training.training_slices = std::vector<std::string>{"slice_train_001"};
  const auto refused = trainings.create(alice, record);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_NE(refused.error().message.find("slice_train_001"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find("streets"), std::string::npos) << refused.error().message;
  EXPECT_EQ(count(""), 0U);
}

TEST_F(DataTest, ModelsOfOneDisplayNameGetNamesOfTheirOwnAndAreFoundByIdAndText) {
  const auto first = trainings.create(alice, yolo()).take();
  const auto second = trainings.create(alice, yolo()).take();
  EXPECT_EQ(first.model.display_name, second.model.display_name);
  EXPECT_NE(first.model.name, second.model.name);
  EXPECT_EQ(trainings.get(alice, second.model.id)->model.name, second.model.name);
  EXPECT_EQ(count("display_name CONTAINS 'yolov8 detection'"), 2U);
  EXPECT_EQ(count("id = '" + first.model.id.text + "'"), 1U);
  EXPECT_EQ(trainings.get(alice, {"01ARZ3NDEKTSV4RRFFQ69G5FAV"}).error().code, ErrorCode::kNotFound);
}

TEST_F(DataTest, AModelIsTrainedWhenItsTrainingIsCompleted) {
  auto record = yolo();
  record.training.trained = false;
  const auto made = trainings.create(alice, record).take();
  EXPECT_EQ(made.training->training.status, TrainingStatus::kPending);
  EXPECT_FALSE(made.training->training.trained_at);
  clock.advance(std::chrono::seconds{5});
  const auto trained = trainings.update(alice, made.model.id, {.training = {.trained = true}}).take();
  EXPECT_TRUE(trained.training->training.is_trained());
  EXPECT_EQ(trained.training->training.trained_at, clock.now());
  EXPECT_EQ(trained.training->training.classes.size(), 1U);
  EXPECT_EQ(trained.training->trained_on.size(), 2U);
  EXPECT_EQ(trained.model.updated_by, "alice");
  const auto again = trainings.update(alice, made.model.id, {.training = {.status = TrainingStatus::kFailed}}).take();
  EXPECT_FALSE(again.training->training.trained_at);
  EXPECT_EQ(actions().front(), "training.changed");
}

TEST_F(DataTest, SlicesGoWithTheirDatasetWhenTheChangeSaysSo) {
  ASSERT_TRUE(datasets.create(alice, "rooms", ""));
  const auto made = trainings.create(alice, yolo()).take();
  const auto silent = trainings.update(alice, made.model.id, {.training = {.dataset = "rooms"}});
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(trainings.get(alice, made.model.id)->training->trained_on.empty());
  RecordChange change{.training = {.dataset = "rooms"}};
  change.training.training_slices.emplace();
  change.training.validation_slices.emplace();
  const auto moved = trainings.update(alice, made.model.id, change).take();
  EXPECT_TRUE(moved.training->trained_on.empty());
  EXPECT_EQ(datasets.get(alice, "streets")->model_count, 0);
  EXPECT_EQ(datasets.get(alice, "rooms")->model_count, 1);
}

TEST_F(DataTest, AContentIsFilledHandedOutAndStaysWhileAReportShowsIt) {
  const auto content = contents.create(alice, {.content_type = "FOLDER", .folder = true}).take();
  EXPECT_EQ(contents.find_file(alice, content.id.text, "reports.json").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(contents.find_file(alice, content.id.text, "").error().code, ErrorCode::kInvalidArgument);
  const auto blob = take("{}", alice);
  ASSERT_TRUE(contents.put_file(alice, content.id.text, "reports.json", blob.digest, ""));
  EXPECT_EQ(contents.put_file(alice, content.id.text, "../x", blob.digest, "").error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(contents.find_file(alice, content.id.text, "reports.json")->blob.digest, blob.digest);
  const auto model = trainings.create(alice, yolo()).take().model.id;
  const auto row = trainings.put_report(alice, model, std::nullopt, {.name = "PR", .content = content.id.text}).take();
  ASSERT_EQ(row.training->reports.size(), 1U);
  EXPECT_EQ(contents.remove(alice, content.id.text).error().code, ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(trainings.remove_report(alice, model, row.training->reports[0].id));
  EXPECT_TRUE(contents.remove(alice, content.id.text));
}

TEST_F(DataTest, AContentIsFoundByTheKeyThatItsMakerGaveIt) {
  ASSERT_TRUE(contents.create(alice, {.key = "weights_001"}));
  clock.advance(std::chrono::seconds{1});
  const auto newest = contents.create(alice, {.key = "weights_001"}).take();
  EXPECT_EQ(contents.get(alice, "weights_001")->content.id, newest.id);
  auto wanted = yolo();
  wanted.training.contents = std::map<std::string, std::string>{{"best.pt", "weights_001"}};
  const auto made = trainings.create(alice, wanted).take();
  EXPECT_EQ(made.training->training.contents.at("best.pt"), newest.id);

  const std::vector<NewItem> items{{.key = "one", .contents = {{"weights_001"}}}};
  EXPECT_EQ(datasets.add_items(alice, "streets", items, {})->items.at(0).contents.at(0), newest.id);
  ItemChange change;
  change.contents = std::vector<registry::ContentId>{{"weights_002"}};
  EXPECT_EQ(datasets.update_item(alice, "streets", "one", change).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(datasets.get_item(alice, "streets", "one")->contents.size(), 1U);

  Caller other = alice;
  other.identity.name = "other";
  other.identity.namespace_pattern = "lab";
  EXPECT_EQ(contents.get(other, "weights_001").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(contents.get(alice, "").error().code, ErrorCode::kNotFound);
  wanted.training.contents = std::map<std::string, std::string>{{"best.pt", "weights_002"}};
  const auto refused = trainings.create(alice, wanted);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("weights_002"), std::string::npos) << refused.error().message;
}

TEST_F(DataTest, DeletingAModelKeepsSlicesAndADatasetWithModelsStays) {
  const auto made = trainings.create(alice, yolo()).take();
  EXPECT_EQ(datasets.remove(alice, "streets").error().code, ErrorCode::kFailedPrecondition);
  const auto removed = trash.remove_model(alice, {made.model.name_space, made.model.name}).take();
  ASSERT_TRUE(trash.purge(alice, removed.item.id));
  EXPECT_TRUE(datasets.get_slice(alice, "streets", "night"));
  const auto gone = datasets.remove(alice, "streets").take();
  EXPECT_EQ(datasets.get(alice, "streets").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(trash.restore(alice, gone.id).error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(trash.restore_data(alice, gone.id)->has_value());
  EXPECT_TRUE(datasets.get_slice(alice, "streets", "night"));
  const auto again = datasets.remove(alice, "streets").take();
  EXPECT_TRUE(trash.purge(alice, again.id));
  EXPECT_EQ(trash.restore_data(alice, again.id).error().code, ErrorCode::kNotFound);
}

TEST_F(DataTest, AnAuditTellsLowAndHighAndTheMeanOfEachClass) {
  const auto add = [&](const std::string& name, double car, double dog) {
    auto record = yolo(name);
    record.training.classes = std::vector<TrainingClass>{{.name = "car", .ap = car}, {.name = "dog", .ap = dog}};
    return trainings.create(alice, record).take();
  };
  add("low", 0.5, 0.6);
  add("lower", 0.1, 0.5);
  add("middle", 0.8, 0.8);
  add("high", 0.9, 1.0);
  const auto audit = auditor.audit(alice, {.filter = filter("dataset = 'streets'")}).take();
  EXPECT_EQ(audit.models, 4);
  ASSERT_EQ(audit.low.size(), 2U);
  EXPECT_EQ(audit.low[0].row.model.display_name, "lower");
  EXPECT_NEAR(audit.low[0].value, 0.3, 1e-12);
  EXPECT_EQ(audit.low[0].classes.at("car"), 0.1);
  ASSERT_EQ(audit.high.size(), 1U);
  EXPECT_EQ(audit.high[0].row.model.display_name, "high");
  ASSERT_EQ(audit.classes.size(), 2U);
  EXPECT_EQ(audit.classes[0].name, "car");
  EXPECT_NEAR(audit.classes[0].mean, 0.575, 1e-12);
  EXPECT_EQ(audit.classes[0].low, 2);
  EXPECT_EQ(audit.classes[0].least_of, "custom/lower");
  EXPECT_EQ(audit.classes[1].most, 1.0);
  EXPECT_EQ(auditor.audit(alice, {.below = 0.9, .above = 0.1}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(DataTest, GroupsShareWhatTheirMetaSaysAndTheBestComesFirst) {
  const auto add = [&](const std::string& name, const std::string& group, double ap) {
    auto record = yolo(name);
    record.meta = R"({"experiment_group":")" + group + "\"}";
    record.training.classes->front().ap = ap;
    ASSERT_TRUE(trainings.create(alice, record));
  };
  add("a", "plain", 0.5);
  add("b", "plain", 0.7);
  add("c", "augmented", 0.8);
  const auto groups = auditor.groups(alice, {}, "meta.experiment_group", "ap").take();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].value, "augmented");
  EXPECT_EQ(groups[1].models, 2);
  EXPECT_NEAR(*groups[1].mean, 0.6, 1e-12);
  EXPECT_EQ(groups[1].best_of, "custom/b");
}

TEST_F(DataTest, LineageLeadsFromSlicesOverVersionsToAliases) {
  const auto made = trainings.create(alice, yolo("yolo")).take();
  ASSERT_TRUE(publish("yolo", {{"yolo.pt", "weights"}}));
  ASSERT_TRUE(aliases.put(alice, ref("yolo"), word("production"), {.to = number(1)}));
  const auto graph = lineage.of_model(alice, ref("yolo")).take();
  const auto has = [&](const LineageGraph& of, const std::string& from, const std::string& to,
                       const std::string& what) {
    return std::any_of(of.edges.begin(), of.edges.end(), [&](const LineageEdge& edge) {
      return edge.from == from && edge.to == to && edge.what == what;
    });
  };
  const std::string model = made.model.id.text;
  EXPECT_TRUE(has(graph, "slice:" + night.id.text, "version:" + model + "@1", "training"));
  EXPECT_TRUE(has(graph, "slice:" + day.id.text, "model:" + model, "validation"));
  EXPECT_TRUE(has(graph, "version:" + model + "@1", "alias:" + model + "@production", "alias"));
  EXPECT_TRUE(has(graph, "dataset:" + streets.id.text, "slice:" + night.id.text, "part"));
  const auto of_slice = lineage.of_slice(alice, "streets", "night").take();
  EXPECT_TRUE(has(of_slice, "slice:" + night.id.text, "version:" + model + "@1", "training"));
  EXPECT_TRUE(has(of_slice, "version:" + model + "@1", "alias:" + model + "@current", "alias"));
}

TEST_F(DataTest, ABulkChangeIsOneTransactionThatCanBeTriedAndTakenBack) {
  for (const char* name : {"experiment one", "experiment two", "keeper"}) {
    ASSERT_TRUE(trainings.create(alice, yolo(name)));
  }
  ASSERT_TRUE(catalog.update_model(alice, ref("experiment-two"), {.pinned = true}));
  const auto experiments = filter("display_name CONTAINS 'experiment'");
  const BulkAction remove{.verb = BulkAction::Verb::kDelete};
  const auto tried = bulk.run(alice, experiments, remove, DryRun::kYes).take();
  EXPECT_EQ(tried.references, std::vector<std::string>{"custom/experiment-one"});
  ASSERT_EQ(tried.skipped.size(), 1U);
  EXPECT_EQ(tried.skipped[0].second, "it is pinned");
  EXPECT_EQ(count(""), 3U);
  const auto done = bulk.run(alice, experiments, remove, DryRun::kNo).take();
  EXPECT_EQ(count(""), 2U);
  EXPECT_EQ(bulk.undo(bob, done.id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(bulk.undo(alice, done.id)->references.size(), 1U);
  EXPECT_EQ(count(""), 3U);
  EXPECT_EQ(bulk.undo(alice, done.id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(bulk.run(alice, {}, remove, DryRun::kNo).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(DataTest, ATagSetInBulkGoesBackToWhatItWasUnlessSomebodyChangedItSince) {
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(trainings.create(alice, yolo(name)));
  ASSERT_TRUE(catalog.put_tag(alice, ref("a"), "team", "audio"));
  const auto all = filter("dataset = 'streets'");
  const auto done =
      bulk.run(alice, all, {.verb = BulkAction::Verb::kTag, .key = "team", .value = "vision"}, DryRun::kNo).take();
  EXPECT_EQ(count("tag.team = 'vision'"), 3U);
  ASSERT_TRUE(catalog.put_tag(alice, ref("c"), "team", "mine"));
  const auto undone = bulk.undo(alice, done.id).take();
  EXPECT_EQ(undone.skipped.size(), 1U);
  EXPECT_EQ(count("tag.team = 'audio'"), 1U);
  EXPECT_EQ(count("tag.team IS NULL"), 1U);
  EXPECT_EQ(count("tag.team = 'mine'"), 1U);
}

}  // namespace
}  // namespace weighhouse::services
