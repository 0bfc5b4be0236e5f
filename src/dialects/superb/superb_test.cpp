#include "dialects/superb/superb_fixture_testing.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

namespace {

using http::Arrival;
using http::Method;
using testing::HasSubstr;

class SuperbTransport : public SuperbFixture {};
class SuperbModels : public SuperbFixture {
 protected:
  void SetUp() override { make_street(); }
};
class SuperbBadInput : public SuperbModels {};

TEST_F(SuperbTransport, AnswersOnBothAddressesWithAndWithoutASlash) {
  for (const auto* path : {"/graphql/", "/graphql", "/system/graphql/", "/system/graphql"}) {
    const auto response = send(Method::kPost, path, R"({"query":"{ __typename }","variables":null})");
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(std::get<std::string>(response.body), R"({"data":{"__typename":"Query"}})");
  }
}

TEST_F(SuperbTransport, RefusesAWrongDocumentWith400AndItsReason) {
  const auto refused = refusal("{ models(dataset: 1) { models { id } } }");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code, "GRAPHQL_VALIDATION_FAILED");
  EXPECT_EQ(refused.message, "Query.models has no argument \"dataset\". Did you mean \"datasetId\"?");
  EXPECT_EQ(send(Method::kPost, "/graphql/", "not json").status, 400);
  EXPECT_EQ(send(Method::kPost, "/graphql/", R"({"query":"{"})").status, 400);
}

TEST_F(SuperbTransport, TellsWhatIsNotThereWith200AndACode) {
  const auto refused = refusal("{ dataset(datasetId: \"nowhere\") { id } }");
  EXPECT_EQ(refused.status, 200);
  EXPECT_EQ(refused.code, "NOT_FOUND");
  EXPECT_THAT(refused.message, HasSubstr("nowhere"));
  EXPECT_EQ(refusal("{ dataset { id } }").message, "Say which dataset is meant: \"datasetId\" or \"name\".");
}

TEST_F(SuperbTransport, NamesWhoActsByTheirEmailOnThisMachineAlone) {
  constexpr auto kMake = R"(mutation { createDataset(name: "N") { createdBy } })";
  const auto made_by = [&](const std::string& name, const Pairs& headers, Arrival arrival) {
    std::string query = kMake;
    query.replace(query.find("\"N\""), 3, "\"" + name + "\"");
    const auto body = json::serialize(json::object{{"query", query}});
    const auto response = send(Method::kPost, "/graphql/", body, headers, arrival);
    return std::to_string(response.status) + " " + std::get<std::string>(response.body);
  };
  const std::pair<std::string, std::string> email{"x-user-email", "anna@example.com"};
  EXPECT_THAT(made_by("a", {email}, Arrival::kLoopback), HasSubstr(R"("createdBy":"anna@example.com")"));
  EXPECT_THAT(made_by("b", {}, Arrival::kLoopback), HasSubstr(R"("createdBy":"local")"));
  EXPECT_THAT(made_by("c", {email}, Arrival::kElsewhere), HasSubstr("401"));
  EXPECT_THAT(made_by("d", {email, {"X-Forwarded-For", "192.0.2.1"}}, Arrival::kLoopback), HasSubstr("401"));
  EXPECT_THAT(made_by("e", {{"x-user-email", "no address"}}, Arrival::kLoopback), HasSubstr("400"));
}

TEST_F(SuperbTransport, KeepsReadersFromChanging) {
  const auto secret =
      tokens.create(alice, {.name = "eye", .secret_digest = {}, .scopes = {auth::Scope::kRead}}).take().secret;
  const std::string pair = "key:" + secret;
  const Pairs basic{{"Authorization", "Basic " + encode_base64(std::as_bytes(std::span{pair}))}};
  EXPECT_EQ(ask("{ datasets { totalCount } }", {}, basic).status, 200);
  const auto refused = ask("mutation { createDataset(name: \"x\") { id } }", {}, basic);
  EXPECT_EQ(refused.status, 200);
  EXPECT_EQ(text(refused.body.at("errors").at(0).at("code")), "FORBIDDEN");
  EXPECT_EQ(data_of("{ datasets { totalCount } }").at("totalCount"), 0);
}

TEST_F(SuperbTransport, AnswersTheBrokenListOfOldClientsWithThePageTheyRead) {
  data_of("mutation { createDataset(name: \"street\") { id } }");
  data_of("mutation { createDataset(name: \"garden\") { id } }");
  constexpr auto kBroken = R"(query Datasets($name: String, $datasetId: ID) {
    datasets(name: $name, id: $datasetId) { id name description createdAt createdBy updatedAt updatedBy } })";
  const auto page = data_of(kBroken, {{"filter", nullptr}, {"cursor", nullptr}, {"length", 1}});
  EXPECT_EQ(page.at("totalCount"), 2);
  EXPECT_EQ(page.at("datasets").as_array().size(), 1U);
  const json::object filter{{"must", {{"nameContains", "GARD"}}}};
  const auto found = data_of(kBroken, {{"filter", filter}, {"cursor", nullptr}, {"length", 10}});
  EXPECT_EQ(text(found.at("datasets").at(0).at("name")), "garden");
  EXPECT_EQ(refusal("{ datasets(name: \"x\") { id } }").status, 400) << "only that one document";
}

