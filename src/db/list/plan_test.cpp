#include "db/list/plan.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "db/list/conditions.h"
#include "db/list/facets.h"
#include "db/sqlite/connection.h"

namespace weighhouse::db {
namespace {

using namespace registry;

// Writes down the plan of each list statement instead of running it blindly.
class ExplainingConnection final : public Connection {
 public:
  explicit ExplainingConnection(Connection& inner) : inner_(inner) {}

  std::vector<std::string> plans;

  Result<std::int64_t> run(const Query& query, std::span<const Param> params, const OnRow& on_row) override {
    if (query.name.starts_with("list.") && query.name != "list.count") {
      std::string plan;
      const std::string sql = "EXPLAIN QUERY PLAN " + std::string{query.sql};
      TRY(inner_.run({"explain", sql}, params, [&](const Row& row) -> Result<> {
        plan += std::string{row.text(3)} + "\n";
        return {};
      }));
      plans.push_back(plan);
    }
    return inner_.run(query, params, on_row);
  }
  Engine engine() const override { return inner_.engine(); }
  Result<> begin(Access access) override { return inner_.begin(access); }
  Result<> commit() override { return inner_.commit(); }
  void rollback() override { inner_.rollback(); }
  Result<> run_script(std::string_view sql) override { return inner_.run_script(sql); }
  bool conflicted() const override { return inner_.conflicted(); }
  bool broken() const override { return inner_.broken(); }
  Result<> limit_time(std::optional<std::chrono::milliseconds> limit) override { return inner_.limit_time(limit); }
  bool ran_out_of_time() const override { return inner_.ran_out_of_time(); }
  Result<> copy_to(const std::string& path) override { return inner_.copy_to(path); }

 private:
  Connection& inner_;
};

class PlanTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db::open(path_));
    db_ = SqliteConnection::open(path_, SqliteConnection::Use::kWriting, std::chrono::seconds{1}).take();
  }

  // The plan of a list in a registry where everything is too frequent to be collected.
  std::string plan_of(const char* filter, const char* order) {
    ExplainingConnection explaining{*db_};
    const Filter parsed = parse_filter(filter).take();
    const auto* all = std::get_if<All>(&parsed.node);
    const std::vector<Filter> conjuncts = all != nullptr ? all->of : std::vector<Filter>{parsed};
    const ListLimits limits{.collect_from_index = -10, .collect_with_models = -10, .glances = {}, .collect_texts = -10};
    const auto page = find_page(explaining, conjuncts, parse_order(order).take(), 100, limits, std::nullopt);
    EXPECT_TRUE(page) << (page ? "" : page.error().message);
    return explaining.plans.empty() ? "" : explaining.plans.front();
  }
  // What a facet's own statement looks like when it is rare.
  std::string facet_plan_of(const char* filter) {
    ExplainingConnection explaining{*db_};
    const std::vector<Filter> conjuncts{parse_filter(filter).take()};
    EXPECT_TRUE(find_page(explaining, conjuncts, {}, 100, {.glances = {}}, std::nullopt));
    return explaining.plans.front();
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string path_ = folder_.path() + "/weighhouse.db";
  std::unique_ptr<SqliteConnection> db_;
};

TEST_F(PlanTest, EveryDocumentedListIsOneWalkOfOneIndex) {
  const auto lists = std::to_array<std::array<const char*, 3>>({
      {"", "", "models_by_created"},
      {"", "created_at", "models_by_created"},
      {"", "-updated_at", "models_by_updated"},
      {"", "-size", "models_by_size"},
      {"", "metric.f1 DESC", "current_metrics_by_value"},
      {"metric.f1 >= 0.9", "metric.f1 DESC", "current_metrics_by_value"},
      {"kind = 'detector'", "", "models_by_kind"},
      {"namespace = 'whisper'", "", "models_by_namespace"},
      {"type = 'custom'", "", "models_by_type"},
      {"pinned = true", "", "models_pinned"},
      {"tag.team = 'audio'", "", "tags_by_value"},
      {"alias = 'production'", "", "aliases_by_name"},
      {"metric.f1 >= 0.9 AND metric.f1 < 0.95", "", "COVERING INDEX current_metrics_by_created"},
      {"jarvis", "created_at", "COVERING INDEX search_texts_by_created"},
      {"label = 'v1'", "", "versions_labelled"},
      {"dataset = '01ARZ3NDEKTSV4RRFFQ69G5FAV'", "", "trainings_by_dataset"},
      {"status = 'completed'", "", "trainings_by_status"},
      {"trained = true", "", "trainings_by_status"},
      {"task = 'ocr'", "", "trainings_by_task"},
      {"baseline = 'yolov8n'", "", "trainings_by_baseline"},
      {"score_key = 'mAP'", "", "trainings_by_score_key"},
      {"metric.ap{class=\"dog\"} < 0.7", "metric.ap{class=\"dog\"}", "current_metrics_by_value"},
      {"created_at >= 2026-01-01 AND created_at < 2026-02-01", "", "models_by_created"},
  });
  for (const auto& [filter, order, index] : lists) {
    const std::string plan = plan_of(filter, order);
    EXPECT_NE(plan.find(index), std::string::npos) << filter << " ORDER BY " << order << "\n" << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << filter << " ORDER BY " << order << "\n" << plan;
    EXPECT_EQ(plan.find('\n'), plan.size() - 1) << filter << " ORDER BY " << order << " takes several steps\n" << plan;
  }
}

