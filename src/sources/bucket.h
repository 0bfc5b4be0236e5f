#pragma once

#include <memory>
#include <optional>
#include <string>

#include "services/assortment.h"
#include "sources/sigv4.h"
#include "sources/web.h"

namespace weighhouse::sources {

// Where a bucket is: "s3://bucket/prefix" or "gs://bucket/prefix", with what the environment says of the way there
// (AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN).
struct BucketPlace {
  std::string endpoint;  // "https://s3.eu-central-1.amazonaws.com"
  std::string bucket;
  std::string prefix{};                      // "" or "models/"
  std::optional<Credentials> credentials{};  // absent: nobody in particular

  static Result<BucketPlace> parse(std::string_view address, const services::Variable& variable);
};

// Headers that sign a request for an address.
Web::Headers signed_headers(const Address& address, const Credentials& credentials, Timestamp at);

// A bucket of an S3-compatible service: what stands under "prefix/ID/" is a version.
class Bucket final : public services::Remote {
 public:
  Bucket(std::unique_ptr<Reader> reader, BucketPlace place) : reader_(std::move(reader)), place_(std::move(place)) {}

  bool has_list() const override { return false; }
  Result<services::RemoteOffers> list_offers() override;
  Result<services::RemoteVersion> describe(std::string_view id, std::string_view version) override;
  Result<services::RemoteBytes> open(const services::RemoteFile& file, ByteRange range, std::string_view tag) override;

 private:
  std::unique_ptr<Reader> reader_;
  const BucketPlace place_;
};

}  // namespace weighhouse::sources
