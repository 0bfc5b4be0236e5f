#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

class Trainings : public MetadataStoreContract {
 protected:
  void SetUp() override {
    MetadataStoreContract::SetUp();
    if (IsSkipped()) return;
    streets_ = add_dataset("streets");
    night_ = add_slice(streets_, "night");
    day_ = add_slice(streets_, "day");
  }
  Dataset add_dataset(const std::string& name) {
    const Timestamp at = later();
    const Dataset dataset{.id = {new_ulid(at)}, .name = name, .marks = {at, "ada", at, "ada"}};
    write([&](Transaction& rows) { return rows.add_dataset(dataset); });
    return dataset;
  }
  Slice add_slice(const Dataset& dataset, const std::string& name) {
    const Timestamp at = later();
    const Slice slice{.id = {new_ulid(at)}, .dataset = dataset.id, .name = name, .marks = {at, "ada", at, "ada"}};
    write([&](Transaction& rows) { return rows.add_slice(slice); });
    return slice;
  }
  Training training() const {
    return {.dataset = streets_.id,
            .baseline = "yolov8n",
            .task = "object-detection",
            .status = TrainingStatus::kCompleted,
            .trained_at = now_,
            .score = {"mAP", 0.75, "%"},
            .parameters = R"({"epochs":100})",
            .told = {.total = 10, .training = 8, .validation = 2},
            .classes = {{"dog", "box", 0.9, 100, 20}, {"cat", "box", 0.5, {}, {}}},
            .slices = {{Purpose::kTraining, night_.id}, {Purpose::kValidation, day_.id}}};
  }
  void put(const Model& model, const Training& training) {
    write([&](Transaction& rows) { return rows.put_training(model.id, training); });
  }
  double metric(const std::string& model, const std::string& name) {
    const auto ref = ModelRef::parse(model).take();
    return read([&](Transaction& rows) { return rows.get_model_row(ref); }).metrics.at(name);
  }
  std::int64_t models_of_streets() {
    return read([&](Transaction& rows) { return rows.find_dataset(streets_.id); })->model_count;
  }

  Dataset streets_{};
  Slice night_{}, day_{};
};

TEST_P(Trainings, ComeBackWholeWithTheirModel) {
  const Model yolo = add_model("yolo");
  put(yolo, training());
  const auto row = read([&](Transaction& rows) { return rows.get_model_row(ModelRef::parse("yolo").take()); });
  ASSERT_TRUE(row.training);
  const Training& kept = row.training->training;
  EXPECT_EQ(kept.dataset, streets_.id);
  EXPECT_EQ(kept.baseline, "yolov8n");
  EXPECT_EQ(kept.task, "object-detection");
  EXPECT_TRUE(kept.is_trained());
  EXPECT_EQ(kept.trained_at, now_);
  EXPECT_EQ(kept.score.key, "mAP");
  EXPECT_EQ(kept.score.value, 0.75);
  EXPECT_EQ(kept.told.training, 8);
  ASSERT_EQ(kept.classes.size(), 2U);
  EXPECT_EQ(kept.classes[0].name, "dog");
  EXPECT_EQ(kept.classes[0].training_annotations, 100);
  EXPECT_EQ(kept.classes[1].ap, 0.5);
  EXPECT_FALSE(kept.classes[1].training_annotations);
  ASSERT_EQ(row.training->trained_on.size(), 2U);
  EXPECT_EQ(row.training->trained_on[0].slice.name, "night");
  EXPECT_EQ(row.training->trained_on[1].purpose, Purpose::kValidation);
  const Model other = add_model("other");
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_training(other.id); }));
}

