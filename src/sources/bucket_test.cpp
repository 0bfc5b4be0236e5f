#include "sources/bucket.h"

#include <gtest/gtest.h>

namespace weighhouse::sources {
namespace {

// The example that the makers of the scheme give: one GET of ten bytes.
TEST(SigV4Test, SignsTheExampleOfItsMakers) {
  const Credentials credentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
  const auto at = Timestamp::parse("2013-05-24T00:00:00Z").value();
  const std::string nothing = Digest::of("").hex();
  const SignedRequest request{.path = "/test.txt",
                              .headers = {{"host", "examplebucket.s3.amazonaws.com"},
                                          {"range", "bytes=0-9"},
                                          {"x-amz-content-sha256", nothing},
                                          {"x-amz-date", amz_date(at)}},
                              .payload_digest = nothing};
  EXPECT_EQ(authorization_of(request, credentials, at),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(BucketPlaceTest, TakesTheWayThereFromTheEnvironment) {
  const auto parse = [](const char* address, std::map<std::string, std::string> variables) {
    return BucketPlace::parse(address, [&](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional{found->second};
    });
  };
  const auto plain = parse("s3://models/a/b", {{"AWS_REGION", "eu-central-1"}}).value();
  EXPECT_EQ(plain.endpoint, "https://s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(plain.bucket, "models");
  EXPECT_EQ(plain.prefix, "a/b/");
  EXPECT_FALSE(plain.credentials);
  const auto own = parse("s3://models", {{"AWS_ENDPOINT_URL", "http://127.0.0.1:9000/"},
                                         {"AWS_ACCESS_KEY_ID", "k"},
                                         {"AWS_SECRET_ACCESS_KEY", "s"}})
                       .value();
  EXPECT_EQ(own.endpoint, "http://127.0.0.1:9000");
  EXPECT_EQ(own.credentials->key_id, "k");
  EXPECT_EQ(parse("gs://models", {}).value().endpoint, "https://storage.googleapis.com");
  EXPECT_FALSE(parse("s3:///x", {}));
  EXPECT_FALSE(parse("http://x/y", {}));
}

class BucketTest : public testing::Test {
 protected:
  class Pages final : public Reader {
   public:
    explicit Pages(std::map<std::string, std::string> pages) : pages_(std::move(pages)) {}
    Result<services::RemoteBytes> open(const std::string& address, ByteRange, std::string_view) override {
      const auto page = pages_.find(address);
      if (page == pages_.end()) return fail(ErrorCode::kNotFound, address);
      services::RemoteBytes bytes{.to_end = true, .total_bytes = page->second.size()};
      bytes.body = std::make_unique<MemorySource>(page->second);
      return bytes;
    }

   private:
    std::map<std::string, std::string> pages_;
  };
};

TEST_F(BucketTest, ListsAFolderPageByPage) {
  const std::string list = "http://s3/b?";
  Bucket bucket{
      std::make_unique<Pages>(std::map<std::string, std::string>{
          {list + "list-type=2&prefix=m%2Fjarvis%2F",
           "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;1</NextContinuationToken>"
           "<Contents><Key>m/jarvis/</Key><Size>0</Size></Contents>"
           "<Contents><Key>m/jarvis/a &amp; b.pt</Key><Size>12</Size></Contents></ListBucketResult>"},
          {list + "continuation-token=t%261&list-type=2&prefix=m%2Fjarvis%2F",
           "<ListBucketResult><IsTruncated>false</IsTruncated>"
           "<Contents><Key>m/jarvis/sub/c.txt</Key><Size>3</Size></Contents></ListBucketResult>"},
          {list + "list-type=2&prefix=m%2Fnone%2F", "<ListBucketResult></ListBucketResult>"}}),
      {.endpoint = "http://s3", .bucket = "b", .prefix = "m/"}};
  const auto version = bucket.describe("jarvis", "").value();
  ASSERT_EQ(version.files.size(), 2U);
  EXPECT_EQ(version.files[0].path.text(), "a & b.pt");
  EXPECT_EQ(version.files[0].address, "http://s3/b/m/jarvis/a%20%26%20b.pt");
  EXPECT_EQ(version.files[1].size_bytes, 3U);
  EXPECT_EQ(bucket.describe("none", "").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace weighhouse::sources