TEST_F(SuperbTransport, TakesContentsAndHandsThemOut) {
  const auto made = data_of(R"(mutation { createContent(key: "weights", contentType: "application/octet-stream") {
    content { id key location createdAt createdBy } uploadURL } })");
  const auto target_of = [](const json::value& url) {
    return text(url).substr(std::string{"http://localhost"}.size());
  };
  EXPECT_EQ(send(Method::kPut, target_of(made.at("uploadURL")), "the weights", {}, Arrival::kElsewhere).status, 200);
  constexpr auto kDownload = "mutation ($id: ID!) { generateContentDownloadURL(id: $id) }";
  const auto url = data_of(kDownload, {{"id", made.at("content").at("id")}});
  const auto got = send(Method::kGet, target_of(url), "", {}, Arrival::kElsewhere);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(http::body_length(got), 11U);
  const auto bare = target_of(url).substr(0, target_of(url).find('?'));
  EXPECT_EQ(send(Method::kGet, bare, "", {}, Arrival::kElsewhere).status, 401);
  EXPECT_EQ(send(Method::kGet, bare, "").status, 200) << "on this machine, nobody needs a signature";
}

TEST_F(SuperbModels, MakesAModelWithWhatTheFirstGenerationSays) {
  const auto model =
      make_model("YOLOv8 · Straße", {{"c", {{{"class", "car"}, {"annotationType", "box"}, {"ap", 0.85}}}},
                                     {"meta", {{"group", "a"}, {"n", {1, nullptr}}}},
                                     {"trained", true},
                                     {"at", "2025-01-04T10:11:12.131415"}});
  EXPECT_EQ(text(model.at("name")), "YOLOv8 · Straße");
  EXPECT_EQ(model.at("trainingClasses"), (json::array{{{"class", "car"}, {"annotationType", "box"}, {"ap", 0.85}}}));
  EXPECT_EQ(model.at("meta"), (json::object{{"group", "a"}, {"n", {1, nullptr}}}));
  EXPECT_EQ(text(model.at("trainedAt")), "2025-01-04T10:11:12.131415Z");
  EXPECT_EQ(text(model.at("trainingSlices").at(0).at("name")), "train");
  EXPECT_EQ(model.at("trainingDataCount"), 0);
  EXPECT_TRUE(make_model("YOLOv8 · Straße").at("id") != model.at("id")) << "names need not be unique";
}

TEST_F(SuperbModels, ChangesWhatIsGivenAndNothingElse) {
  const auto id = make_model("a", {{"meta", {{"x", 1}}}}).at("id");
  constexpr auto kUpdate = R"(mutation ($d: ID!, $id: ID!, $description: String, $meta: JSONObject, $trained: Boolean) {
    updateModel(datasetId: $d, id: $id, description: $description, meta: $meta, isTrained: $trained) {
      name description meta isTrained trainedAt } })";
  const auto described = data_of(kUpdate, {{"d", dataset}, {"id", id}, {"description", "d"}, {"trained", true}});
  EXPECT_EQ(described.at("meta"), (json::object{{"x", 1}})) << "absent is no change";
  EXPECT_TRUE(described.at("isTrained").as_bool());
  const auto cleared = data_of(kUpdate, {{"d", dataset}, {"id", id}, {"meta", nullptr}});
  EXPECT_TRUE(cleared.at("meta").is_null());
  EXPECT_EQ(text(cleared.at("description")), "d");
}