TEST_F(PlanTest, ARareRangeIsReadFromOneIndexAlone) {
  for (const auto& [filter, index] : {std::pair{"metric.f1 >= 0.9", "COVERING INDEX current_metrics_by_value"},
                                      std::pair{"name ILIKE 'jarvis%'", "COVERING INDEX models_by_name"}}) {
    const std::string plan = facet_plan_of(filter);
    EXPECT_NE(plan.find(index), std::string::npos) << filter << "\n" << plan;
  }
  EXPECT_NE(facet_plan_of("jarvis").find("VIRTUAL TABLE INDEX"), std::string::npos);
  for (const char* filter : {"display_name CONTAINS 'jarvis'", "name CONTAINS 'JARVIS'"}) {
    EXPECT_NE(facet_plan_of(filter).find("VIRTUAL TABLE INDEX"), std::string::npos) << filter;
    const std::string plan = plan_of(filter, "");
    EXPECT_EQ(plan.find("m USING"), std::string::npos) << filter << " asks the models, too\n" << plan;
  }
  EXPECT_NE(facet_plan_of("slice = '01ARZ3NDEKTSV4RRFFQ69G5FAV'").find("trained_on_by_slice"), std::string::npos);
  EXPECT_NE(facet_plan_of("id IN ('a', 'b')").find("SEARCH f USING INDEX sqlite_autoindex_models_1"),
            std::string::npos);
}

TEST_F(PlanTest, ATextInTheNewestNamesOrInAllOfThemIsFoundInOneIndexAlone) {
  ExplainingConnection explaining{*db_};
  const std::vector<Filter> conjuncts{parse_filter("jarvis").take()};
  ASSERT_TRUE(find_page(explaining, conjuncts, {}, 100, {}, std::nullopt));
  const std::string& glance = explaining.plans.front();
  EXPECT_NE(glance.find("t USING COVERING INDEX search_texts_by_created"), std::string::npos) << glance;
  for (const char* order : {"name", "-name"}) {
    EXPECT_EQ(plan_of("jarvis", order), "SCAN t USING COVERING INDEX search_texts_by_name\n");
  }
}

TEST_F(PlanTest, WhatNoIndexAnswersWalksTheOrder) {
  for (const char* filter : {"kind = 'other' OR tag.a = 'b'", "NOT kind = 'other'", "description LIKE '%x%'",
                             "kind IN ('other', 'encoder')", "versions > 3"}) {
    const std::string plan = plan_of(filter, "");
    EXPECT_TRUE(plan.starts_with("SCAN m USING INDEX models_by_created") ||
                plan.starts_with("SEARCH m USING INDEX models_by_created"))
        << filter << "\n"
        << plan;
  }
}

TEST_F(PlanTest, RangesOfOneThingAreOneFacet) {
  const auto count = [](const char* filter) {
    const Filter parsed = parse_filter(filter).take();
    const auto* all = std::get_if<All>(&parsed.node);
    return facets_of(all != nullptr ? all->of : std::vector<Filter>{parsed}).size();
  };
  EXPECT_EQ(count("metric.f1 > 0.1 AND metric.f1 < 0.2"), 1U);
  EXPECT_EQ(count("metric.f1 > 0.1 AND metric.loss < 0.2"), 2U);
  EXPECT_EQ(count("metric.f1 > 0.1 AND metric.f1{class=\"dog\"} < 0.2"), 2U);
  EXPECT_EQ(count("created_at > 2026 AND created_at < 2027 AND size > 1MB"), 2U);
  EXPECT_EQ(count("kind = 'other' OR kind = 'encoder'"), 0U);
  EXPECT_EQ(count("tag.a != 'b'"), 0U);
}

}  // namespace
}  // namespace weighhouse::db