TEST_P(Trainings, NameOnlyWhatIsThere) {
  const Model yolo = add_model("yolo");
  Training wrong = training();
  wrong.slices.push_back({Purpose::kTraining, {"01ARZ3NDEKTSV4RRFFQ69G5FAV"}});
  const auto refused = refuse([&](Transaction& rows) { return rows.put_training(yolo.id, wrong); });
  EXPECT_EQ(refused.code, ErrorCode::kNotFound);
  EXPECT_NE(refused.message.find("01ARZ3NDEKTSV4RRFFQ69G5FAV"), std::string::npos) << refused.message;
  wrong = training();
  wrong.slices[0].slice = add_slice(add_dataset("rooms"), "hall").id;
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.put_training(yolo.id, wrong); }).code, ErrorCode::kNotFound);
  wrong = training();
  wrong.classes[0].ap = 1.01;
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.put_training(yolo.id, wrong); }).code,
            ErrorCode::kInvalidArgument);
  wrong = training();
  wrong.contents.emplace("weights.pt", ContentId{"01ARZ3NDEKTSV4RRFFQ69G5FAV"});
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.put_training(yolo.id, wrong); }).code, ErrorCode::kNotFound);
  wrong = training();
  wrong.dataset.reset();
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.put_training(yolo.id, wrong); }).code,
            ErrorCode::kInvalidArgument);
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_training(yolo.id); }));
  EXPECT_EQ(models_of_streets(), 0);
}

TEST_P(Trainings, TellTheApOfEachClassAndTheirMeanUntilAVersionSaysOtherwise) {
  const Model yolo = add_model("yolo");
  Training two = training();
  two.classes.push_back({"owl", "box", {}, {}, {}});
  put(yolo, two);
  EXPECT_NEAR(metric("yolo", "ap"), (0.9 + 0.5) / 3, 1e-12);
  EXPECT_EQ(names("metric.ap{class=\"dog\"} = 0.9"), std::vector<std::string>{"yolo"});
  add_version(yolo, {"weights"});
  const std::vector<Metric> measured{{.name = "ap", .value = 0.7, .class_name = "cat"}};
  write([&](Transaction& rows) { return rows.add_metrics(yolo.id, VersionNumber{1}, measured); });
  EXPECT_EQ(names("metric.ap{class=\"cat\"} = 0.7 AND metric.ap{class=\"dog\"} = 0.9"),
            std::vector<std::string>{"yolo"});
  EXPECT_NEAR(metric("yolo", "ap"), (0.9 + 0.7) / 3, 1e-12);
  const std::vector<Metric> whole{{.name = "ap", .value = 0.81}};
  write([&](Transaction& rows) { return rows.add_metrics(yolo.id, VersionNumber{1}, whole); });
  EXPECT_EQ(metric("yolo", "ap"), 0.81);
}

TEST_P(Trainings, AreFoundByWhatTheySay) {
  put(add_model("yolo"), training());
  Training pending = training();
  pending.status = TrainingStatus::kPending;
  pending.trained_at.reset();
  pending.score = {};
  pending.slices.pop_back();
  put(add_model("draft"), pending);
  add_model("plain");
  const std::vector<std::string> both{"draft", "yolo"};
  const std::vector<std::string> yolo{"yolo"};
  EXPECT_EQ(names("dataset = 'streets'"), both);
  EXPECT_EQ(names("dataset = '" + streets_.id.text + "'"), both);
  EXPECT_EQ(names("dataset CONTAINS 'STREE'"), both);
  EXPECT_EQ(names("dataset = 'elsewhere'"), std::vector<std::string>{});
  EXPECT_EQ(names("dataset != 'streets'"), std::vector<std::string>{"plain"});
  EXPECT_EQ(names("dataset IS NULL"), std::vector<std::string>{"plain"});
  EXPECT_EQ(names("slice = 'day'"), yolo);
  EXPECT_EQ(names("slice = 'night'"), both);
  EXPECT_EQ(names("slice IN ('day', 'night') AND status = 'completed'"), yolo);
  EXPECT_EQ(names("NOT slice = 'day'"), (std::vector<std::string>{"draft", "plain"}));
  EXPECT_EQ(names("trained = true"), yolo);
  EXPECT_EQ(names("trained = false"), (std::vector<std::string>{"draft", "plain"}));
  EXPECT_EQ(names("task = 'object-detection' AND baseline = 'yolov8n'"), both);
  EXPECT_EQ(names("score >= 0.7"), yolo);
  EXPECT_EQ(names("score IS NULL"), (std::vector<std::string>{"draft", "plain"}));
  EXPECT_EQ(names("score_key = 'mAP'"), yolo);
  EXPECT_EQ(names("trained_at >= 2026-01-01"), yolo);
  EXPECT_EQ(names("", "-score, name"), (std::vector<std::string>{"yolo", "draft", "plain"}));
  EXPECT_EQ(names("id = '" + model("draft").id.text + "'"), std::vector<std::string>{"draft"});
  EXPECT_EQ(names("display_name CONTAINS 'RAF'"), std::vector<std::string>{"draft"});
  EXPECT_EQ(names("name CONTAINS 'o'"), yolo);
  EXPECT_EQ(names("name NOT CONTAINS 'a'"), yolo);
}

