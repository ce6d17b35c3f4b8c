import ArgumentParser
import ContentStore
import Digests
import Files
import Glibc
import OCIRegistry
import Transfers

/// How a registry is reached.
struct RemoteOptions: ParsableArguments {
  @Flag(
    name: .customLong("plain-http"),
    help: "Speak http to a registry that is not on this machine; anybody on the way can read it.")
  var plainHTTP = false
}

/// A repository that was named, and everything that is moved to and from it.
struct RepositoryAccess {
  /// As `HOST/REPOSITORY`.
  let name: String
  let blobs: RegistryBlobs

  /// A repository in which nothing was asked yet.
  /// - Parameter text: `HOST[:PORT]/REPOSITORY`, perhaps behind `docker://`.
  init(_ text: String, _ options: RemoteOptions) throws {
    let reference = try RegistryReference(text)
    guard reference.tag == nil, reference.digest == nil else {
      throw CommandFailure(
        .usage, "'\(text)' names an image in a repository, expected HOST/REPOSITORY alone",
        next: "Leave out the tag and the digest.")
    }
    name = "\(reference.host)/\(reference.repository)"
    var settings = RegistrySession.Options()
    if options.plainHTTP { settings.encryption = .never }
    let finder = CredentialFinder(environment: Self.environment, fileSystem: LinuxFileSystem())
    let session = RegistrySession(
      reference.host, over: NetworkTransport(), options: settings
    ) { () throws(RegistryError) in
      try finder.credential(for: reference.host, reference.repository)
    }
    blobs = RegistryBlobs(RegistryClient(session, reference.repository))
  }

  /// Runs what moves objects; what the registry failed with says more than what became of it.
  func moving<Value>(_ body: (RegistryBlobs) throws -> Value) throws -> Value {
    do { return try body(blobs) } catch let error as StoreError {
      if let failure = blobs.failure, failure.cause == nil, !error.isOfTheObject { throw failure }
      throw error
    }
  }

  private static var environment: [String: String] {
    var out: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let parts = String(cString: entry).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { out[String(parts[0])] = String(parts[1]) }
      next += 1
    }
    return out
  }
}
