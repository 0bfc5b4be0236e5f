#include "http/testing/routes_fixture.h"

namespace weighhouse::http {
namespace {

namespace json = boost::json;

class DataRoutesTest : public RoutesFixture {
 protected:
  std::string upload(const std::string& bytes) {
    return take(bytes, {auth::Identity::local(), "request"}).digest.to_string();
  }
  std::string text(const Answer& answer, std::string_view key) { return std::string{answer.body.at(key).as_string()}; }
  void make_streets() {
    ASSERT_EQ(ask(Method::kPost, "/api/datasets", R"({"name":"Streets / Wege"})").status, 201);
    const auto listed = ask(Method::kGet, "/api/datasets");
    id = std::string{listed.body.at("datasets").at(0).at("id").as_string()};
    ASSERT_EQ(ask(Method::kPost, "/api/datasets/" + id + "/slices", R"({"name":"night"})").status, 201);
    ASSERT_EQ(ask(Method::kPost, "/api/datasets/" + id + "/slices", R"({"name":"day"})").status, 201);
  }
  void make_yolo() {
    ASSERT_EQ(ask(Method::kPost, "/api/models", R"({"name":"yolo","kind":"detector"})").status, 201);
    const auto answer = ask(Method::kPatch, "/api/models/yolo/training",
                            R"({"dataset":")" + id + R"(","baseline":"yolov8n","trained":true,
        "training_slices":["night"],"validation_slices":["day"],"score":{"key":"mAP","value":0.8,"unit":""},
        "classes":[{"class":"car","annotation_type":"box","ap":0.85,"training_annotations":1500}],
        "meta":{"experiment_group":"a","config":{"epochs":100}}})");
    ASSERT_EQ(answer.status, 200) << json::serialize(answer.body);
  }

  std::string id{};
};

TEST_F(DataRoutesTest, KeepDatasetsWithItemsInSlices) {
  make_streets();
  const std::string items = "/api/datasets/" + id + "/items";
  const std::string digest = upload("abc");
  const auto added = ask(Method::kPost, items,
                         R"({"items":[{"key":"a/1.wav","digest":")" + digest +
                             R"(","annotations":{"label":"dog"},"metadata":{"room":"hall"}}],"slices":["night"]})");
  ASSERT_EQ(added.status, 201) << json::serialize(added.body);
  EXPECT_EQ(added.body.at("added"), 1);
  const auto listed = ask(Method::kGet, items + "?slice=night&search=1.WAV");
  EXPECT_EQ(listed.body.at("total"), 1);
  const auto& item = listed.body.at("items").at(0);
  EXPECT_EQ(item.at("annotations").at("label"), "dog");
  EXPECT_EQ(item.at("media_type"), "audio/wav");
  const auto bytes = ask(Method::kGet, std::string{item.at("content_url").as_string()});
  EXPECT_EQ(bytes.status, 200);
  EXPECT_EQ(bytes.headers.find("Content-Type"), "audio/wav");
  EXPECT_EQ(ask(Method::kGet, items + "?slice=nowhere").status, 404);
  EXPECT_EQ(ask(Method::kPost, items, R"({"items":[{"digest":")" + digest + R"("}]})").status, 400);
  const auto slice = ask(Method::kGet, "/api/datasets/" + id + "/slices/night");
  EXPECT_EQ(slice.body.at("item_count"), 1);
  const auto emptied = ask(Method::kPost, "/api/datasets/" + id + "/slices/night/items", R"({"remove":["a/1.wav"]})");
  EXPECT_EQ(emptied.body.at("item_count"), 0);
}

TEST_F(DataRoutesTest, TakeTextsInOneRequestWithTheirItems) {
  make_streets();
  const std::string items = "/api/datasets/" + id + "/items";
  const auto added = ask(Method::kPost, items, R"({"items":[{"key":"1","text":"hello"},{"key":"2","text":"bye"}]})");
  ASSERT_EQ(added.status, 201) << json::serialize(added.body);
  EXPECT_EQ(added.body.at("items").at(0).at("digest").as_string(), Digest::of("hello").to_string());
  EXPECT_EQ(ask(Method::kGet, items + "/2/content").status, 200);
  const std::string both = R"({"items":[{"key":"3","text":"x","digest":")" + Digest::of("x").to_string() + "\"}]}";
  EXPECT_EQ(ask(Method::kPost, items, both).status, 400);
}