TEST_P(Trainings, TotalsOfADatasetComeFromItsCountAndOthersAreCountedWhereOneAsks) {
  const Model yolo = add_model("yolo");
  put(yolo, training());
  put(add_model("other"), training());
  EXPECT_EQ(models_of_streets(), 2);
  const auto total = [&](const char* filter, bool count) {
    const ModelQuery query{.filter = parse_filter(filter).take(), .length = 1, .count = count};
    return read([&](Transaction& rows) { return rows.list_models(query); }).total;
  };
  EXPECT_EQ(total("dataset = 'streets'", false), 2U);
  EXPECT_EQ(total("dataset = 'streets' AND name != 'x' AND NOT display_name CONTAINS 'q'", true), 2U);
  EXPECT_EQ(total("dataset = 'streets' AND name CONTAINS 'yol'", true), 1U);
  const std::string id = trash("yolo");
  EXPECT_EQ(models_of_streets(), 1);
  EXPECT_EQ(names("dataset = 'streets'"), std::vector<std::string>{"other"});
  EXPECT_EQ(names("slice = 'night'"), std::vector<std::string>{"other"});
  restore(id);
  EXPECT_EQ(models_of_streets(), 2);
  Training moved = training();
  moved.dataset = add_dataset("rooms").id;
  moved.slices.clear();
  put(yolo, moved);
  EXPECT_EQ(models_of_streets(), 1);
}

TEST_P(Trainings, AVersionKeepsTheSlicesThatStoodInTheTrainingWhenItWasMade) {
  const Model yolo = add_model("yolo");
  put(yolo, training());
  const Version first = add_version(yolo, {"weights"});
  Training next = training();
  next.slices = {{Purpose::kTraining, day_.id}};
  put(yolo, next);
  const Version second = add_version(yolo, {"other weights"});
  const auto slices = [&](const Version& version) {
    std::vector<std::string> found;
    for (const TrainedOn& one :
         read([&](Transaction& rows) { return rows.list_trained_on(yolo.id, version.number); })) {
      found.push_back(std::string{to_string(one.purpose)} + " " + one.slice.name);
    }
    return found;
  };
  EXPECT_EQ(slices(first), (std::vector<std::string>{"training night", "validation day"}));
  EXPECT_EQ(slices(second), std::vector<std::string>{"training day"});
  const auto users = read([&](Transaction& rows) { return rows.list_slice_users(day_.id, 10); });
  ASSERT_EQ(users.size(), 3U);
  EXPECT_EQ(users[0].number, 0);
  EXPECT_EQ(users[1].number, 1);
  EXPECT_EQ(users[1].purpose, Purpose::kValidation);
  EXPECT_EQ(users[2].number, 2);
  trash("yolo@1");
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_slice_users(day_.id, 10); }).size(), 2U);
}

