// Fits the built-in text classifier on one file of examples, weighs it on another, and prints one line of JSON.
//
//   text_accuracy TRAIN.jsonl TEST.jsonl [--outside OTHER.jsonl] [--features FOLDER]
//                [--threads N] [--folds N] [--few N] [--c X]
//
// OTHER holds texts of no label, to be told from TEST by their scores. FOLDER receives the feature vectors of both
// files, for a peer to train on. bench/text_accuracy.py draws the files and makes a table of the lines.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

#include "base/text.h"
#include "features/examples.h"
#include "learners/text/fit.h"
#include "learners/text/onnx_export.h"
#include "learners/text/text_model_parts.h"
#include "scales/calibration.h"
#include "scales/confusion.h"
#include "scales/ranking.h"

namespace {

using namespace weighhouse;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

class FileSource final : public ByteSource {
 public:
  explicit FileSource(const std::string& path) : stream_(path, std::ios::binary) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    stream_.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
    return static_cast<std::size_t>(stream_.gcount());
  }

 private:
  std::ifstream stream_;
};

Result<std::vector<features::Example>> read(const std::string& path, features::Labels labels) {
  FileSource source{path};
  features::ExampleOptions options;
  options.labels = labels;
  return features::read_examples(source, features::ExampleFormat::kJsonl, options);
}

std::uint32_t place_of(std::span<const std::string> labels, const std::string& label) {
  return static_cast<std::uint32_t>(std::lower_bound(labels.begin(), labels.end(), label) - labels.begin());
}

// The vectors of the examples as plain arrays, NAME.ends, NAME.columns, NAME.values, and their labels as numbers.
void write_features(const std::string& folder, const std::string& name, const learners::TextModel& model,
                    const std::vector<features::Example>& examples) {
  std::vector<std::uint64_t> ends;
  std::vector<std::uint32_t> columns;
  std::vector<float> values;
  std::vector<std::uint32_t> labels;
  learners::TextModel::Workspace workspace;
  learners::TextPrediction prediction;
  for (const auto& example : examples) {
    model.predict(example.text, workspace, prediction);
    for (const auto& entry : workspace.entries) {
      columns.push_back(entry.column);
      values.push_back(entry.value);
    }
    ends.push_back(columns.size());
    labels.push_back(place_of(model.labels(), example.label));
  }
  const std::vector<std::uint64_t> dimensions{model.parts().space.size()};
  const auto write = [&](const char* part, const auto& numbers) {
    std::ofstream out{folder + "/" + name + "." + part, std::ios::binary};
    out.write(reinterpret_cast<const char*>(numbers.data()),
              static_cast<std::streamsize>(numbers.size() * sizeof(numbers[0])));
  };
  write("ends", ends);
  write("columns", columns);
  write("values", values);
  write("labels", labels);
  write("dimensions", dimensions);
}

struct Arguments {
  std::vector<std::string> files;
  std::map<std::string, std::string> options;
};

Arguments parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word.starts_with("--") && i + 1 < count) {
      arguments.options[word.substr(2)] = words[++i];
    } else {
      arguments.files.push_back(word);
    }
  }
  return arguments;
}

Result<> run(const Arguments& arguments) {
  const auto train = TRY(read(arguments.files[0], features::Labels::kRequired));
  const auto test = TRY(read(arguments.files[1], features::Labels::kRequired));
  learners::TextFitOptions options;
  const auto option = [&](const char* name, double usual) {
    const auto found = arguments.options.find(name);
    return found == arguments.options.end() ? usual : parse_double(found->second).value_or(usual);
  };
  options.threads = static_cast<std::size_t>(option("threads", 2));
  options.folds = static_cast<std::size_t>(option("folds", 5));
  options.few = static_cast<std::size_t>(option("few", 3000));
  if (arguments.options.contains("c")) options.c = option("c", 1);
  const auto began = Clock::now();
  const auto fit = TRY(learners::fit_text_classifier(train, options));
  const double fit_seconds = seconds_since(began);

  const auto labels = fit.model.labels();
  learners::TextModel::Workspace workspace;
  learners::TextPrediction prediction;
  std::vector<std::uint32_t> actual;
  std::vector<std::uint32_t> predicted;
  std::vector<double> confidences;
  std::vector<std::uint8_t> right;
  const auto predicting = Clock::now();
  for (const auto& example : test) {
    fit.model.predict(example.text, workspace, prediction);
    predicted.push_back(prediction.label);
    confidences.push_back(std::min(1.0, static_cast<double>(prediction.score())));
  }
  const double predict_ms = 1000.0 * seconds_since(predicting) / static_cast<double>(test.size());
  for (std::size_t i = 0; i < test.size(); ++i) {
    actual.push_back(place_of(labels, test[i].label));
    right.push_back(actual[i] == predicted[i] ? 1 : 0);
  }
  const auto confusion = TRY(scales::Confusion::count(actual, predicted, labels.size()));
  const auto bins = TRY(scales::reliability(confidences, right));
  double outside = -1.0;
  if (arguments.options.contains("outside")) {
    std::vector<double> others;
    for (const auto& example : TRY(read(arguments.options.at("outside"), features::Labels::kOptional))) {
      fit.model.predict(example.text, workspace, prediction);
      others.push_back(static_cast<double>(prediction.score()));
    }
    outside = TRY(scales::auroc(confidences, others));
  }
  if (arguments.options.contains("features")) {
    write_features(arguments.options.at("features"), "train", fit.model, train);
    write_features(arguments.options.at("features"), "test", fit.model, test);
    std::ofstream{arguments.options.at("features") + "/model.onnx", std::ios::binary} << learners::to_onnx(fit.model);
  }
  std::printf(
      "{\"accuracy\": %.4f, \"macro_f1\": %.4f, \"ece\": %.4f, \"auroc\": %.4f, \"cv_accuracy\": %.4f, "
      "\"cv_ece\": %.4f, \"fit_s\": %.3f, \"predict_ms\": %.4f}\n",
      confusion.accuracy(), confusion.macro_f1(), scales::expected_calibration_error(bins), outside,
      fit.held_out ? fit.held_out->accuracy : -1.0, fit.held_out ? fit.held_out->calibration_error : -1.0, fit_seconds,
      predict_ms);
  return {};
}

}  // namespace

int main(int count, char** words) {
  const Arguments arguments = parse(count, words);
  if (arguments.files.size() != 2) {
    std::cerr << "usage: text_accuracy TRAIN.jsonl TEST.jsonl [--outside FILE] [--features FOLDER] [--threads N]\n";
    return 2;
  }
  const auto done = run(arguments);
  if (!done) std::cerr << done.error().message << "\n";
  return done ? 0 : 1;
}