TEST_F(DataRoutesTest, ShowADeletedSliceUnderTheUrlThatAModelNames) {
  make_streets();
  make_yolo();
  ASSERT_EQ(ask(Method::kDelete, "/api/datasets/" + id + "/slices/night").status, 200);
  const auto model = ask(Method::kGet, "/api/models/yolo");
  const auto& named = model.body.at("training").at("training_slices").at(0);
  EXPECT_EQ(named.at("deleted"), true);
  const auto slice = ask(Method::kGet, std::string{named.at("url").as_string()});
  EXPECT_EQ(slice.status, 200);
  EXPECT_EQ(slice.body.at("name"), "night");
  EXPECT_EQ(slice.body.at("deleted"), true);
}

TEST_F(DataRoutesTest, HandOutNothingThatABrowserWouldRun) {
  make_streets();
  const std::string digest = upload("<script>");
  const std::string body = R"({"items":[{"key":"x.html","media_type":"text/html","digest":")" + digest + "\"}]}";
  const auto added = ask(Method::kPost, "/api/datasets/" + id + "/items", body);
  const auto bytes = ask(Method::kGet, std::string{added.body.at("items").at(0).at("content_url").as_string()});
  EXPECT_EQ(bytes.headers.find("Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(DataRoutesTest, TellWhatAModelIsTrainedOnAndFindItByThat) {
  make_streets();
  make_yolo();
  const auto model = ask(Method::kGet, "/api/models/yolo");
  const auto& training = model.body.at("training");
  EXPECT_EQ(training.at("status"), "completed");
  EXPECT_EQ(training.at("classes").at(0).at("ap"), 0.85);
  EXPECT_EQ(training.at("training_slices").at(0).at("name"), "night");
  EXPECT_EQ(model.body.at("meta").at("config").at("epochs"), 100);
  EXPECT_EQ(ask(Method::kGet, "/api/models?filter=metric.ap%7Bclass%3D%22car%22%7D%20%3C%200.9").body.at("total"), 1);
  EXPECT_EQ(
      ask(Method::kGet, "/api/models?filter=meta.experiment_group%20%3D%20%27a%27").body.at("models").as_array().size(),
      1U);
  const auto cleared = ask(Method::kPatch, "/api/models/yolo/training", R"({"score":{"value":null},"meta":null})");
  EXPECT_TRUE(cleared.body.at("training").at("score").at("value").is_null());
  EXPECT_EQ(cleared.body.at("training").at("score").at("key"), "mAP");
  EXPECT_TRUE(cleared.body.at("meta").is_null());
}

TEST_F(DataRoutesTest, RefuseWhatCannotBeAndSayWhy) {
  make_streets();
  make_yolo();
  const auto refuse = [&](const std::string& body) { return ask(Method::kPatch, "/api/models/yolo/training", body); };
  EXPECT_EQ(refuse(R"({"classes":[{"class":"car","ap":1.5}]})").status, 400);
  const auto missing = refuse(R"({"training_slices":["slice_train_001"]})");
  EXPECT_EQ(missing.status, 404);
  EXPECT_NE(text(missing, "message").find("slice_train_001"), std::string::npos);
  EXPECT_EQ(refuse(R"({"class_name":"car"})").status, 400);
  EXPECT_EQ(refuse(R"({"meta":)" + std::string(100, '[') + std::string(100, ']') + "}").status, 400);
  EXPECT_EQ(refuse(R"({"meta":")" + std::string(std::size_t{2} << 20U, 'x') + "\"}").status, 400);
  EXPECT_EQ(refuse(R"({"status":"done"})").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/api/models/yolo").body.at("training").at("classes").at(0).at("ap"), 0.85);
  EXPECT_EQ(ask(Method::kDelete, "/api/datasets/" + id).status, 409);
}

TEST_F(DataRoutesTest, RestoreADeletedSliceFromTheTrash) {
  make_streets();
  make_yolo();
  const auto deleted = ask(Method::kDelete, "/api/datasets/" + id + "/slices/night");
  ASSERT_EQ(deleted.status, 200);
  EXPECT_EQ(ask(Method::kGet, "/api/models/yolo").body.at("training").at("training_slices").at(0).at("deleted"), true);
  const auto listed = ask(Method::kGet, "/api/trash");
  EXPECT_EQ(listed.body.at("items").at(0).at("reference"), "slice night of Streets / Wege");
  EXPECT_EQ(ask(Method::kPost, "/api/trash/" + text(deleted, "trash_id") + "/restore").status, 200);
  EXPECT_EQ(ask(Method::kGet, "/api/datasets/" + id + "/slices/night").status, 200);
}

TEST_F(DataRoutesTest, KeepContentsByThemselves) {
  const auto made = ask(Method::kPost, "/api/contents", R"({"key":"weights","content_type":"application/zip"})");
  ASSERT_EQ(made.status, 201);
  const std::string url = text(made, "url");
  EXPECT_EQ(ask(Method::kGet, url + "/file").status, 404);
  const std::string digest = upload("weights");
  EXPECT_EQ(ask(Method::kPut, url + "/file", R"({"digest":")" + digest + "\"}").status, 200);
  EXPECT_EQ(ask(Method::kGet, url + "/file").status, 200);
  EXPECT_EQ(ask(Method::kGet, url).body.at("files").at(0).at("size_bytes"), 7);
  EXPECT_EQ(ask(Method::kDelete, url).status, 204);
  EXPECT_EQ(ask(Method::kGet, url).status, 404);
}