TEST_P(Trainings, ADeletedSliceIsStillNamedAndLeavesATombstoneWhenItIsPurged) {
  const Model yolo = add_model("yolo");
  put(yolo, training());
  const Timestamp at = later();
  std::optional<TrashItem> trashed;
  write([&](Transaction& rows) -> Result<> {
    trashed = TRY(rows.trash_slice(night_, new_ulid(at), at, "ada"));
    return {};
  });
  write([&](Transaction& rows) { return rows.purge_trash(*trashed, later()); });
  const auto row = read([&](Transaction& rows) { return rows.find_training_row(yolo.id); });
  ASSERT_EQ(row->trained_on.size(), 2U);
  EXPECT_EQ(row->trained_on[0].slice.name, "night");
  EXPECT_TRUE(row->trained_on[0].slice.deleted_at);
  EXPECT_EQ(names("slice = 'night'"), std::vector<std::string>{"yolo"});
  put(yolo, row->training);  // what it named before it may go on naming
  const Training fresh = row->training;
  const Model other = add_model("other");
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.put_training(other.id, fresh); }).code, ErrorCode::kNotFound);
  const std::string id = trash("yolo");
  const auto item = read([&](Transaction& rows) { return rows.find_trash(id); });
  write([&](Transaction& rows) { return rows.purge_trash(*item, later()); });
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_slice(night_.id); }));
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.find_slice(day_.id); }));
}

TEST_P(Trainings, ADatasetStaysWhileAModelBelongsToIt) {
  put(add_model("yolo"), training());
  const auto refused = refuse([&](Transaction& rows) -> Result<> {
    TRY(rows.trash_dataset(streets_, "x", later(), "ada"));
    return {};
  });
  EXPECT_EQ(refused.code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.message.find("custom/yolo"), std::string::npos) << refused.message;
}

TEST_P(Trainings, WhatAModelSaysOfItselfIsFoundByPathWithAndWithoutAVersion) {
  const Model yolo = add_model("yolo");
  write([&](Transaction& rows) { return rows.put_meta(yolo.id, R"({"group":"a","config":{"epochs":100}})"); });
  EXPECT_EQ(names("meta.group = 'a' AND meta.config.epochs >= 100"), std::vector<std::string>{"yolo"});
  add_version(yolo, {"weights"}, "", R"({"group":"b"})");
  EXPECT_EQ(names("meta.group = 'a' AND meta.group = 'b'"), std::vector<std::string>{"yolo"});
  EXPECT_EQ(read([&](Transaction& rows) { return rows.find_meta(yolo.id); }),
            R"({"group":"a","config":{"epochs":100}})");
  write([&](Transaction& rows) { return rows.put_meta(yolo.id, "[1,2]"); });
  EXPECT_EQ(names("meta.group = 'a'"), std::vector<std::string>{});
  EXPECT_EQ(names("meta.group = 'b'"), std::vector<std::string>{"yolo"});
}

TEST_P(Trainings, ReportsAndContentsBelongToTheModelAndHoldWhatTheyName) {
  const Model yolo = add_model("yolo");
  const Content chart{.id = {new_ulid(later())}, .folder = true, .created_at = now_};
  write([&](Transaction& rows) { return rows.add_content(chart); });
  Training with = training();
  with.contents.emplace("weights.pt", chart.id);
  put(yolo, with);
  TrainingReport report{.id = new_ulid(later()),
                        .model = yolo.id,
                        .name = "Confusion",
                        .type = "confusion-matrix",
                        .content = chart.id,
                        .marks = {now_, "ada", now_, "ada"}};
  write([&](Transaction& rows) { return rows.put_report(report); });
  report.name = "Confusion 2";
  write([&](Transaction& rows) { return rows.put_report(report); });
  const auto row = read([&](Transaction& rows) { return rows.find_training_row(yolo.id); });
  ASSERT_EQ(row->reports.size(), 1U);
  EXPECT_EQ(row->reports[0].name, "Confusion 2");
  EXPECT_EQ(row->training.contents.at("weights.pt"), chart.id);
  const auto refused = refuse([&](Transaction& rows) { return rows.remove_content(chart.id); });
  EXPECT_EQ(refused.code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.message.find("custom/yolo"), std::string::npos) << refused.message;
  write([&](Transaction& rows) -> Result<> {
    TRY(rows.remove_report(yolo.id, report.id));
    return rows.put_training(yolo.id, training());
  });
  write([&](Transaction& rows) { return rows.remove_content(chart.id); });
}

INSTANTIATE_TEST_SUITE_P(Engines, Trainings, testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) { return engine.param == Engine::kSqlite ? "Sqlite" : "Postgres"; });

}  // namespace
}  // namespace weighhouse::db
