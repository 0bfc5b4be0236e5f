#pragma once

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <string>

#include "base/text.h"
#include "dialects/superb/superb.h"
#include "http/testing/routes_fixture.h"

namespace weighhouse::dialects::superb {

// The dialect over real use cases, asked as the SDKs ask: raw JSON, without sockets.
class SuperbFixture : public http::RoutesFixture {
 protected:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  http::Router superb_router() {
    http::Router made;
    made.add(superb_routes(context));
    return made;
  }

  http::Response send(http::Method method, const std::string& target, std::string body, const Pairs& headers = {},
                      http::Arrival arrival = http::Arrival::kLoopback) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = std::move(body);
    request.content_length = request.body.size();
    request.peer = arrival == http::Arrival::kElsewhere ? "192.0.2.7" : "127.0.0.1";
    request.headers.add("Host", "localhost");
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return superb.handle(request, arrival);
  }

  Answer ask(const std::string& query, const boost::json::object& variables = {}, const Pairs& headers = {}) {
    const boost::json::object body{{"query", query}, {"variables", variables}};
    const auto response = send(http::Method::kPost, "/graphql/", boost::json::serialize(body), headers);
    return {response.status, boost::json::parse(std::get<std::string>(response.body)), response.headers};
  }

  // Of an answer without errors.
  boost::json::value data_of(const std::string& query, const boost::json::object& variables = {}) {
    const auto answer = ask(query, variables);
    EXPECT_EQ(answer.status, 200) << boost::json::serialize(answer.body);
    EXPECT_FALSE(answer.body.as_object().contains("errors")) << boost::json::serialize(answer.body);
    const auto& data = answer.body.at("data").as_object();
    EXPECT_EQ(data.size(), 1U);
    return data.begin()->value();
  }

  struct Refusal {
    int status;
    std::string code;
    std::string message;
  };
  Refusal refusal(const std::string& query, const boost::json::object& variables = {}) {
    const auto answer = ask(query, variables);
    const auto* errors = answer.body.as_object().if_contains("errors");
    if (errors == nullptr) return {answer.status, "", boost::json::serialize(answer.body)};
    const auto& error = errors->at(0).as_object();
    EXPECT_EQ(error.at("code"), error.at("extensions").at("code")) << "the code stands in both places";
    return {answer.status, text(error.at("code")), text(error.at("message"))};
  }

  static std::string text(const boost::json::value& value) { return std::string{value.as_string()}; }

  // A dataset "street" with the slices "train" and "val".
  void make_street() {
    dataset = text(data_of(R"(mutation { createDataset(name: "street") { id } })").at("id"));
    const boost::json::object in{{"d", dataset}};
    constexpr auto kSlice = R"(mutation ($d: String!, $n: String!) { createSlice(datasetId: $d, name: $n) { id } })";
    train = text(data_of(kSlice, {{"d", dataset}, {"n", "train"}}).at("id"));
    validation = text(data_of(kSlice, {{"d", dataset}, {"n", "val"}}).at("id"));
  }

  boost::json::value make_model(const std::string& name, boost::json::object more = {}) {
    more["d"] = dataset;
    more["n"] = name;
    more["t"] = boost::json::array{train};
    more["v"] = boost::json::array{validation};
    return data_of(kCreateModel, more);
  }

  static constexpr auto kCreateModel = R"(
    mutation CreateModel($d: ID!, $n: String!, $c: [ModelTrainClassInput!], $t: [ID!]!, $v: [ID!]!, $trained: Boolean,
                         $at: DateTime, $pinned: Boolean, $meta: JSONObject) {
      createModel(datasetId: $d, name: $n, baselineModel: "yolov8n", trainingClasses: $c, trainingSliceIds: $t,
                  validationSliceIds: $v, isTrained: $trained, trainedAt: $at, isPinned: $pinned, meta: $meta) {
        id datasetId name baselineModel isPinned isTrained trainedAt trainingDataCount validationDataCount meta createdBy
        trainingClasses { class annotationType ap } trainingSlices { id name } validationSlices { id }
      }
    })";

  http::Application superb{
      superb_router(), {}, [this](std::string_view secret) { return tokens.authenticate(secret); }, clock};
  std::string dataset{};
  std::string train{};
  std::string validation{};
};

}  // namespace weighhouse::dialects::superb
