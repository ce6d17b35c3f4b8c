import ContentStore
import Digests
import OCIImage
import StoreTesting
import Synchronization
import Testing

@testable import OCIRegistry

/// How long was waited, by a clock that does not wait.
final class Waits: Sendable {
  private let all = Mutex<[Duration]>([])
  private let passed = Mutex(Duration.zero)

  /// Lets time go by.
  func advance(by duration: Duration) { passed.withLock { $0 += duration } }

  var list: [Duration] { all.withLock { $0 } }

  var clock: RegistryClock {
    var clock = RegistryClock.system
    clock.now = { [self] in RegistryClock.system.now() + passed.withLock { $0 } }
    clock.sleep = { [self] duration in all.withLock { $0.append(duration) } }
    return clock
  }
}

/// A client of a server of a test.
struct Client {
  let client: RegistryClient
  let waits = Waits()

  init(
    _ host: String, options: RegistrySession.Options = .init(), repository: String = "some/repo",
    transport: NetworkTransport.Options = .quick,
    credential: RegistryCredential? = nil
  ) throws {
    let session = RegistrySession(
      try #require(RegistryHost(host)), over: NetworkTransport(transport), options: options,
      clock: waits.clock, credential: { () throws(RegistryError) in credential })
    client = RegistryClient(session, try #require(RepositoryName(repository)))
  }
}

extension NetworkTransport.Options {
  static var quick: Self {
    var options = Self()
    options.idle = .seconds(120)
    return options
  }
}

extension RegistrySession.Options {
  /// Pieces of so many bytes, however small a blob is.
  static func chunks(of size: UInt64) -> Self {
    var options = Self()
    (options.monolithicLimit, options.chunkSize) = (0, size)
    return options
  }
}

/// Bytes that no two places have alike.
func content(_ count: Int, seed: UInt8 = 1) -> [UInt8] {
  var word = UInt32(seed) | 1
  return (0..<count).map { _ in
    word = word &* 1_664_525 &+ 1_013_904_223
    return UInt8(truncatingIfNeeded: word >> 24)
  }
}

extension MemoryBlobs {
  /// Puts a blob there and returns what names it.
  func blob(_ bytes: [UInt8]) -> Descriptor {
    add(bytes).descriptor("application/octet-stream")
  }
}

/// The error of a call to a registry.
func registryFailure(_ body: () throws -> Void) -> RegistryError? {
  do {
    try body()
    return nil
  } catch {
    return error as? RegistryError
  }
}
