// A day of a client of Superb's platform, as raw JSON over the wire: dataset, slices, weights, model, deletion.

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "client/transport.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class SuperbDay : public testing::Test {
 protected:
  std::pair<int, std::string> send(const std::string& method, const std::string& target, const std::string& body) {
    auto reply =
        transport_->send({.method = method,
                          .target = target,
                          .headers = {{"Content-Type", "application/json"}, {"x-user-email", "anna@example.com"}},
                          .body = body});
    EXPECT_TRUE(reply) << (reply ? "" : reply.error().message);
    if (!reply) return {0, ""};
    return {reply->status, read_all(*reply->body, std::size_t{1} << 20U).take()};
  }

  json::value data_of(const std::string& query, const json::object& variables) {
    const auto [status, text] =
        send("POST", "/system/graphql/", json::serialize(json::object{{"query", query}, {"variables", variables}}));
    EXPECT_EQ(status, 200) << text;
    const auto answer = json::parse(text).as_object();
    EXPECT_FALSE(answer.contains("errors")) << text;
    return answer.at("data").as_object().begin()->value();
  }

  // The address that a client is told, as a target on this server.
  std::string target_of(const json::value& url) const {
    const std::string_view text = url.as_string();
    EXPECT_TRUE(text.starts_with(server_.address())) << text;
    return std::string{text.substr(server_.address().size())};
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  Server server_ = Server::start(join_path(folder_.path(), "home")).take();
  std::unique_ptr<client::Transport> transport_ = client::open_transport(server_.address()).take();
};

TEST_F(SuperbDay, EndsWithTheModelGoneAndItsWeightsAndSlicesStillThere) {
  const auto dataset =
      data_of("mutation ($n: String!) { createDataset(name: $n) { id createdBy } }", {{"n", "street"}});
  EXPECT_EQ(dataset.at("createdBy").as_string(), "anna@example.com");
  const auto id = dataset.at("id");
  constexpr auto kSlice = "mutation ($d: String!, $n: String!) { createSlice(datasetId: $d, name: $n) { id } }";
  const auto train = data_of(kSlice, {{"d", id}, {"n", "train"}}).at("id");

  const auto content =
      data_of("mutation ($k: String) { createContent(key: $k) { content { id } uploadURL } }", {{"k", "w"}});
  EXPECT_EQ(send("PUT", target_of(content.at("uploadURL")), "the weights").first, 200);

  const auto model = data_of(R"(
    mutation ($d: ID!, $t: [ID!]!, $c: String) {
      createModel(datasetId: $d, name: "Straßenbild № 1", baselineModel: "yolov8n", trainingSliceIds: $t,
                  validationSliceIds: $t, modelContentId: $c, isTrained: true) {
        id name isTrained modelContent { id downloadURL } } })",
                             {{"d", id}, {"t", {train}}, {"c", "w"}});
  EXPECT_EQ(model.at("name").as_string(), "Straßenbild № 1");
  const auto weights = target_of(model.at("modelContent").at("downloadURL"));
  EXPECT_EQ(send("GET", weights, "").second, "the weights");
  EXPECT_EQ(send("PUT", weights, "others").first, 403);

  EXPECT_TRUE(
      data_of("mutation ($d: ID!, $m: ID!) { deleteModel(datasetId: $d, id: $m) }", {{"d", id}, {"m", model.at("id")}})
          .as_bool());
  EXPECT_EQ(send("GET", weights, "").second, "the weights");
  EXPECT_EQ(data_of("query ($d: String!) { slices(datasetId: $d) { totalCount } }", {{"d", id}}).at("totalCount"), 1);
  const auto [status, text] = send("POST", "/graphql/", R"({"query":"{ models(datasetId: 1) { modls { id } } }"})");
  EXPECT_EQ(status, 400);
  EXPECT_THAT(text, HasSubstr("Did you mean"));
}

}  // namespace
}  // namespace weighhouse::e2e
