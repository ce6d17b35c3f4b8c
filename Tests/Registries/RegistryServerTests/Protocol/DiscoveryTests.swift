import Digests
import JSON
import TestSupport
import Testing

@testable import RegistryServer

/// Reference: OCI distribution-spec v1.1, "Content Discovery". Each test names the section whose MUST
/// or SHOULD it holds.
struct DiscoveryTests {
  private static let config = Array("{}".utf8)

  private static func tags(_ reply: TestClient.Reply) -> [String] {
    reply.json?["tags"]?.stringArray ?? []
  }

  /// "Listing Tags": 200, the name, the tags in lexical order without regard to case.
  @Test func tagsInOrder() async throws {
    try await TestRegistry.with { (registry) throws in
      for tag in ["b", "A", "c", "a", "B", "_x", "1"] { try registry.pushImage("one", tag: tag) }
      let reply = try registry.ask("GET", "/v2/test/app/tags/list")
      #expect(reply.status == 200)
      #expect(reply["content-type"] == "application/json")
      #expect(reply.json?["name"]?.stringValue == "test/app")
      #expect(Self.tags(reply) == ["1", "_x", "A", "a", "B", "b", "c"])
      #expect(reply["link"] == nil)
    }
  }

  /// "Listing Tags": a repository without tags has an empty list.
  @Test func noTags() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push([1])
      let reply = try registry.ask("GET", "/v2/test/app/tags/list")
      #expect(reply.status == 200)
      #expect(reply.json?["tags"] == .array([]))
    }
  }

  /// "Listing Tags": `n` of them and no fewer, `last` excluded, Link to the next.
  @Test func pagesOfTags() async throws {
    try await TestRegistry.with { (registry) throws in
      let all = (0..<7).map { "t\($0)" }
      for tag in all { try registry.pushImage("one", tag: tag) }
      var found: [String] = []
      var next: String? = "/v2/test/app/tags/list?n=3"
      var sizes: [Int] = []
      while let path = next {
        let reply = try registry.ask("GET", path)
        #expect(reply.status == 200)
        found += Self.tags(reply)
        sizes.append(Self.tags(reply).count)
        next = try reply["link"].map { link in
          let match = try #require(link.wholeMatch(of: #/<(.+)>; rel="next"/#))
          return String(match.1)
        }
      }
      #expect(found == all)
      #expect(sizes == [3, 3, 1])
      let more = try registry.ask("GET", "/v2/test/app/tags/list?n=100")
      #expect(Self.tags(more) == all)
      #expect(more["link"] == nil)
      #expect(try registry.ask("GET", "/v2/test/app/tags/list?n=7")["link"] == nil)
    }
  }

  /// "Listing Tags": `n` of 0 MUST be an empty list without a Link.
  @Test func noTagsWanted() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.pushImage("one")
      let reply = try registry.ask("GET", "/v2/test/app/tags/list?n=0")
      #expect(reply.status == 200)
      #expect(reply.json?["tags"] == .array([]))
      #expect(reply["link"] == nil)
      for n in ["-1", "x", "1.5"] {
        #expect(try registry.ask("GET", "/v2/test/app/tags/list?n=\(n)").status == 400)
      }
    }
  }

  /// "Listing Tags": with `last`, `n` is optional; `last` need not be there.
  @Test func tagsAfterOne() async throws {
    try await TestRegistry.with { (registry) throws in
      for tag in ["a", "b", "c", "d"] { try registry.pushImage("one", tag: tag) }
      func after(_ last: String) throws -> [String] {
        Self.tags(try registry.ask("GET", "/v2/test/app/tags/list?last=\(last)"))
      }
      #expect(try after("b") == ["c", "d"])
      #expect(try after("bb") == ["c", "d"])
      #expect(try after("d") == [])
      let one = try registry.ask("GET", "/v2/test/app/tags/list?last=a&n=1")
      #expect(Self.tags(one) == ["b"])
    }
  }

  /// The catalog of Docker's registry, in pages.
  @Test func theCatalog() async throws {
    try await TestRegistry.with { (registry) throws in
      for name in ["b/x", "a", "c", "b"] { try registry.push([1], to: name) }
      func names(_ query: String) throws -> [String]? {
        try registry.ask("GET", "/v2/_catalog\(query)").json?["repositories"]?.stringArray
      }
      #expect(try names("") == ["a", "b", "b/x", "c"])
      #expect(try names("?n=2") == ["a", "b"])
      #expect(try names("?n=2&last=b") == ["b/x", "c"])
      #expect(try names("?n=0") == [])
      let link = try registry.ask("GET", "/v2/_catalog?n=3")["link"]
      #expect(link == "</v2/_catalog?n=3&last=b/x>; rel=\"next\"")
    }
  }

  // MARK: Referrers

  private static func referrers(_ reply: TestClient.Reply) -> [JSONValue] {
    reply.json?["manifests"]?.arrayValue ?? []
  }

  /// "Pushing Manifests with Subject": `OCI-Subject` MUST be there; "Push": a subject that is not
  /// there MUST be taken.
  @Test func aSubjectIsTold() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let subject = Digest.sha256(of: "comes later")
      let manifest = Documents.image(config: Self.config, layers: [], subject: subject)
      let reply = try registry.ask(
        "PUT", "/v2/test/app/manifests/v1", ["Content-Type": Documents.imageType], body: manifest)
      #expect(reply.status == 201, "\(reply.text)")
      #expect(reply["oci-subject"] == "\(subject)")
      let index = Documents.index([], subject: subject)
      let second = try registry.ask(
        "PUT", "/v2/test/app/manifests/v2", ["Content-Type": Documents.indexType], body: index)
      #expect(second["oci-subject"] == "\(subject)")
      let plain = Documents.image(config: Self.config, layers: [])
      let third = try registry.ask("PUT", "/v2/test/app/manifests/v3", body: plain)
      #expect(third["oci-subject"] == nil)
    }
  }

  /// "Listing Referrers": 200 with an index, its type, its annotations, and the artifactType, which is
  /// the config's where there is none, and none for an index. "Enabling the Referrers API": all that
  /// are pushed.
  @Test func referrersAreListed() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let subject = try registry.pushImage("subject")
      let documents: [(String, [UInt8])] = [
        (
          Documents.imageType,
          Documents.image(
            config: Self.config, layers: [], subject: subject, artifactType: "application/sbom",
            annotations: ["k": "v"])
        ),
        (
          Documents.imageType,
          Documents.image(
            config: Self.config, layers: [], subject: subject, configType: "application/config")
        ),
        (
          Documents.imageType,
          Documents.image(
            config: Self.config, layers: [], subject: subject, artifactType: "",
            configType: "application/config")
        ),
        (
          Documents.indexType,
          Documents.index(
            [], subject: subject, artifactType: "application/list", annotations: ["i": "j"])
        ),
        (Documents.indexType, Documents.index([], subject: subject)),
      ]
      for (type, document) in documents {
        let reply = try registry.ask(
          "PUT", "/v2/test/app/manifests/\(Digest.sha256(of: document))", ["Content-Type": type],
          body: document)
        #expect(reply.status == 201, "\(reply.text)")
      }
      let reply = try registry.ask("GET", "/v2/test/app/referrers/\(subject)")
      #expect(reply.status == 200)
      #expect(reply["content-type"] == Documents.indexType)
      #expect(reply.json?["schemaVersion"] == 2)
      #expect(reply.json?["mediaType"]?.stringValue == Documents.indexType)
      #expect(reply["oci-filters-applied"] == nil)
      let found = Self.referrers(reply)
      #expect(found.count == documents.count)
      func one(_ number: Int) -> JSONValue? {
        let digest = "\(Digest.sha256(of: documents[number].1))"
        return found.first { $0["digest"]?.stringValue == digest }
      }
      #expect(one(0)?["artifactType"] == "application/sbom")
      #expect(one(0)?["annotations"] == ["k": "v"])
      #expect(one(0)?["mediaType"]?.stringValue == Documents.imageType)
      #expect(one(0)?["size"] == .integer(Int64(documents[0].1.count)))
      #expect(one(1)?["artifactType"] == "application/config")
      #expect(one(2)?["artifactType"] == "application/config")
      #expect(one(3)?["artifactType"] == "application/list")
      #expect(one(3)?["annotations"] == ["i": "j"])
      #expect(one(4) != nil)
      #expect(one(4)?["artifactType"] == nil)
    }
  }

  /// "Enabling the Referrers API": what is on a list that clients keep is listed, once.
  @Test func listsOfClientsAreServedToo() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let subject = Digest.sha256(of: "of somebody")
      let config = Digest.sha256(of: Self.config)
      let attached = Array(
        """
        {"schemaVersion":2,"artifactType":"a/b","config":{"mediaType":"application/json",\
        "digest":"\(config)","size":2},"layers":[],"subject":{"mediaType":"a/c",\
        "digest":"\(subject)","size":7}}
        """.utf8)
      let digest = Digest.sha256(of: attached)
      let manifest = ["Content-Type": "application/vnd.oci.image.manifest.v1+json"]
      let place = "/v2/test/app/manifests/"
      #expect(try registry.ask("PUT", place + "\(digest)", manifest, body: attached).status == 201)
      let list = Array(
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[\
        {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\(digest)",\
        "size":\(attached.count)}]}
        """.utf8)
      let index = ["Content-Type": "application/vnd.oci.image.index.v1+json"]
      let tagged = try registry.ask(
        "PUT", place + "sha256-\(subject.hex)", index, body: list)
      #expect(tagged.status == 201)
      let found = try registry.ask("GET", "/v2/test/app/referrers/\(subject)")
      let digests = found.json?["manifests"]?.arrayValue?.map { $0["digest"]?.stringValue }
      #expect(digests == ["\(digest)"])
    }
  }

  /// "Listing Referrers": a filter SHOULD be applied, and then MUST be told.
  @Test func referrersOfAType() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let subject = Digest.sha256(of: "subject")
      for type in ["application/a+json", "application/b"] {
        let manifest = Documents.image(
          config: Self.config, layers: [], subject: subject, artifactType: type)
        _ = try registry.ask(
          "PUT", "/v2/test/app/manifests/\(Digest.sha256(of: manifest))", body: manifest)
      }
      for spelling in ["application/a+json", "application%2Fa%2Bjson"] {
        let reply = try registry.ask(
          "GET", "/v2/test/app/referrers/\(subject)?artifactType=\(spelling)")
        #expect(reply["oci-filters-applied"] == "artifactType")
        #expect(
          Self.referrers(reply).map { $0["artifactType"]?.stringValue } == ["application/a+json"])
      }
      let none = try registry.ask(
        "GET", "/v2/test/app/referrers/\(subject)?artifactType=application/c")
      #expect(none.status == 200)
      #expect(none.json?["manifests"] == .array([]))
      #expect(none["oci-filters-applied"] == "artifactType")
    }
  }

  /// "Listing Referrers": never 404, an empty list instead; a digest that is none MUST be 400.
  @Test func noReferrers() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push([1])
      let digest = Digest.sha256(of: "unknown")
      for name in ["test/app", "no/such"] {
        let reply = try registry.ask("GET", "/v2/\(name)/referrers/\(digest)")
        #expect(reply.status == 200)
        #expect(reply["content-type"] == Documents.indexType)
        #expect(reply.json?["manifests"] == .array([]))
      }
      for text in ["x", "sha256:abc", "latest"] {
        let reply = try registry.ask("GET", "/v2/test/app/referrers/\(text)")
        #expect(reply.status == 400)
        #expect(reply.code == "DIGEST_INVALID")
      }
    }
  }

  /// "Listing Referrers": Link MUST be there while there are more, with all in the end.
  @Test func pagesOfReferrers() async throws {
    try await TestRegistry.with(limits: .with(\.referrers, 4)) { (registry) throws in
      try registry.push(Self.config)
      let subject = Digest.sha256(of: "subject")
      var all: Set<String> = []
      for number in 0..<10 {
        let manifest = Documents.image(
          config: Self.config, layers: [], subject: subject, artifactType: "application/a",
          annotations: ["number": "\(number)"])
        let digest = Digest.sha256(of: manifest)
        all.insert("\(digest)")
        _ = try registry.ask("PUT", "/v2/test/app/manifests/\(digest)", body: manifest)
      }
      for query in ["", "?artifactType=application/a"] {
        var found: [String] = []
        var next: String? = "/v2/test/app/referrers/\(subject)\(query)"
        while let path = next {
          let reply = try registry.ask("GET", path)
          #expect(Self.referrers(reply).count <= 4)
          found += Self.referrers(reply).compactMap { $0["digest"]?.stringValue }
          next = try reply["link"].map { link in
            String(try #require(link.wholeMatch(of: #/<(.+)>; rel="next"/#)).1)
          }
        }
        #expect(found.count == 10)
        #expect(Set(found) == all)
      }
    }
  }

  /// "Deleting Manifests": what is gone refers to nothing any more.
  @Test func aReferrerIsDeleted() async throws {
    try await TestRegistry.with { (registry) throws in
      let subject = try registry.pushImage("subject")
      let digest = try registry.pushImage("referrer", tag: nil, subject: subject)
      let path = "/v2/test/app/referrers/\(subject)"
      #expect(Self.referrers(try registry.ask("GET", path)).count == 1)
      #expect(try registry.ask("DELETE", "/v2/test/app/manifests/\(digest)").status == 202)
      #expect(Self.referrers(try registry.ask("GET", path)).isEmpty)
    }
  }
}
