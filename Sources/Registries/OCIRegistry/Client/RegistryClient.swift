import Digests
import NIOHTTP1
import OCIImage

/// One repository of a registry.
///
/// Reference: OCI distribution-spec v1.1.0.
public struct RegistryClient: Sendable {
  /// By which it is reached.
  public let session: RegistrySession
  /// The repository.
  public let repository: RepositoryName

  /// A client that asked nothing yet.
  public init(_ session: RegistrySession, _ repository: RepositoryName) {
    self.session = session
    self.repository = repository
  }

  var pulling: Set<AccessScope> { [.pull(repository)] }
  var pushing: Set<AccessScope> { [.push(repository)] }
  var deleting: Set<AccessScope> { [.delete(repository)] }

  func address(_ path: String, query: String? = nil) -> WebAddress {
    session.address("\(repository)/\(path)", query: query)
  }

  /// Asks whether there is a registry that speaks this protocol, and takes who asks.
  ///
  /// - Throws: `unauthorized`, `refused` for anything else, and what sending fails with.
  /// Reference: "Determining Support", end-1.
  public func ping() throws(RegistryError) {
    let answer = try session.send(.GET, session.address(""), [])
    guard answer.status == 200 else { throw answer.refusal("200") }
    answer.discard()
  }

  /// What a tag or digest of an answer that lists something goes on with.
  func pages(
    _ first: WebAddress, limit: Int, headers: HTTPHeaders = [:],
    _ body: (RegistryAnswer, [UInt8]) throws(RegistryError) -> Int
  ) throws(RegistryError) {
    var seen: Set<WebAddress> = []
    var entries = 0
    var next: WebAddress? = first
    while let address = next {
      let place = HTTPCall(.GET, address).shown
      guard seen.insert(address).inserted, seen.count <= session.options.pageLimit else {
        throw RegistryError(
          .tooLarge, at: place,
          expected: "a list that ends within \(session.options.pageLimit) pages",
          found: seen.count > session.options.pageLimit ? "more" : "a page that was there before")
      }
      let answer = try session.send(.GET, address, headers: headers, pulling)
      let bytes = answer.status == 200 ? try answer.body(limit: limit) : []
      entries += try body(answer, bytes)
      guard entries <= session.options.entryLimit else {
        throw RegistryError(
          .tooLarge, at: place, expected: "at most \(session.options.entryLimit) entries",
          found: "more")
      }
      next = answer.status == 200 ? try PageLink.next(of: answer) : nil
    }
  }
}