TEST_F(SuperbModels, FindsByIdAndByName) {
  const auto id = make_model("the one").at("id");
  constexpr auto kModel =
      "query ($d: ID!, $id: ID, $n: String) { model(datasetId: $d, modelId: $id, name: $n) { id } }";
  EXPECT_EQ(data_of(kModel, {{"d", dataset}, {"n", "the one"}}).at("id"), id);
  EXPECT_EQ(data_of(kModel, {{"d", "street"}, {"id", id}}).at("id"), id);
  const auto refused = refusal(kModel, {{"d", dataset}, {"id", "no such"}});
  EXPECT_EQ(refused.code, "NOT_FOUND");
  EXPECT_EQ(refused.message, "The dataset \"street\" has no model \"no such\". \"models\" lists those it has.");
}

TEST_F(SuperbModels, FiltersByWhatMustFitAndLeavesOutWhatFitsAllOfNot) {
  for (int i = 0; i < 4; ++i) {
    make_model("yolo " + std::to_string(i), {{"trained", i % 2 == 0}, {"pinned", i == 0}});
    clock.advance(std::chrono::seconds{1});
  }
  const auto names = [&](const json::object& filter) {
    const auto page =
        data_of("query ($d: ID!, $f: ModelFilter) { models(datasetId: $d, filter: $f) { models { name } totalCount } }",
                {{"d", dataset}, {"f", filter}});
    std::string all;
    for (const auto& model : page.at("models").as_array()) all += text(model.at("name")).back();
    EXPECT_EQ(page.at("totalCount"), static_cast<std::int64_t>(all.size()));
    return all;
  };
  EXPECT_EQ(names({}), "3210");
  EXPECT_EQ(names({{"must", {{"nameContains", "YOLO"}, {"isTrained", true}}}}), "20");
  EXPECT_EQ(names({{"must", {{"isTrained", true}}}, {"not", {{"isPinned", true}}}}), "2");
  EXPECT_EQ(names({{"not", {{"isTrained", true}, {"isPinned", true}}}}), "321");
  EXPECT_EQ(names({{"must", {{"idIn", json::array{}}}}}), "");
}

TEST_F(SuperbModels, DeletesByJobAsTheNewestClientsDo) {
  const auto id = make_model("a").at("id");
  make_model("b");
  constexpr auto kStart = R"(mutation ($d: ID, $type: String, $p: JSONObject) {
    startJob(datasetId: $d, jobType: $type, parameters: $p) { id status progress } })";
  const json::object filter{{"must", {{"idIn", {id}}}}};
  const auto job = data_of(kStart, {{"d", dataset}, {"type", "DELETE_MODEL"}, {"p", {{"model_filter", filter}}}});
  EXPECT_EQ(text(job.at("status")), "SUCCESS");
  EXPECT_EQ(job.at("progress").at("deleted"), 1);
  const auto again = data_of("query ($id: ID!) { jobHistory(id: $id) { status } }", {{"id", job.at("id")}});
  EXPECT_EQ(text(again.at("status")), "SUCCESS");
  constexpr auto kCount = "query ($d: ID!) { models(datasetId: $d) { totalCount } }";
  EXPECT_EQ(data_of(kCount, {{"d", dataset}}).at("totalCount"), 1);
  for (const json::object& wrong : {json::object{}, json::object{{"model_filter", {{"must", json::object{}}}}},
                                    json::object{{"model_filter", {{"must", {{"idin", {id}}}}}}}}) {
    EXPECT_EQ(refusal(kStart, {{"d", dataset}, {"type", "DELETE_MODEL"}, {"p", wrong}}).code, "BAD_REQUEST");
  }
  EXPECT_EQ(data_of(kCount, {{"d", dataset}}).at("totalCount"), 1) << "nothing more was deleted";
}

TEST_F(SuperbBadInput, NamesTheSliceThatIsMissing) {
  const auto refused = refusal(kCreateModel, {{"d", dataset}, {"n", "a"}, {"t", {train}}, {"v", {"slice_val_9"}}});
  EXPECT_EQ(refused.code, "NOT_FOUND");
  EXPECT_EQ(refused.message, "There is no slice \"slice_val_9\" in the dataset \"street\".");
}