TEST_F(DataRoutesTest, AuditGroupDrawAndChangeInBulk) {
  make_streets();
  make_yolo();
  const auto listed = ask(Method::kGet, "/api/models?class=car&class=bus");
  const std::string model{listed.body.at("models").at(0).at("model_id").as_string()};
  EXPECT_EQ(listed.body.at("class_metrics").at(model).at("car"), 0.85);
  EXPECT_EQ(listed.body.at("class_metrics").at(model).as_object().size(), 1U);
  const auto unmeasured = ask(Method::kGet, "/api/models?class=car&class_metric=recall");
  EXPECT_TRUE(unmeasured.body.at("class_metrics").as_object().empty());
  const auto audit = ask(Method::kGet, "/api/audit?below=0.9&above=0.95");
  EXPECT_EQ(audit.body.at("low_count"), 1);
  EXPECT_EQ(audit.body.at("low").at(0).at("classes").at("car"), 0.85);
  EXPECT_EQ(audit.body.at("classes").at(0).at("class"), "car");
  EXPECT_EQ(ask(Method::kGet, "/api/audit?below=much").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/api/groups?by=meta.experiment_group").body.at("groups").at(0).at("value"), "a");
  EXPECT_EQ(ask(Method::kGet, "/api/models/yolo/lineage").body.at("complete"), true);
  EXPECT_EQ(ask(Method::kGet, "/api/namespaces/custom/models/yolo/trend").status, 200);
  EXPECT_EQ(ask(Method::kGet, "/api/datasets/" + id + "/slices/night/lineage").body.at("edges").as_array().size(), 2U);
  const std::string order = R"({"filter":"trained = true","action":"delete")";
  EXPECT_EQ(ask(Method::kPost, "/api/bulk", order + R"(,"dry_run":true})").body.at("count"), 1);
  const auto done = ask(Method::kPost, "/api/bulk", order + "}");
  EXPECT_EQ(ask(Method::kGet, "/api/models/yolo").status, 404);
  EXPECT_EQ(ask(Method::kPost, "/api/bulk/" + text(done, "bulk_id") + "/undo").body.at("count"), 1);
  EXPECT_EQ(ask(Method::kGet, "/api/models/yolo").status, 200);
  EXPECT_EQ(ask(Method::kPost, "/api/bulk", R"({"filter":"","action":"delete"})").status, 400);
}

}  // namespace
}  // namespace weighhouse::http
