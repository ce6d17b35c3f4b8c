import ContentStore
import Digests
import Encodings
import HTTPTypes
import JSON
import OCIImage

/// What is there: repositories, tags, referrers.
///
/// Reference: OCI distribution-spec v1.1, "Content Discovery".
extension RegistryResponder {
  func catalog(_ exchange: Exchange, _ caller: AccessPolicy.Caller) throws -> Answer {
    // Who may read nothing at all is asked who he is.
    try options.access.requireBase(caller)
    let names = store.names(after: exchange.query["last"]) { caller.may(.pull, $0) }
    let (page, headers) = try page(names, exchange, path: "/v2/_catalog")
    return Answer(json: ["repositories": .strings(page)], headers)
  }

  func tags(_ exchange: Exchange, _ name: RepositoryName) async throws -> Answer {
    let repository = try existing(name)
    let last = exchange.query["last"]
    let tags = try await onThread { try repository.tags(after: last) }
    let (page, headers) = try page(tags, exchange, path: "/v2/\(name)/tags/list")
    return Answer(json: ["name": .string(name.text), "tags": .strings(page)], headers)
  }

  /// The first `n`, with a link to the others.
  private func page(
    _ names: [String], _ exchange: Exchange, path: String
  ) throws(RegistryError) -> ([String], HTTPFields) {
    guard let text = exchange.query["n"] else { return (names, HTTPFields()) }
    guard let number = ByteRange.number(text) else {
      throw RegistryError(.unsupported, 400, "n is a number, 0 or more", details: [text])
    }
    let count = Int(clamping: number)
    let page = Array(names.prefix(count))
    guard count < names.count, let last = page.last else { return (page, HTTPFields()) }
    let next = "\(path)?n=\(count)&last=\(PercentEncoding.encode(last))"
    return (page, [.link: "<\(next)>; rel=\"next\""])
  }

  func referrers(
    _ exchange: Exchange, _ name: RepositoryName, _ text: String
  ) async throws -> Answer {
    guard let subject = Digest(text) else {
      throw RegistryError(.digestInvalid, 400, "this is no digest", details: [text])
    }
    let type = exchange.query["artifactType"].flatMap { $0.isEmpty ? nil : $0 }
    let count = try referrersWanted(exchange)
    let last = exchange.query["last"].flatMap { Digest($0) }
    var page = Repository.Referrers()
    // Never 404: that would tell a client to look for a tag.
    if let repository = store.repository(name) {
      let size = options.limits.manifest - 4096
      page = try await onThread {
        try repository.referrers(
          of: subject, artifactType: type, after: last, count: count, size: size)
      }
    }
    var headers = HTTPFields()
    if type != nil { headers[.filtersApplied] = "artifactType" }
    if let last = page.last {
      var next = "/v2/\(name)/referrers/\(subject)?n=\(count)&last=\(last)"
      if let type { next += "&artifactType=\(PercentEncoding.encode(type))" }
      headers[.link] = "<\(next)>; rel=\"next\""
    }
    let index: JSONValue = [
      "schemaVersion": 2, "mediaType": .string(MediaType.index),
      "manifests": .array(page.descriptors),
    ]
    return Answer(200, MediaType.index, index.minifiedBytes, headers)
  }

  private func referrersWanted(_ exchange: Exchange) throws(RegistryError) -> Int {
    guard let text = exchange.query["n"] else { return options.limits.referrers }
    guard let number = ByteRange.number(text), number > 0 else {
      throw RegistryError(.unsupported, 400, "n is a number, 1 or more", details: [text])
    }
    return min(Int(clamping: number), options.limits.referrers)
  }
}