TEST_F(SuperbBadInput, RefusesAPrecisionBeyondOne) {
  const auto refused = refusal(
      kCreateModel,
      {{"d", dataset}, {"n", "a"}, {"t", {train}}, {"v", {validation}}, {"c", {{{"class", "car"}, {"ap", 1.5}}}}});
  EXPECT_EQ(refused.code, "BAD_REQUEST");
  EXPECT_THAT(refused.message, HasSubstr("\"car\" is 1.5; an AP lies between 0 and 1"));
}

TEST_F(SuperbBadInput, SaysClassForClassName) {
  const auto refused =
      refusal(kCreateModel,
              {{"d", dataset}, {"n", "a"}, {"t", {train}}, {"v", {validation}}, {"c", {{{"class_name", "car"}}}}});
  EXPECT_EQ(refused.status, 200);
  EXPECT_EQ(refused.message,
            "The variable \"$c[0]\": ModelTrainClassInput has no field \"class_name\". Did you mean \"class\"?");
}

TEST_F(SuperbBadInput, RefusesWordsAndTypesThatAreUnknown) {
  const auto status =
      refusal(R"(mutation ($d: ID!, $s: ModelStatus) { updateModel(datasetId: $d, modelId: "x", status: $s) { id } })",
              {{"d", dataset}, {"s", "DONE"}});
  EXPECT_EQ(status.message.substr(0, 62), "The variable \"$s\" cannot be \"DONE\", which is no ModelStatus. K");
  EXPECT_THAT(status.message, HasSubstr("COMPLETED"));
  EXPECT_EQ(refusal(kCreateModel, {{"d", dataset}, {"n", 3}, {"t", {train}}, {"v", {validation}}}).message,
            "The variable \"$n\" must be a String, and is 3.");
  EXPECT_EQ(
      refusal(kCreateModel, {{"d", dataset}, {"n", "a"}, {"t", {train}}, {"v", {validation}}, {"at", "yesterday"}})
          .message,
      "The variable \"$at\" must be a date and a time, as in 2025-01-04T10:00:00Z, and is not.");
}

TEST_F(SuperbBadInput, RefusesTheCursorOfAnotherQuestion) {
  for (int i = 0; i < 3; ++i) make_model("m" + std::to_string(i));
  constexpr auto kPage =
      "query ($d: ID!, $c: String, $f: ModelFilter) { models(datasetId: $d, cursor: $c, filter: $f, length: 1) { next "
      "} }";
  const auto next = data_of(kPage, {{"d", dataset}}).at("next");
  EXPECT_TRUE(data_of(kPage, {{"d", dataset}, {"c", next}}).at("next").is_string());
  const auto refused = refusal(kPage, {{"d", dataset}, {"c", next}, {"f", {{"must", {{"isPinned", true}}}}}});
  EXPECT_EQ(refused.code, "BAD_REQUEST");
  EXPECT_THAT(refused.message, HasSubstr("ursor"));
  EXPECT_THAT(refusal("query ($d: ID!) { models(datasetId: $d, length: 101) { next } }", {{"d", dataset}}).message,
              HasSubstr("from 1 to 100"));
}

TEST_F(SuperbBadInput, RefusesTenMegabytesOfMetaAndQueriesAThousandDeep) {
  const auto large = refusal(kCreateModel, {{"d", dataset},
                                            {"n", "a"},
                                            {"t", {train}},
                                            {"v", {validation}},
                                            {"meta", {{"x", std::string(std::size_t{2} << 20U, 'y')}}}});
  EXPECT_EQ(large.code, "BAD_REQUEST");
  EXPECT_THAT(large.message, HasSubstr("meta"));
  std::string deep = "{ datasets ";
  for (int i = 0; i < 1000; ++i) deep += "{ datasets ";
  EXPECT_EQ(refusal(deep).status, 400);
  EXPECT_THAT(refusal(deep).message, HasSubstr("nested more than 24 deep"));
  const auto response = send(Method::kPost, "/graphql/",
                             std::string{R"({"query":"{ __typename }","variables":{"m":)"} + std::string(1000, '[') +
                                 std::string(1000, ']') + "}}");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(std::get<std::string>(response.body), HasSubstr("nested more than 32 deep"));
  EXPECT_EQ(data_of("query ($d: ID!) { models(datasetId: $d) { totalCount } }", {{"d", dataset}}).at("totalCount"), 0);
}

}  // namespace
}  // namespace weighhouse::dialects::superb
